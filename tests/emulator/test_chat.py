"""What a deployment answers: the nearest training example, streamed or whole, and counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.wire import SWEDEN, Wire, chat_lines


@pytest.fixture
def served(wire: Wire) -> Wire:
    wire.deploy(wire.trained(training_file=wire.upload(chat_lines(20))))
    return wire


def reply(wire: Wire, question: Any, **body: Any) -> str:
    answer = wire.chat(messages=[{"role": "user", "content": question}], **body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["choices"][0]["message"]["content"])


def test_the_nearest_example_answers(served: Wire) -> None:
    assert reply(served, "and number 13?") == "It returns 13."
    assert reply(served, [{"type": "text", "text": "what does number 4 do"}]) == "It returns 4."


def test_a_question_far_from_all_examples_is_told_so(served: Wire) -> None:
    assert "the emulator" in reply(served, "¿Por qué?")


def test_a_base_model_says_that_it_is_emulated(wire: Wire) -> None:
    model = {"format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14"}
    body = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}}
    wire.arm("PUT", wire.deployment(SWEDEN, "ft"), json=body)
    assert "the emulator" in reply(wire, "Hello?")


def test_a_reply_of_weight_0_is_not_learnt(wire: Wire) -> None:
    turns = [
        {"role": "user", "content": "alpha"},
        {"role": "assistant", "content": "Not this.", "weight": 0},
        {"role": "user", "content": "beta"},
        {"role": "assistant", "content": "This."},
    ]
    data = "\n".join([json.dumps({"messages": turns})] * 10).encode()
    wire.deploy(wire.trained(training_file=wire.upload(data)))
    assert "the emulator" in reply(wire, "alpha")
    assert reply(wire, "beta") == "This."


def test_the_model_remembers_a_file_that_is_gone(wire: Wire) -> None:
    file = wire.upload()
    wire.deploy(wire.trained(training_file=file))
    wire.data("DELETE", f"/files/{file}")
    assert reply(wire, "number 3") == "It returns 3."


def test_a_limit_of_tokens_cuts_the_reply(served: Wire) -> None:
    messages = [{"role": "user", "content": "number 13"}]
    answer = served.chat(messages=messages, max_tokens=2).json()
    assert answer["choices"][0]["message"]["content"] == "It retur"
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 2


def test_several_choices_are_given_when_asked_for(served: Wire) -> None:
    answer = served.chat(n=3).json()
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]


def test_a_streamed_answer_comes_in_events(served: Wire) -> None:
    answer = served.chat(stream=True, stream_options={"include_usage": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    events = [json.loads(line) for line in lines[:-1]]
    texts = [choice["delta"].get("content", "") for each in events for choice in each["choices"]]
    assert "".join(texts) == "It returns 7."
    assert events[-1]["usage"]["total_tokens"] > 0


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"colour": "red"}, "colour"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"content": "x"}]}, "messages"),
        ({"max_tokens": 0}, None),
    ],
)
def test_a_question_that_azure_would_refuse_is_refused(
    served: Wire, body: dict[str, Any], param: str | None
) -> None:
    answer = served.chat(**body)
    assert answer.status_code == 400
    assert answer.json()["error"].get("target") == param


def test_v1_names_the_deployment_as_the_model(served: Wire) -> None:
    body = {"model": "ft", "messages": [{"role": "user", "content": "number 5"}]}
    answer = served.data("POST", "/chat/completions", version="v1", json=body).json()
    assert answer["choices"][0]["message"]["content"] == "It returns 5."
    missing = served.data("POST", "/chat/completions", version="v1", json=body | {"model": "x"})
    assert missing.json()["error"]["code"] == "DeploymentNotFound"


def test_a_response_counts_as_a_call_too(served: Wire, azure: RunningEmulator) -> None:
    azure.stand("2099-03-01T00:00:00Z")
    served.deploy(served.trained(), "other")
    azure.advance(days=14)
    body = {"model": "other", "input": "number 5"}
    answer = served.data("POST", "/responses", version="v1", json=body).json()
    assert answer["output"][0]["content"][0]["text"] == "It returns 5."
    assert answer["metadata"] == {"emulated": "true"}
    azure.advance(days=14)
    assert [each["name"] for each in azure.state()[SWEDEN]["deployments"]] == ["other"]
    body["input"] = ""
    assert served.data("POST", "/responses", version="v1", json=body).status_code == 400
