"""Completions, embeddings and responses: what a deployment's base model serves, and how."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.wire import SWEDEN, Wire, chat_lines


def deploy_base(wire: Wire, name: str, version: str) -> None:
    model = {"format": "OpenAI", "name": name, "version": version}
    body = {"sku": {"name": "Standard", "capacity": 10}, "properties": {"model": model}}
    answer = wire.arm("PUT", wire.deployment(SWEDEN, "base"), json=body)
    assert answer.status_code == 201, answer.text


def ask(wire: Wire, path: str, version: str = "v1", **body: Any) -> Any:
    return wire.data("POST", path, version=version, json=body)


@pytest.mark.parametrize("base", ["babbage-002", "davinci-002"])
def test_a_completion_model_is_tuned_and_answers(wire: Wire, base: str) -> None:
    rows = [{"prompt": f"number {n} ->", "completion": f" it is {n}"} for n in range(12)]
    file = wire.upload("\n".join(map(json.dumps, rows)).encode())
    wire.deploy(wire.trained(model=base, training_file=file))
    old = ask(wire, "/deployments/ft/completions", "2024-02-01", prompt="number 7 ->", n=2).json()
    assert [each["text"] for each in old["choices"]] == [" it is 7"] * 2
    assert old["object"] == "text_completion"
    new = ask(wire, "/completions", model="ft", prompt="number 7 ->", echo=True, max_tokens=1)
    assert new.json()["choices"][0]["text"] == "number 7 -> it "
    assert new.json()["choices"][0]["finish_reason"] == "length"
    lines = ask(wire, "/completions", model="ft", prompt="number 7 ->", stream=True).text
    parts = [json.loads(line[6:]) for line in lines.split("\n\n") if line.startswith("data: {")]
    assert "".join(each["choices"][0]["text"] for each in parts) == " it is 7"


def test_an_embedding_follows_from_the_words(wire: Wire) -> None:
    deploy_base(wire, "text-embedding-3-small", "1")
    rows = ask(wire, "/embeddings", model="base", input=["red fox", "red dog", "sea"]).json()[
        "data"
    ]
    fox, dog, sea = (row["embedding"] for row in rows)
    assert len(fox) == 1536
    assert sum(a * a for a in fox) == pytest.approx(1)
    near, far = (sum(a * b for a, b in zip(fox, other, strict=True)) for other in (dog, sea))
    assert near > far + 0.3
    packed = ask(
        wire,
        "/deployments/base/embeddings",
        "2024-10-21",
        input="red fox",
        dimensions=8,
        encoding_format="base64",
    ).json()["data"][0]["embedding"]
    assert len(struct.unpack("<8f", base64.b64decode(packed))) == 8


@pytest.mark.parametrize(
    ("name", "version", "path", "word"),
    [
        ("text-embedding-ada-002", "2", "/chat/completions", "chatCompletion"),
        ("text-embedding-ada-002", "2", "/responses", "responses"),
        ("gpt-4.1", "2025-04-14", "/embeddings", "embeddings"),
        ("gpt-4.1", "2025-04-14", "/completions", "completion"),
        ("davinci-002", "1", "/chat/completions", "chatCompletion"),
    ],
)
def test_an_operation_that_a_model_lacks_is_answered_as_azure_does(
    wire: Wire, name: str, version: str, path: str, word: str
) -> None:
    deploy_base(wire, name, version)
    answer = ask(wire, path, model="base", input="x", messages=[])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "OperationNotSupported")
    text = f"The {word} operation does not work with the specified model, {name}"
    assert text in answer.json()["error"]["message"]


@pytest.fixture
def served(wire: Wire) -> Wire:
    wire.deploy(wire.trained(training_file=wire.upload(chat_lines(20))))
    return wire


@pytest.mark.parametrize("version", ["v1", "2025-03-01-preview"])
def test_a_response_is_kept_gone_on_with_and_deleted(served: Wire, version: str) -> None:
    made = ask(served, "/responses", version, model="ft", input="number 5").json()
    assert made["output"][0]["content"][0]["text"] == "It returns 5."
    path = f"/responses/{made['id']}"
    assert served.data("GET", path, version=version).json() == made
    items = served.data("GET", f"{path}/input_items", version=version).json()
    assert items["data"][0]["content"] == "number 5"
    body = {"model": "ft", "input": "number 6", "previous_response_id": made["id"]}
    again = ask(served, "/responses", version, **body).json()
    assert again["usage"]["input_tokens"] > made["usage"]["input_tokens"]
    assert served.data("DELETE", path, version=version).json()["deleted"] is True
    gone = served.data("GET", path, version=version)
    assert (gone.status_code, "not found" in gone.text) == (404, True)
    unknown = ask(served, "/responses", version, **body)
    assert unknown.json()["error"]["code"] == "previous_response_not_found"


def test_a_response_that_is_not_to_be_stored_is_not(served: Wire) -> None:
    made = ask(served, "/responses", model="ft", input="number 5", store=False).json()
    assert served.data("GET", f"/responses/{made['id']}", version="v1").status_code == 404


def test_a_streamed_response_comes_in_named_events(served: Wire) -> None:
    answer = ask(served, "/responses", model="ft", input="number 5", stream=True)
    blocks = [block.split("\n") for block in answer.text.split("\n\n") if block]
    names = [name.removeprefix("event: ") for name, _ in blocks]
    data = [json.loads(line.removeprefix("data: ")) for _, line in blocks]
    assert names[:2] == ["response.created", "response.in_progress"]
    assert names[-1] == "response.completed"
    assert [each["sequence_number"] for each in data] == list(range(len(data)))
    assert "".join(each.get("delta", "") for each in data) == "It returns 5."
    assert data[-1]["response"]["output"][0]["content"][0]["text"] == "It returns 5."


def test_a_response_takes_a_form_and_functions(served: Wire) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    form = {"format": {"type": "json_schema", "name": "x", "schema": schema}}
    made = ask(served, "/responses", model="ft", input="number 5", text=form).json()
    assert json.loads(made["output"][0]["content"][0]["text"]) == {"a": "It returns 5."}
    tool = {"type": "function", "name": "look", "parameters": schema}
    body: Any = {"model": "ft", "input": "number 5", "tools": [tool], "tool_choice": "required"}
    (call,) = ask(served, "/responses", **body).json()["output"]
    assert (call["type"], call["name"]) == ("function_call", "look")
    told = {"type": "function_call_output", "call_id": call["call_id"], "output": "seen"}
    items = [{"role": "user", "content": "number 5"}, call, told]
    done = ask(served, "/responses", **{**body, "input": items}).json()
    assert done["output"][0]["content"][0]["text"] == "It returns 5."


@pytest.mark.parametrize(
    "body",
    [
        {"input": ""},
        {"input": "x", "background": True},
        {"input": "x", "tools": [{"type": "web_search"}]},
        {"input": "x", "colour": "red"},
        {"input": "x", "previous_response_id": "resp_x"},
        {"input": "x", "max_output_tokens": 0},
    ],
)
def test_what_a_response_cannot_honour_is_refused(served: Wire, body: dict[str, Any]) -> None:
    answer = ask(served, "/responses", model="ft", **body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_a_conversation_goes_on(served: Wire) -> None:
    talk = ask(served, "/conversations").json()
    for number in (5, 6):
        body = {"model": "ft", "input": f"number {number}", "conversation": talk["id"]}
        made = ask(served, "/responses", **body).json()
    assert made["conversation"] == {"id": talk["id"]}
    once = ask(served, "/responses", model="ft", input="number 6").json()
    assert made["usage"]["input_tokens"] > once["usage"]["input_tokens"]
    path = f"/conversations/{talk['id']}"
    assert served.data("DELETE", path, version="v1").json()["deleted"] is True
    assert served.data("GET", path, version="v1").status_code == 404


def test_a_project_lists_deployments_and_does_the_rest(
    served: Wire, azure: RunningEmulator
) -> None:
    headers = {"Authorization": f"Bearer {served.token(audience='https://ai.azure.com')}"}
    base = f"/{SWEDEN}/api/projects/demo"
    params = {"api-version": "2025-11-15-preview"}

    def get(path: str, **query: str) -> Any:
        return served.raw("GET", base + path, headers=headers, params={**params, **query}).json()

    (row,) = get("/deployments")["value"]
    assert (row["name"], row["capabilities"]) == ("ft", {"chat_completion": "true"})
    assert get("/deployments", modelPublisher="Meta")["value"] == []
    assert get("/deployments/ft") == row
    job = get("/openai/fine_tuning/jobs")["data"][0]
    assert job["estimated_finish"] > job["created_at"]
    assert get("/openai/files")["data"]
    v1 = served.raw("GET", f"{base}/openai/v1/fine_tuning/jobs", headers=headers).json()
    assert v1["data"][0]["id"] == job["id"]
