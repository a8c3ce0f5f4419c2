"""Kinds of data that people were seen to bring, each with the verdict that it deserves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aoai.dataset import Finding, Severity, Training, judge

MINI, LARGE = "gpt-4.1-mini-2025-04-14", "gpt-4.1-2025-04-14"
USER, ASSISTANT = {"role": "user", "content": "Q?"}, {"role": "assistant", "content": "A."}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLS = {"role": "assistant", "content": None, "tool_calls": [CALL]}
ANSWER = {"role": "tool", "tool_call_id": "c1", "content": "1"}


def chat(number: int, **more: Any) -> dict[str, Any]:
    user = {"role": "user", "content": f"Question {number}?"}
    return said(user, {"role": "assistant", "content": f"Answer {number}.", **more})


def said(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messages": [*messages], **more}


def pair(number: int, **more: Any) -> dict[str, Any]:
    return {
        "input": said({"role": "user", "content": f"Q{number}"}),
        "preferred_output": [{"role": "assistant", "content": f"A{number}"}],
        "non_preferred_output": [{"role": "assistant", "content": "no"}],
        **more,
    }


def picture(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def shown(url: str) -> dict[str, Any]:
    text = {"type": "text", "text": "What is it?"}
    return said({"role": "user", "content": [text, picture(url)]}, ASSISTANT)


def found(path: Path, lines: list[Any], model: str, method: str = "supervised") -> list[Finding]:
    """The findings, but those of a small file and of system messages."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n")
    judged = judge([path], of=Training(model=model, method=method))
    usual = {"few-examples", "no-system-message", "no-validation-file"}
    return [f for file in judged.files for f in file.findings if f.code not in usual]


@pytest.mark.parametrize(
    "line",
    [
        {"messages": json.dumps(chat(1)["messages"])},
        said({"role": "User", "content": "q"}, ASSISTANT),
        said({"role": "system", "content": "s"}, USER),
        said(USER, {**CALLS, "tool_calls": [CALL, {**CALL, "id": "c2"}]}, ANSWER, ASSISTANT),
        said(USER, CALLS, {"role": "tool", "content": "1"}, ASSISTANT, tools=[TOOL]),
        chat(3, weight=0.5),
        '{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "weight": NaN}]}',
        "// exported",
        "null",
        json.dumps(chat(1)) + json.dumps(chat(2)),
        said({"role": "user", "content": [{"type": "input_audio"}]}, ASSISTANT),
        said({"role": "user", "content": "<|im_start|>"}, ASSISTANT),
        {**chat(3), "tools": [{**TOOL, "function": {"name": f"f{n}"}} for n in range(131)]},
    ],
    ids=str,
)
def test_one_line_that_the_service_refuses_is_found_at_its_place(tmp_path: Path, line: Any) -> None:
    lines: list[Any] = [chat(number) for number in range(12)]
    lines[2] = line
    errors = [f for f in found(tmp_path / "a.jsonl", lines, MINI) if f.severity is Severity.ERROR]
    assert errors
    assert {error.line for error in errors} == {3}


@pytest.mark.parametrize(
    "line",
    [
        {"custom_id": "r", "method": "POST", "url": "/v1/chat/completions", "body": chat(1)},
        {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
        {"contents": [{"role": "user", "parts": [{"text": "q"}]}]},
        {"prompt": "q", "chosen": "a", "rejected": "b"},
        "prompt,completion",
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["supervised", "dpo"])
def test_data_of_other_tools_is_refused_from_its_first_line(
    tmp_path: Path, line: Any, method: str
) -> None:
    findings = found(tmp_path / "a.jsonl", [line] * 12, MINI, method)
    errors = [finding.line for finding in findings if finding.severity is Severity.ERROR]
    assert min(errors) <= 1


@pytest.mark.parametrize(
    "line",
    [
        said(USER, {"role": "assistant", "content": None, "refusal": "I cannot."}),
        said(USER, CALLS, ANSWER, ASSISTANT, tools=[TOOL], parallel_tool_calls=False),
        said({"role": "user", "name": "bob", "content": "q"}, ASSISTANT),
        said({"role": "user", "content": "\U0001f600 \u202e"}, ASSISTANT),
        said(USER, ASSISTANT, USER, {**ASSISTANT, "weight": 1}),
    ],
    ids=str,
)
def test_what_the_service_takes_gives_no_alarm(tmp_path: Path, line: Any) -> None:
    lines = [line, *(chat(number) for number in range(12))]
    assert found(tmp_path / "a.jsonl", lines, MINI) == []


@pytest.mark.parametrize(
    ("lines", "model", "method"),
    [
        ([pair(number) for number in range(12)], MINI, "dpo"),
        ([shown(f"https://example.com/{n}.png") for n in range(12)], LARGE, "supervised"),
        (
            [{"prompt": f"p{n} ->", "completion": f" c{n}\n"} for n in range(12)],
            "davinci-002",
            "supervised",
        ),
        (
            [{**said({"role": "user", "content": f"{n}?"}), "answer": n / 2} for n in range(12)],
            "o4-mini-2025-04-16",
            "reinforcement",
        ),
    ],
    ids=["pairs", "images", "completions", "graded"],
)
def test_valid_data_of_each_method_gives_no_alarm(
    tmp_path: Path, lines: list[Any], model: str, method: str
) -> None:
    assert found(tmp_path / "a.jsonl", lines, model, method) == []


@pytest.mark.parametrize(
    "line",
    [
        shown("http://127.0.0.1:8000/a.png"),
        shown("data:image/svg+xml;base64,PHN2Zy8+"),
        said(
            {"role": "system", "content": [picture("https://example.com/a.png")]}, USER, ASSISTANT
        ),
    ],
    ids=["loopback", "svg", "system"],
)
def test_an_image_that_is_skipped_or_refused_is_found_at_its_line(
    tmp_path: Path, line: Any
) -> None:
    lines: list[Any] = [chat(number) for number in range(12)]
    lines[2] = line
    assert {finding.line for finding in found(tmp_path / "a.jsonl", lines, LARGE)} >= {3}
