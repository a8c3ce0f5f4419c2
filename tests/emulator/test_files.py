"""Files: what is taken, what is refused, and what becomes of a file with time."""

from __future__ import annotations

import json

import pytest
from aoai_emulator import AdminError, RunningEmulator

from tests.emulator.wire import AMERICA, SWEDEN, Wire, chat_lines


def test_a_created_file_is_pending_and_says_where_it_lies(wire: Wire) -> None:
    answer = wire.data(
        "POST",
        "/files",
        data={"purpose": "fine-tune"},
        files={"file": ("a.jsonl", chat_lines())},
    )
    assert answer.status_code == 201
    assert answer.json()["status"] == "pending"
    assert answer.json()["bytes"] == len(chat_lines())
    place = answer.headers["location"]
    assert place.startswith(f"{wire.azure.endpoint(SWEDEN)}/openai/files/{answer.json()['id']}?")


def test_a_file_is_read_back_byte_by_byte(wire: Wire) -> None:
    data = chat_lines(40)
    answer = wire.data("GET", f"/files/{wire.upload(data)}/content")
    assert answer.content == data
    assert answer.headers["content-type"] == "application/octet-stream"


def test_a_file_belongs_to_one_account(wire: Wire) -> None:
    file = wire.upload(account=SWEDEN)
    assert wire.data("GET", f"/files/{file}", AMERICA).status_code == 404


def test_a_file_becomes_processed_at_its_pace(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("polls:4", of="files")
    file = wire.upload()
    seen = [wire.data("GET", f"/files/{file}").json()["status"] for _ in range(5)]
    assert seen == ["pending", "running", "running", "processed", "processed"]


def test_the_reading_of_a_file_can_be_ended_by_hand(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="files")
    file = wire.upload()
    assert wire.data("GET", f"/files/{file}").json()["status"] == "pending"
    azure.push(SWEDEN, file=file)
    assert wire.data("GET", f"/files/{file}").json()["status"] == "processed"
    with pytest.raises(AdminError, match="has no file"):
        azure.push(SWEDEN, file="file-0")
    with pytest.raises(AdminError, match="has no job"):
        azure.push(SWEDEN, "ftjob-0")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"messages": [', "Deserialization of line #12 failed"),
        ("[1]", "Deserialization of line #12 failed"),
        ('{"text": "x"}', "neither messages nor"),
        ('{"messages": []}', "at least one message"),
        ('{"messages": [{"content": "x"}]}', "object with a role"),
        ('{"messages": [{"role": "human", "content": "x"}]}', "none of: system"),
        ('{"messages": [{"role": "user"}]}', "no content"),
        ('{"messages": [{"role": "user", "content": null}]}', "no content"),
        ('{"messages": [{"role": "user", "content": 1}]}', "text or a list"),
        ('{"messages": [{"role": "assistant", "content": null}]}', "no content"),
        ('{"messages": [{"role": "assistant", "content": "x", "weight": true}]}', "weight"),
        ('{"messages": [{"role": "assistant", "content": "x", "weight": 2}]}', "weight"),
        ('{"prompt": "x", "completion": 1}', "must be text"),
        ('{"prompt": "x", "completion": NaN}', "Deserialization of line #12 failed"),
        ('{"prompt": "x", "completion": "\\ud800"}', "Deserialization of line #12 failed"),
        ("[" * 100_000, "Deserialization of line #12 failed"),
    ],
)
def test_a_bad_line_spoils_the_file(wire: Wire, line: str, what: str) -> None:
    found = wire.data("GET", f"/files/{wire.upload(chat_lines(12, line))}").json()
    assert found["status"] == "error"
    assert what in found["status_details"]
    assert "ine #12" in found["status_details"]


USER = {"role": "user", "content": "x"}
ANSWER = {"role": "assistant", "content": "x"}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("messages", "side", "what"),
    [
        ([], [ANSWER], "at least one message"),
        (None, [ANSWER], "at least one message"),
        ([USER], [], "at least one message"),
        ([USER], [{"content": "x"}], "object with a role"),
        ([USER], [USER], "must hold an assistant message"),
    ],
)
def test_a_preference_pair_is_of_messages(
    wire: Wire, messages: object, side: list[object], what: str
) -> None:
    pair = {
        "input": {"messages": messages},
        "preferred_output": [ANSWER],
        "non_preferred_output": side,
    }
    found = wire.data("GET", f"/files/{wire.upload(json.dumps(pair).encode())}").json()
    assert what in found["status_details"]


