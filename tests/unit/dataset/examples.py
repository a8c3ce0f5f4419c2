"""Examples for the tests of rules: those of the corpus, and the same ones changed at random."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from aoai.dataset.decode.nesting import is_nested_too_deeply

CORPUS = Path(__file__).parents[2] / "corpus"
MANIFEST: Mapping[str, Mapping[str, Any]] = json.loads(
    (CORPUS / "manifest.json").read_text("utf-8")
)
LINES = [
    line for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_bytes().splitlines()[:3]
]

TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_sep|>", "<|fim_suffix|>")
TEXTS = st.sampled_from(
    [
        "Why?",
        "caf\u00e9",
        "a | b",
        "<|",
        "|>",
        "<|nothing|>",
        "1 < 2",
        "\u4f60\u597d",
        "{}",
        *TOKENS,
    ]
)
WORDS = st.sampled_from(
    ["role", "content", "user", "assistant", "system", "tool", "c1", "", " ", "{}", "weather", "x"]
)
SCALARS = (
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | WORDS | TEXTS
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)


def decoded(line: bytes) -> dict[str, Any] | None:
    """The example of a line; None if it is none."""
    if is_nested_too_deeply(line):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


EXAMPLES = [example for example in map(decoded, LINES) if example is not None]


def shown_in(code: str) -> list[dict[str, Any]]:
    """The examples of the corpus that have a finding of this code."""
    found = []
    for name, entry in MANIFEST.items():
        lines = (CORPUS / name).read_bytes().splitlines()
        for finding, line, _ in entry["findings"]:
            example = decoded(lines[line - 1]) if finding == code and line else None
            if example is not None:
                found.append(example)
    return found


@st.composite
def changed(draw: st.DrawFn, examples: list[dict[str, Any]], times: int = 1) -> dict[str, Any]:
    """One of these examples with so many values, somewhere in it, replaced, dropped or repeated."""
    example: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(examples))))
    for _ in range(draw(st.integers(0, times))):
        draw(st.just(None))
        _change(draw, example)
    return example


def _change(draw: st.DrawFn, place: Any) -> None:
    while keys := list(place) if isinstance(place, dict) else list(range(len(place))):
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        change = draw(st.sampled_from(["replace", "append", "drop", "repeat"]))
        if change == "replace":
            place[key] = draw(JSON)
        elif change == "append" and isinstance(place[key], str):
            place[key] += draw(TEXTS)
        elif change == "drop":
            del place[key]
        elif isinstance(place, list):
            place.insert(key, place[key])
        return


@st.composite
def lines(draw: st.DrawFn, examples: st.SearchStrategy[dict[str, Any]]) -> bytes:
    """The lines that examples are written as: with and without escapes, blanks and line ends."""
    example = draw(examples)
    escaped, separators = draw(st.booleans()), draw(st.sampled_from([(", ", ": "), (",", ":")]))
    text = json.dumps(example, ensure_ascii=escaped, separators=separators)
    if draw(st.booleans()):  # as encoders write that are careful with HTML, and more
        text = text.replace("<", "\\u003c").replace("|", "\\u007C")
    return text.encode(errors="replace") + draw(st.sampled_from([b"", b"\n", b"\r\n"]))
