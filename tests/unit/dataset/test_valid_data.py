"""Data that is right for a model and a method has no finding, for each of them in the catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aoai.catalog import built_in
from aoai.dataset import Training, judge

SYSTEM = {"role": "system", "content": "Answer <briefly> | in [one] word."}
TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Looks a word up",
        "parameters": {
            "type": "object",
            "properties": {"word": {"type": "string"}},
            "required": ["word"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}


def user(content: object) -> dict[str, object]:
    return {"role": "user", "content": content}


def answer(content: object, **more: object) -> dict[str, object]:
    return {"role": "assistant", "content": content, **more}


def call(number: int) -> dict[str, object]:
    function = {"name": "look_up", "arguments": json.dumps({"word": f"w{number}"})}
    return {"id": f"call_{number}", "type": "function", "function": function}


def chat(number: int) -> dict[str, Any]:
    """An example for supervised fine-tuning, of a kind that depends on its number."""
    asked = user(f"What is {number}? <b>|</b> 数 \ud83d\ude00")
    calls = {"role": "assistant", "tool_calls": [call(1), call(2)]}
    answers = [
        {"role": "tool", "tool_call_id": f"call_{n}", "content": "x", "name": "look_up"}
        for n in (2, 1)
    ]
    kinds: list[dict[str, Any]] = [
        {"messages": [SYSTEM, asked, answer("A number.")]},
        {"messages": [SYSTEM, asked, answer("No.", weight=0), user("?"), answer("Yes.", weight=1)]},
        {"messages": [SYSTEM, asked, calls, *answers, answer("It is.")], "tools": [TOOL]},
        {"messages": [SYSTEM, asked, calls], "tools": [TOOL], "parallel_tool_calls": True},
        {"messages": [SYSTEM, user([{"type": "text", "text": f"{number}?"}]), answer("Yes.")]},
        {"messages": [SYSTEM, {**asked, "name": "Ann_1"}, answer(None, refusal="I cannot.")]},
        {"messages": [SYSTEM, asked, answer("Hm.", refusal=None, audio=None, tool_calls=None)]},
    ]
    return kinds[number % len(kinds)]


def vision(number: int) -> dict[str, Any]:
    return {
        "messages": [
            SYSTEM,
            user([{"type": "text", "text": f"Picture {number}?"}, IMAGE]),
            answer("A cat."),
        ]
    }


def preference(number: int) -> dict[str, Any]:
    return {
        "input": {"messages": [SYSTEM, user(f"What is {number}?")], "tools": [TOOL]},
        "preferred_output": [answer("A number.")],
        "non_preferred_output": [answer("Hm."), answer("A letter.")],
    }


def reinforcement(number: int) -> dict[str, Any]:
    message = {"role": "developer", "content": "Calculate."} if number % 2 else SYSTEM
    return {"messages": [message, user(f"{number} + 1?")], "answer": str(number + 1), "unit": None}


def completion(number: int) -> dict[str, Any]:
    return {"prompt": f"What is {number} ->", "completion": " a number\n"}


EXAMPLES = {"supervised": chat, "dpo": preference, "reinforcement": reinforcement}


def trainings() -> Iterator[Any]:
    for model in built_in().models:
        name, methods = model.canonical_name, model.training.methods if model.training else ()
        for method in methods:
            kind = completion if model.data.format == "completion" else EXAMPLES[method]
            yield pytest.param(name, method, kind, id=f"{name}-{method}")
            if method == "supervised" and model.data.images:
                yield pytest.param(name, method, vision, id=f"{name}-vision")


def write(path: Path, kind: Any, numbers: range, *, windows: bool) -> Path:
    """A file as it is written by Python, or with a byte order mark and the line ends of Windows."""
    end = "\r\n" if windows else "\n"
    rows = [json.dumps(kind(number), ensure_ascii=not windows) for number in numbers]
    text = "".join(row.encode("utf-16", "surrogatepass").decode("utf-16") + end for row in rows)
    path.write_bytes(text.encode("utf-8-sig" if windows else "utf-8"))
    return path


@pytest.mark.parametrize("windows", [False, True])
@pytest.mark.parametrize(("model", "method", "kind"), [*trainings()])
def test_valid_data_has_no_finding(
    tmp_path: Path, model: str, method: str, kind: Any, windows: bool
) -> None:
    training = write(tmp_path / "train.jsonl", kind, range(140), windows=windows)
    validation = write(tmp_path / "valid.jsonl", kind, range(140, 147), windows=windows)
    judgement = judge([training], [validation], of=Training(model=model, method=method))
    found = [str(finding) for file in judgement.files for finding in file.findings]
    assert found == []


@pytest.mark.parametrize(("model", "method", "kind"), [*trainings()])
def test_the_method_need_not_be_given(tmp_path: Path, model: str, method: str, kind: Any) -> None:
    training = write(tmp_path / "train.jsonl", kind, range(140), windows=False)
    (file,) = judge([training], of=Training(model=model)).training
    assert file.report is not None
    expected = "reinforcement" if method == "reinforcement" else kind.__name__
    assert file.report.format == expected
    assert file.ok
