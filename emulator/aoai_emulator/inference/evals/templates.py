"""Templates of evaluations: ``{{item.question}}``, ``{{sample.output_text}}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from aoai_emulator.inference.json_schema import compact
from aoai_emulator.state.errors import ModelError

_REFERENCE: Final = re.compile(r"\{\{\s*((?:item|sample)(?:\.[\w-]+)*)\s*\}\}")


def render(template: str, values: Mapping[str, Any]) -> str:
    """A text with its references replaced.

    Args:
        template: the text.
        values: ``item``, and ``sample`` where there is one.

    Raises:
        ModelError: a reference names nothing.
    """
    return _REFERENCE.sub(lambda match: _text(look_up(match[1], values)), template)


def references(template: str) -> list[str]:
    """The names that a template refers to."""
    return _REFERENCE.findall(template)


def look_up(reference: str, values: Mapping[str, Any]) -> Any:
    """The value of ``item.a.b``; ModelError if there is none."""
    found: Any = values
    for part in reference.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise ModelError(f"The template refers to '{reference}', which is not there.")
        found = found[part]
    return found


def messages(template: Any, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages of a template, rendered."""
    if not isinstance(template, list) or not template:
        raise ModelError("A template must be a list of messages.", "input")
    return [
        {"role": str(each.get("role", "user")), "content": _content(each.get("content"), values)}
        for each in template
        if isinstance(each, Mapping)
    ]


def _content(content: Any, values: Mapping[str, Any]) -> str:
    if isinstance(content, Mapping):
        content = content.get("text", "")
    if isinstance(content, list):
        return " ".join(_content(part, values) for part in content)
    return render(str(content or ""), values)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else compact(value)
