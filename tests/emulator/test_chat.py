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


def test_a_question_far_from_all_examples_gets_the_emulators_own_answer(served: Wire) -> None:
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
    one = served.chat().json()["usage"]["completion_tokens"]
    assert answer["usage"]["completion_tokens"] == 3 * one


def test_a_stop_text_ends_the_reply(served: Wire) -> None:
    assert reply(served, "number 13?", stop=[" returns"]) == "It"


def test_an_answer_names_the_tuned_model_and_has_filter_results(served: Wire) -> None:
    answer = served.chat().json()
    assert list(answer) == [
        "choices",
        "created",
        "id",
        "model",
        "object",
        "prompt_filter_results",
        "system_fingerprint",
        "usage",
    ]
    assert ".ft-" in answer["model"]
    assert answer["system_fingerprint"] is None
    (choice,) = answer["choices"]
    assert choice["content_filter_results"]["violence"] == {"filtered": False, "severity": "safe"}
    assert set(choice["message"]) == {"content", "role"}


def events_of(answer: Any) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_a_streamed_answer_comes_in_events(served: Wire) -> None:
    answer = served.chat(stream=True, stream_options={"include_usage": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    first, *events = events_of(answer)
    assert (first["choices"], first["created"], first["id"]) == ([], 0, "")
    assert first["prompt_filter_results"]
    texts = [choice["delta"].get("content", "") for each in events for choice in each["choices"]]
    assert "".join(texts) == "It returns 7."
    assert events[0]["usage"] is None
    assert events[-1]["usage"]["total_tokens"] > 0


def test_a_stream_of_several_choices_has_all_of_them(served: Wire) -> None:
    events = events_of(served.chat(stream=True, n=2))
    texts = ["", ""]
    for choice in (choice for each in events for choice in each["choices"]):
        texts[choice["index"]] += choice["delta"].get("content", "")
    assert texts == ["It returns 7."] * 2


def test_log_probabilities_come_token_by_token(served: Wire) -> None:
    (choice,) = served.chat(logprobs=True, top_logprobs=1).json()["choices"]
    tokens = [each["token"] for each in choice["logprobs"]["content"]]
    assert "".join(tokens) == "It returns 7."
    assert all(each["logprob"] < 0 for each in choice["logprobs"]["content"])


SCHEMA = {
    "type": "object",
    "properties": {
        "answer": {"type": "string"},
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        "sure": {"type": "boolean"},
        "colour": {"enum": ["red", "blue"]},
    },
    "required": ["answer", "steps", "sure", "colour"],
    "$defs": {"step": {"type": "object", "properties": {"number": {"type": "integer"}}}},
}


def test_a_schema_is_honoured(served: Wire) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA, "strict": True}}
    text = reply(served, "number 13?", response_format=form)
    assert json.loads(text) == {
        "answer": "It returns 13.",
        "steps": [{"number": 0}],
        "sure": True,
        "colour": "red",
    }
    assert " " not in text.replace("It returns 13.", "")


def test_any_json_object_may_be_asked_for(served: Wire) -> None:
    text = reply(served, "number 13 as JSON?", response_format={"type": "json_object"})
    assert json.loads(text) == {"answer": "It returns 13."}


TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def tool_lines() -> bytes:
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "look_up", "arguments": '{"city":"Oslo"}'},
    }
    turns = [
        {"role": "user", "content": "weather in Oslo"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
        {"role": "assistant", "content": "It rains."},
    ]
    return "\n".join([json.dumps({"messages": turns, "tools": [TOOL]})] * 10).encode()


def test_a_learnt_call_of_a_tool_is_made_and_its_answer_is_used(wire: Wire) -> None:
    wire.deploy(wire.trained(training_file=wire.upload(tool_lines())))
    asked = {"role": "user", "content": "weather in Oslo"}
    (choice,) = wire.chat(messages=[asked], tools=[TOOL]).json()["choices"]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", None)
    (made,) = choice["message"]["tool_calls"]
    assert made["function"] == {"name": "look_up", "arguments": '{"city":"Oslo"}'}
    told = {"role": "tool", "tool_call_id": made["id"], "content": "rain"}
    answer = wire.chat(messages=[asked, choice["message"], told], tools=[TOOL]).json()
    assert answer["choices"][0]["message"]["content"] == "It rains."
    events = events_of(wire.chat(messages=[asked], tools=[TOOL], stream=True))
    arguments = [
        part["function"]["arguments"]
        for each in events
        for choice in each["choices"]
        for part in choice["delta"].get("tool_calls", ())
    ]
    assert "".join(arguments) == '{"city":"Oslo"}'
    none = wire.chat(messages=[asked], tools=[TOOL], tool_choice="none").json()
    assert "tool_calls" not in none["choices"][0]["message"]


@pytest.mark.parametrize(
    "choice", ["required", {"type": "function", "function": {"name": "look_up"}}]
)
def test_a_call_that_is_required_is_made_up_from_the_schema(served: Wire, choice: Any) -> None:
    answer = served.chat(tools=[TOOL], tool_choice=choice).json()
    (made,) = answer["choices"][0]["message"]["tool_calls"]
    assert json.loads(made["function"]["arguments"]) == {"city": "What does function number 7 do?"}


def test_functions_of_old_are_called_too(served: Wire) -> None:
    answer = served.chat(functions=[TOOL["function"]], function_call={"name": "look_up"}).json()
    (choice,) = answer["choices"]
    assert choice["finish_reason"] == "function_call"
    assert choice["message"]["function_call"]["name"] == "look_up"


def test_limits_follow_the_capacity(served: Wire, azure: RunningEmulator) -> None:
    azure.freeze(azure.now())
    first = served.chat()
    assert first.headers["x-ratelimit-remaining-requests"] == "0"
    assert 900 < int(first.headers["x-ratelimit-remaining-tokens"]) < 1000
    assert served.chat().status_code == 200
    azure.settings(rate_limits_enforced=True)
    refused = served.chat()
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "429")
    assert "exceeded call rate limit" in refused.text
    assert 0 < int(refused.headers["retry-after"]) <= 60
    azure.advance(seconds=61)
    assert served.chat().status_code == 200


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"colour": "red"}, None),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"n": 0}, "n"),
        ({"temperature": 3}, "temperature"),
        ({"stop": [""]}, "stop"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"tools": []}, "tools"),
        ({"tools": [{"type": "code_interpreter"}]}, "tools[0].type"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"response_format": {"type": "json_object"}}, "messages"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema.name"),
        ({"modalities": ["audio"]}, "modalities"),
        ({"data_sources": [{}]}, "data_sources"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"reasoning_effort": "low"}, None),
    ],
)
def test_a_question_that_azure_would_refuse_is_refused(
    served: Wire, body: dict[str, Any], param: str | None
) -> None:
    answer = served.chat(**body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, None)
    assert answer.headers["ms-azureml-model-error-statuscode"] == "400"


def test_v1_names_the_deployment_as_the_model(served: Wire) -> None:
    body = {"model": "ft", "messages": [{"role": "user", "content": "number 5"}]}
    answer = served.data("POST", "/chat/completions", version="v1", json=body).json()
    assert answer["choices"][0]["message"]["content"] == "It returns 5."
    missing = served.data("POST", "/chat/completions", version="v1", json=body | {"model": "x"})
    assert missing.json()["error"]["code"] == "DeploymentNotFound"


def test_a_response_counts_as_a_call_too(served: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2099-03-01T00:00:00Z")
    served.deploy(served.trained(), "other")
    azure.advance(days=14)
    body = {"model": "other", "input": "number 5"}
    answer = served.data("POST", "/responses", version="v1", json=body).json()
    assert answer["output"][0]["content"][0]["text"] == "It returns 5."
    assert answer["model"] == "other"
    azure.advance(days=14)
    assert [each["name"] for each in azure.state()[SWEDEN]["deployments"]] == ["other"]
    body["input"] = ""
    assert served.data("POST", "/responses", version="v1", json=body).status_code == 400
