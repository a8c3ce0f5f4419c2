"""Waiting for a file that the service takes in: whatever becomes of it, the user reads what."""

from __future__ import annotations

import pytest

from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.lifecycle.file_processing import await_processed
from aoai.errors import AoaiError, NotFound, OperationFailed, OperationTimedOut
from tests.unit.azure.helpers import Answer, Request, Rig

PENDING = File("file-1", "train.jsonl", status="pending")


class Service:
    """One file: what each GET of it says, the last one for ever; and whether it can be deleted."""

    def __init__(self, *said: Answer, delete: int = 204) -> None:
        self.said = list(said)
        self.delete = delete
        self.deleted = 0

    def route(self, request: Request) -> Answer:
        if request.method == "DELETE":
            self.deleted += 1
            return Answer(self.delete)
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]


def told(status: str, **more: object) -> Answer:
    return Answer(body={"id": "file-1", "filename": "train.jsonl", "status": status, **more})


def await_it(rig: Rig, service: Service, **settings: object) -> File:
    rig.server.route = service.route
    return await_processed(FilesClient(rig.transport()), PENDING, **settings)  # type: ignore[arg-type]


def refused(rig: Rig, service: Service, kind: type[AoaiError], **settings: object) -> str:
    with pytest.raises(kind) as caught:
        await_it(rig, service, **settings)
    return str(caught.value)


@pytest.mark.parametrize("busy", ["pending", "running", "uploaded", "something newer", ""])
def test_it_is_waited_for_without_hurry(rig: Rig, busy: str) -> None:
    service = Service(*[told(busy)] * 5, told("processed"))
    assert await_it(rig, service).is_processed
    assert len(rig.server.requests) == 6
    assert rig.time.sleeps == sorted(rig.time.sleeps)
    assert len(rig.time.sleeps) == 5


@pytest.mark.parametrize("fault", [Answer(500), Answer(503), Answer(429), Answer(200, b"<html>")])
def test_a_question_that_fails_is_asked_again(rig: Rig, fault: Answer) -> None:
    assert await_it(rig, Service(told("pending"), fault, told("processed"))).is_processed


def test_a_file_that_cannot_be_deleted_either_still_says_why_it_is_no_good(rig: Rig) -> None:
    service = Service(told("error", status_details="Line 3 is no JSON."), delete=409)
    message = refused(rig, service, OperationFailed)
    assert service.deleted == 1
    assert "Line 3 is no JSON; correct the file and run again" in message
    assert "file-1, which the next run deletes" in message


@pytest.mark.parametrize("status", ["deleted", "deleting"])
def test_a_file_that_is_deleted_meanwhile_is_not_called_bad(rig: Rig, status: str) -> None:
    service = Service(told(status))
    message = refused(rig, service, OperationFailed)
    assert message.endswith("train.jsonl (file-1) was deleted meanwhile; run again")
    assert service.deleted == 0


def test_a_file_that_is_not_there_any_more_is_named(rig: Rig) -> None:
    assert "/files/file-1" in refused(rig, Service(Answer(404)), NotFound)


def test_the_budget_ends_and_nothing_is_deleted(rig: Rig) -> None:
    service = Service(told("running"))
    message = refused(rig, service, OperationTimedOut, budget=100.0)
    assert "still running after 100 seconds; run again, it is not uploaded twice" in message
    assert service.deleted == 0
