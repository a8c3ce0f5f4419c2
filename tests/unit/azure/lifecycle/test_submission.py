"""One job and one file, whatever happens to the answer.

The columns are those at which the common client libraries submit up to three billed jobs: the
service does the work, and then the answer is lost, twice in a row.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from aoai.azure.authoring.files import FilesClient
from aoai.azure.authoring.jobs import FineTuningJobsClient, Job
from aoai.azure.http.retrying import Timeouts
from aoai.azure.lifecycle.fine_tuning_job import submit_once
from aoai.azure.lifecycle.training_file import upload_file
from aoai.errors import (
    AoaiError,
    ApiError,
    Conflict,
    DatasetError,
    InvalidRequest,
    ResponseUnknown,
    Throttled,
)
from tests.unit.azure.fake_service import FakeDataPlane, Fault
from tests.unit.azure.helpers import Answer, Request, Rig

BODY = {"model": "gpt-4.1-mini", "training_file": "file-1", "suffix": "demo-1a2b", "seed": 7}
CONTENT = b'{"messages":[]}\n' * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "train-1a2b3c4d-5e6f70.jsonl"
COLUMNS = {
    "500": Answer(500),
    "502": Answer(502),
    "503 and Retry-After": Answer(503, headers={"Retry-After": "1"}),
    "504": Answer(504),
    "408": Answer(408),
    "429": Answer(429, headers={"Retry-After": "1"}),
    "401": Answer(401, {"error": {"code": "Unauthorized", "message": "m"}}),
    "409": Answer(409, {"error": {"code": "conflict", "message": "m"}}),
    "425": Answer(425),
    "499": Answer(499),
    "303": Answer(303, headers={"Location": "/made"}),
    "RST": Answer(fault="reset"),
    "FIN": Answer(fault="close"),
    "time-out": Answer(fault="stall"),
    "truncated body": Answer(201, {"id": "x-1", "object": "fine_tuning.job"}, fault="truncate"),
    "bad JSON": Answer(201, b"<html>created</html>"),
    "empty": Answer(201),
    "JSON without an id": Answer(201, {"object": "fine_tuning.job"}),
}


def is_ours(job: Job) -> bool:
    return (job.suffix, job.seed, job.training_file) == ("demo-1a2b", 7, "file-1")


class Submitter:
    """Submits to a fake service, with every billed try counted."""

    def __init__(self, rig: Rig, service: FakeDataPlane) -> None:
        self.billed = 0
        self.service = service
        rig.server.route = service.route
        quick = Timeouts(connect=2.0, read=0.15, answer=5.0)
        transport = rig.transport(timeouts=quick)
        self.jobs = FineTuningJobsClient(transport)
        self.files = FilesClient(transport)

    def count(self) -> None:
        self.billed += 1

    def submit(self) -> Job:
        return submit_once(self.jobs, BODY, is_ours=is_ours, before_billed=self.count)


@pytest.mark.parametrize("lag", [0, 3])
@pytest.mark.parametrize("column", COLUMNS)
def test_an_answer_lost_after_the_work_gives_one_job(rig: Rig, column: str, lag: int) -> None:
    answer = COLUMNS[column]
    service = FakeDataPlane(faults=[Fault(answer, True), Fault(answer, True)], lag=lag)
    submitter = Submitter(rig, service)
    job = submitter.submit()
    assert [made["id"] for made in service.jobs] == [job.id]
    assert submitter.billed == service.posts == 1


@pytest.mark.parametrize("column", COLUMNS)
def test_an_answer_lost_before_the_work_gives_one_job(rig: Rig, column: str) -> None:
    answer = COLUMNS[column]
    service = FakeDataPlane(faults=[Fault(answer, False), Fault(answer, False)])
    submitter = Submitter(rig, service)
    job = submitter.submit()
    assert [made["id"] for made in service.jobs] == [job.id]
    assert service.posts == 3


def test_throttled_submissions_are_simply_sent_again(rig: Rig) -> None:
    service = FakeDataPlane(faults=[Fault(Answer(429), False)] * 2)
    submitter = Submitter(rig, service)
    submitter.submit()
    assert len(service.jobs) == 1
    assert submitter.billed == 3


def test_a_job_of_an_earlier_run_is_adopted(rig: Rig) -> None:
    service = FakeDataPlane()
    first = Submitter(rig, service).submit()
    second = Submitter(rig, service)
    assert second.submit() == first
    assert second.billed == 0


def test_it_is_found_on_any_page(rig: Rig) -> None:
    service = FakeDataPlane(page_size=2)
    first = Submitter(rig, service).submit()
    others = [{"id": f"o-{n}", "created_at": 10 + n, "suffix": "other"} for n in range(5)]
    service.jobs += others
    assert Submitter(rig, service).submit() == first


@pytest.mark.parametrize("status", ["failed", "cancelled", "Canceled"])
def test_a_job_that_failed_is_never_adopted(rig: Rig, status: str) -> None:
    service = FakeDataPlane(jobs=[{**BODY, "id": "old", "status": status, "created_at": 0}])
    assert Submitter(rig, service).submit().id != "old"


@pytest.mark.parametrize("status", ["running", "succeeded", "paused", "something new"])
def test_any_other_job_of_ours_is_adopted(rig: Rig, status: str) -> None:
    service = FakeDataPlane(jobs=[{**BODY, "id": "old", "status": status, "created_at": 0}])
    assert Submitter(rig, service).submit().id == "old"


def test_of_two_jobs_everybody_adopts_the_older(rig: Rig) -> None:
    jobs = [{**BODY, "id": f"x{n}", "status": "running", "created_at": n} for n in (5, 3, 4)]
    assert Submitter(rig, FakeDataPlane(jobs=jobs)).submit().id == "x3"


def test_a_refusal_is_not_repeated(rig: Rig) -> None:
    service = FakeDataPlane(faults=[Fault(Answer(400, {"error": {"code": "x"}}), False)])
    with pytest.raises(InvalidRequest):
        Submitter(rig, service).submit()
    assert service.posts == 1


def test_a_conflict_that_stays_is_shown_as_it_is(rig: Rig) -> None:
    conflict = Answer(409, {"error": {"code": "conflict", "message": "not now"}})
    service = FakeDataPlane(faults=[Fault(conflict, False)] * 9)
    with pytest.raises(Conflict, match="not now"):
        Submitter(rig, service).submit()
    assert service.jobs == []


@pytest.mark.parametrize("column", ["401", "409"])
def test_a_refusal_that_stays_is_believed_after_three_minutes(rig: Rig, column: str) -> None:
    service = FakeDataPlane(faults=[Fault(COLUMNS[column], False)] * 9)
    submitter = Submitter(rig, service)
    begin = rig.time.clock()
    with pytest.raises(ApiError, match="answered like this 3 times, and nothing was made"):
        submitter.submit()
    assert (service.posts, submitter.billed) == (3, 3)
    assert 120 <= rig.time.clock() - begin <= 185


@pytest.mark.parametrize("column", ["500", "425", "499", "FIN"])
def test_a_failure_that_stays_is_tried_four_times(rig: Rig, column: str) -> None:
    """None of these is a refusal: the service, or the way to it, may recover."""
    service = FakeDataPlane(faults=[Fault(COLUMNS[column], False)] * 9)
    with pytest.raises(ResponseUnknown, match="Run again: it is looked for first"):
        Submitter(rig, service).submit()
    assert service.posts == 4


def test_refusals_that_differ_are_no_refusal_that_stays(rig: Rig) -> None:
    answers = [COLUMNS[column] for column in ("401", "409", "401")]
    service = FakeDataPlane(faults=[Fault(answer, False) for answer in answers])
    Submitter(rig, service).submit()
    assert len(service.jobs) == 1


@pytest.mark.parametrize("column", ["401", "409", "425", "499"])
@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_job_is_found_whichever_of_the_same_answers_came_after_the_work(
    rig: Rig, column: str, before: int
) -> None:
    """The service shows a new job only after some looks at the list."""
    faults = [Fault(COLUMNS[column], committed=number == before) for number in range(before + 1)]
    service = FakeDataPlane(faults=faults, lag=3)
    job = Submitter(rig, service).submit()
    assert [made["id"] for made in service.jobs] == [job.id]


def test_a_stop_before_billing_sends_nothing(rig: Rig) -> None:
    service = FakeDataPlane()
    submitter = Submitter(rig, service)

    def stop() -> None:
        raise AoaiError("the engine is gone")

    with pytest.raises(AoaiError, match="engine is gone"):
        submit_once(submitter.jobs, BODY, is_ours=is_ours, before_billed=stop)
    assert service.posts == 0


@pytest.mark.parametrize("broken", [Answer(200), Answer(body={"data": None}), Answer(403)])
def test_without_a_list_nothing_is_submitted(rig: Rig, broken: Answer) -> None:
    service = FakeDataPlane(lists=[broken])
    with pytest.raises(AoaiError):
        Submitter(rig, service).submit()
    assert service.posts == 0


def test_when_looking_fails_too_nothing_more_is_submitted(rig: Rig) -> None:
    lists = [Answer(body={"data": []}), Answer(403, {"error": {"code": "x"}})]
    service = FakeDataPlane(faults=[Fault(Answer(500), True)], lists=lists)
    with pytest.raises(ResponseUnknown, match="Run again: it is looked for"):
        Submitter(rig, service).submit()
    assert service.posts == 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("column", COLUMNS)
def test_an_upload_whose_answer_is_lost_gives_one_file(
    rig: Rig, path: Path, column: str, committed: bool
) -> None:
    service = FakeDataPlane(faults=[Fault(COLUMNS[column], committed)])
    files = Submitter(rig, service).files
    file = upload_file(files, path, NAME, sha256=SHA256)
    assert [made["id"] for made in service.files] == [file.id]
    assert (file.filename, file.bytes) == (NAME, len(CONTENT))


def test_a_file_of_an_earlier_run_is_adopted(rig: Rig, path: Path) -> None:
    service = FakeDataPlane()
    files = Submitter(rig, service).files
    first = upload_file(files, path, NAME, sha256=SHA256)
    assert upload_file(files, path, NAME, sha256=SHA256) == first
    assert service.posts == 1


@pytest.mark.parametrize(
    "other",
    [
        {"filename": "other.jsonl", "bytes": len(CONTENT), "status": "processed"},
        {"filename": NAME, "bytes": 1, "status": "processed"},
        {"filename": NAME, "bytes": len(CONTENT), "status": "error"},
        {"filename": NAME, "bytes": len(CONTENT), "status": "deleted"},
    ],
)
def test_a_file_that_is_not_the_same_or_unusable_is_not_adopted(
    rig: Rig, path: Path, other: dict[str, object]
) -> None:
    service = FakeDataPlane(files=[{"id": "old", "created_at": 0, **other}])
    assert upload_file(Submitter(rig, service).files, path, NAME, sha256=SHA256).id != "old"


def failed_file(name: str = NAME) -> dict[str, object]:
    return {"id": f"old-{name}", "filename": name, "bytes": 7, "status": "error", "created_at": 0}


def test_what_failed_after_an_earlier_run_had_ended_is_deleted(rig: Rig, path: Path) -> None:
    service = FakeDataPlane(files=[failed_file(), failed_file("other.jsonl")])
    file = upload_file(Submitter(rig, service).files, path, NAME, sha256=SHA256)
    assert [each["id"] for each in service.files] == ["old-other.jsonl", file.id]


def test_what_failed_and_cannot_be_deleted_is_no_error(rig: Rig, path: Path) -> None:
    service = FakeDataPlane(files=[failed_file()])
    files = Submitter(rig, service).files

    def route(request: Request) -> Answer:
        return Answer(409) if request.method == "DELETE" else service.route(request)

    rig.server.route = route
    assert upload_file(files, path, NAME, sha256=SHA256).status == "pending"


@pytest.mark.parametrize(("age", "kept"), [(0, "theirs"), (2, "x-1")], ids=["older", "younger"])
def test_of_two_runs_at_once_both_take_the_older_file(
    rig: Rig, path: Path, age: int, kept: str
) -> None:
    service = FakeDataPlane()
    files = Submitter(rig, service).files
    theirs = {"id": "theirs", "filename": NAME, "bytes": len(CONTENT), "status": "pending"}

    def route(request: Request) -> Answer:
        answer = service.route(request)
        if request.method == "POST":
            service.files.append({**theirs, "created_at": age})
        return answer

    rig.server.route = route
    assert upload_file(files, path, NAME, sha256=SHA256).id == kept
    left = {str(each["id"]) for each in service.files}
    # The younger one is deleted by the run that made it, not by the other.
    assert left == ({"theirs"} if kept == "theirs" else {"x-1", "theirs"})


def test_a_file_that_was_made_is_used_even_if_the_last_lookup_fails(rig: Rig, path: Path) -> None:
    lists = [Answer(body={"data": []}), Answer(403)]
    service = FakeDataPlane(lists=lists)
    file = upload_file(Submitter(rig, service).files, path, NAME, sha256=SHA256)
    assert [each["id"] for each in service.files] == [file.id]
    assert service.lists == []


def test_a_throttled_upload_sends_the_whole_file_again(rig: Rig, path: Path) -> None:
    service = FakeDataPlane(faults=[Fault(Answer(429), False)])
    file = upload_file(Submitter(rig, service).files, path, NAME, sha256=SHA256)
    assert file.bytes == len(CONTENT)


def test_a_file_of_another_content_is_never_published(rig: Rig, path: Path) -> None:
    service = FakeDataPlane()
    path.write_bytes(CONTENT.replace(b"messages", b"massages"))
    with pytest.raises(DatasetError, match="Nothing was published"):
        upload_file(Submitter(rig, service).files, path, NAME, sha256=SHA256)
    assert service.files == []


@pytest.mark.parametrize("name", ["gone", "x" * 300, "a\0b", "."], ids=["gone", "long", "nul", "."])
def test_a_path_that_cannot_be_opened_is_an_error(rig: Rig, tmp_path: Path, name: str) -> None:
    service = FakeDataPlane()
    with pytest.raises(DatasetError, match=r"cannot be opened|not a regular file"):
        upload_file(Submitter(rig, service).files, tmp_path / name, NAME, sha256=SHA256)
    assert service.posts == 0


def test_throttling_ends_with_the_budget(rig: Rig) -> None:
    service = FakeDataPlane(faults=[Fault(Answer(429), False)] * 10_000)
    with pytest.raises(Throttled):
        Submitter(rig, service).submit()
    assert service.jobs == []