@pytest.mark.parametrize(
    "answer",
    [
        {**ANSWER, "weight": None},
        {**ANSWER, "content": [{"type": "text", "text": "x"}]},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "assistant", "refusal": "No."},
    ],
)
def test_an_answer_may_have_many_forms(wire: Wire, answer: dict[str, object]) -> None:
    line = json.dumps({"messages": [USER, answer]})
    file = wire.upload(chat_lines(12, line))
    assert wire.data("GET", f"/files/{file}").json()["status"] == "processed"


def test_a_line_that_is_not_utf_8_spoils_the_file(wire: Wire) -> None:
    file = wire.upload(chat_lines() + b"\xff\xfe")
    found = wire.data("GET", f"/files/{file}").json()
    assert found["status"] == "error"


def test_a_byte_order_mark_and_empty_lines_do_no_harm(wire: Wire) -> None:
    data = b"\xef\xbb\xbf" + chat_lines().replace(b"\n", b"\r\n\r\n")
    assert wire.data("GET", f"/files/{wire.upload(data)}").json()["status"] == "processed"


def test_an_empty_file_holds_no_json_line(wire: Wire) -> None:
    found = wire.data("GET", f"/files/{wire.upload(b'')}").json()
    assert "No valid json line found in file." in found["status_details"]


def test_files_are_listed_by_purpose(wire: Wire) -> None:
    first, second = wire.upload(), wire.upload()
    wire.trained(training_file=first)
    listed = wire.data("GET", "/files", params={"purpose": "fine-tune"}).json()
    assert [file["id"] for file in listed["data"]] == [second, first]
    assert set(listed) == {"object", "data"}
    assert len(wire.data("GET", "/files").json()["data"]) == 3


def test_a_deleted_file_is_gone(wire: Wire) -> None:
    file = wire.upload()
    answer = wire.data("DELETE", f"/files/{file}")
    assert answer.json() == {"object": "file", "deleted": True, "id": file}
    assert wire.data("GET", f"/files/{file}").status_code == 404
    again = wire.data("DELETE", f"/files/{file}")
    assert (again.status_code, again.json()["deleted"]) == (200, False)
    assert wire.data("GET", "/files").json()["data"] == []


def test_the_oldest_version_answers_a_delete_without_a_body(wire: Wire) -> None:
    answer = wire.data("DELETE", f"/files/{wire.upload()}", version="2024-02-01")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_file_that_a_job_works_on_cannot_be_deleted(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="jobs")
    file = wire.upload()
    job = wire.submit(training_file=file)
    assert wire.data("DELETE", f"/files/{file}").json()["error"]["code"] == "conflict"
    azure.push(SWEDEN, job)
    assert wire.data("DELETE", f"/files/{file}").status_code == 200


@pytest.mark.parametrize("purpose", ["", "fine-tune-results", "batch_output", "training"])
def test_a_purpose_that_cannot_be_uploaded_is_refused(wire: Wire, purpose: str) -> None:
    answer = wire.data(
        "POST", "/files", data={"purpose": purpose}, files={"file": ("a.jsonl", b"{}")}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalidPayload")


def test_an_upload_without_a_file_is_refused(wire: Wire) -> None:
    answer = wire.data("POST", "/files", files={"purpose": (None, "fine-tune")})
    assert "'file'" in answer.json()["error"]["message"]


def test_an_account_has_a_limit_of_files(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(files_per_account=2)
    wire.upload()
    gone = wire.upload()
    answer = wire.data(
        "POST", "/files", data={"purpose": "fine-tune"}, files={"file": ("a.jsonl", b"{}")}
    )
    assert answer.json()["error"]["code"] == "quotaExceeded"
    wire.data("DELETE", f"/files/{gone}")
    wire.upload()


def test_a_file_name_is_shown_and_never_used(wire: Wire) -> None:
    file = wire.upload(name="../../etc/passwd\r\n")
    assert wire.data("GET", f"/files/{file}").json()["filename"].startswith("../../etc/passwd")
