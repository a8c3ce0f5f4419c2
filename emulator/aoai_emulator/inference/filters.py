"""Content filter results. The emulator reads no content: everything is safe."""

from __future__ import annotations

from typing import Any, Final

_SAFE: Final = {"filtered": False, "severity": "safe"}
_UNDETECTED: Final = {"filtered": False, "detected": False}


def of_prompt() -> list[dict[str, Any]]:
    """The results for a prompt."""
    results = {
        "hate": _SAFE,
        "jailbreak": _UNDETECTED,
        "self_harm": _SAFE,
        "sexual": _SAFE,
        "violence": _SAFE,
    }
    return [{"prompt_index": 0, "content_filter_results": results}]


def of_text(*, protected: bool = False) -> dict[str, Any]:
    """The results for a generated text.

    Args:
        protected: whether the checks for protected material took part. Recorded answers have them
            for whole texts of base models only.
    """
    material = dict.fromkeys(("protected_material_code", "protected_material_text"), _UNDETECTED)
    results = {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}
    return dict(sorted({**results, **(material if protected else {})}.items()))


def of_response(prompt: str, text: str) -> list[dict[str, Any]]:
    """The results for a whole call of the Responses API."""
    before = {
        "self_harm": _SAFE,
        "violence": _SAFE,
        "jailbreak": _UNDETECTED,
        "sexual": _SAFE,
        "hate": _SAFE,
    }
    after = {
        "violence": _SAFE,
        "sexual": _SAFE,
        "self_harm": _SAFE,
        "hate": _SAFE,
        "protected_material_text": _UNDETECTED,
        "protected_material_code": _UNDETECTED,
    }
    return [_part("prompt", before, prompt), _part("completion", after, text)]


def _part(source: str, results: dict[str, Any], text: str) -> dict[str, Any]:
    return {
        "blocked": False,
        "source_type": source,
        "content_filter_raw": None,
        "content_filter_results": results,
        "content_filter_offsets": {
            "start_offset": 0,
            "end_offset": len(text),
            "check_offset": 0,
        },
    }
