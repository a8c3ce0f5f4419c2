"""Scripted faults: each kind, before and after the work, and what the recorder says of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from aoai_emulator import AdminError, RunningEmulator

from tests.emulator.wire import Wire, chat_lines

CONNECTION = (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)


def upload(wire: Wire, timeout: float = 20) -> requests.Response:
    return wire.data(
        "POST",
        "/files",
        data={"purpose": "fine-tune"},
        files={"file": ("a.jsonl", chat_lines())},
        timeout=timeout,
    )


def count(wire: Wire) -> int:
    return len(wire.data("GET", "/files").json()["data"])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["drop", "reset", "truncate"])
def test_a_broken_answer_breaks_the_connection(
    wire: Wire, azure: RunningEmulator, kind: str, when: str
) -> None:
    azure.fail(kind, method="POST", path="/files$", when=when)
    with pytest.raises(CONNECTION):
        upload(wire)
    assert count(wire) == (1 if when == "after" else 0)
    (entry,) = azure.requests("POST", "/files$")
    assert entry["fault"] == f"{kind} {when}"
    assert upload(wire).status_code == 201


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_status_comes_with_its_headers_and_body(
    wire: Wire, azure: RunningEmulator, when: str
) -> None:
    headers = {"Retry-After": "7", "Location": "https://elsewhere.example/"}
    azure.fail(status=503, headers=headers, body="busy", path="/files$", when=when, times=2)
    for _ in range(2):
        answer = upload(wire)
        assert (answer.status_code, answer.text) == (503, "busy")
        assert answer.headers["retry-after"] == "7"
    assert count(wire) == (2 if when == "after" else 0)


def test_a_status_without_a_body_gets_an_error_of_its_own(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.fail(status=429, path="/files$")
    assert upload(wire).json()["error"]["code"] == "429"


def test_garbage_is_no_json_with_a_good_status(wire: Wire, azure: RunningEmulator) -> None:
    azure.fail("garbage", path="/files$", when="after")
    answer = upload(wire)
    assert answer.status_code == 201
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    azure.fail("garbage", path="/files$", body='{"id": 7}')
    assert upload(wire).json() == {"id": 7}


def test_a_stalled_answer_runs_into_the_clients_timeout(wire: Wire, azure: RunningEmulator) -> None:
    azure.fail("stall", path="/files$", when="after")
    with pytest.raises(requests.exceptions.ReadTimeout):
        upload(wire, timeout=0.05)
    assert count(wire) == 1
    azure.fail("stall", path="/files$", seconds=0.01)
    with pytest.raises(CONNECTION):
        upload(wire)


def test_a_trickle_arrives_whole_in_the_end(wire: Wire, azure: RunningEmulator) -> None:
    azure.fail("trickle", path="/files$", when="after", seconds=0.0001)
    assert upload(wire).json()["object"] == "file"


def test_a_delay_only_takes_time(wire: Wire, azure: RunningEmulator) -> None:
    azure.fail("delay", path="/files$", seconds=0.1)
    began = time.monotonic()
    assert upload(wire).status_code == 201
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_held_request_goes_on_when_it_is_let_go(
    wire: Wire, azure: RunningEmulator, when: str
) -> None:
    azure.fail("hold", path="/files$", when=when)
    wire.token(audience="https://cognitiveservices.azure.com")
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(upload, wire)
        (entry,) = azure.wait_for("/files$", "POST")
        assert entry["status"] is None
        azure.release()
        assert held.result().status_code == 201
    assert azure.requests("POST", "/files$")[0]["status"] == 201


def test_a_fault_applies_only_to_the_requests_that_match(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.fail(status=500, method="POST", path="/files$", skip=1, times=1)
    assert [upload(wire).status_code for _ in range(3)] == [201, 500, 201]
    assert azure.faults() == []
    azure.fail(status=500, method="DELETE")
    azure.fail(status=418, path="/nowhere")
    assert upload(wire).status_code == 201
    assert [rule["status"] for rule in azure.faults()] == [500, 418]
    azure.clear_faults()
    assert azure.faults() == []


@pytest.mark.parametrize(
    "rule",
    [{"kind": "flood"}, {"when": "during"}, {"colour": "red"}, {"path": "("}],
)
def test_a_rule_that_makes_no_sense_is_refused(
    azure: RunningEmulator, rule: dict[str, str]
) -> None:
    with pytest.raises(AdminError):
        azure.fail(**rule)


def test_waiting_for_a_request_that_does_not_come_ends(azure: RunningEmulator) -> None:
    with pytest.raises(AdminError, match="no such request"):
        azure.wait_for("/never", seconds=0.01)
