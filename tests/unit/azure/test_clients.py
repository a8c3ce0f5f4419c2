"""What the clients ask for, and what they make of incomplete or strange answers."""

from __future__ import annotations

from typing import Any

import pytest

from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.authoring.job_log import Checkpoint, Event
from aoai.azure.authoring.jobs import FineTuningJobsClient, Job
from aoai.azure.authoring.models import Model, ModelsClient
from aoai.azure.lifecycle.job_body import spelled_training_type
from aoai.errors import NotFound, ResponseUnknown
from tests.unit.azure.helpers import Answer, Request, Rig

STRANGE: list[Any] = [None, 7, "x", [], {}, True, [None, 3], {"a": {"b": []}}, float(10**400 % 97)]
FULL_JOB = {
    "id": "ftjob-1",
    "status": "Running",
    "model": "gpt-4.1-mini-2025-04-14",
    "training_file": "file-1",
    "validation_file": "file-2",
    "suffix": "demo",
    "seed": 7,
    "hyperparameters": {"n_epochs": 3, "batch_size": -1, "learning_rate_multiplier": 0.1},
    "trainingType": "globalStandard",
    "fine_tuned_model": "gpt-4.1-mini.ft-1-demo",
    "result_files": ["file-9"],
    "created_at": 1764700000,
    "finished_at": 1764710000,
    "estimated_finish": 1764709000,
    "trained_tokens": 1234,
    "error": {"code": "invalidPayload", "message": "failed RAI checks", "param": "training_file"},
}


def test_a_job_is_read_in_full() -> None:
    job = Job.parse(FULL_JOB)
    assert (job.id, job.status, job.seed, job.trained_tokens) == ("ftjob-1", "running", 7, 1234)
    assert job.hyperparameters["learning_rate_multiplier"] == 0.1
    assert job.result_files == ("file-9",)
    assert job.error_message == "invalidPayload: failed RAI checks"


def test_a_methods_hyperparameters_count_where_there_are_no_others() -> None:
    method = {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1, "n_epochs": "auto"}}}
    assert Job.parse({"id": "x", "method": method}).hyperparameters == {"beta": 0.1}


@pytest.mark.parametrize("field", [*FULL_JOB, "method"])
@pytest.mark.parametrize("value", STRANGE)
def test_a_field_of_another_type_counts_as_absent(field: str, value: Any) -> None:
    Job.parse({**FULL_JOB, field: value})
    File.parse({"id": "f", field: value, "bytes": value, "filename": value})
    Model.parse({"id": "m", "capabilities": value, "deprecation": value})
    Event.parse({"id": "e", "data": value, "message": value, "created_at": value})
    Checkpoint.parse({"id": "c", "metrics": value, "step_number": value})


def test_an_absent_field_and_a_null_are_the_same() -> None:
    nulls = dict.fromkeys(FULL_JOB, None) | {"id": "ftjob-1"}
    assert Job.parse(nulls) == Job.parse({"id": "ftjob-1"})
    assert Job.parse({"id": "x", "error": {}}).error_message is None


@pytest.mark.parametrize(
    ("status", "terminal", "failed"),
    [
        ("pending", False, False),
        ("running", False, False),
        ("paused", False, False),
        ("some new word", False, False),
        ("", False, False),
        ("succeeded", True, False),
        ("failed", True, True),
        ("cancelled", True, True),
        ("Canceled", True, True),
    ],
)
def test_only_the_three_known_ends_are_ends(status: str, terminal: bool, failed: bool) -> None:
    job = Job.parse({"id": "x", "status": status})
    assert (job.is_terminal, job.has_failed) == (terminal, failed)


def test_an_event_holds_step_and_losses() -> None:
    event = Event.parse({"id": "e", "data": {"step": 10, "train_loss": 0.5, "valid_loss": 0.7}})
    assert (event.step, event.train_loss, event.valid_loss) == (10, 0.5, 0.7)
    assert Event.parse({"id": "e", "data": None}).step is None


def test_a_checkpoint_is_read_with_its_step_and_metrics() -> None:
    data = {"metrics": {"valid_loss": 0.9, "full_valid_loss": 0.8}, "step_number": 90.0}
    checkpoint = Checkpoint.parse(data)
    assert (checkpoint.step_number, checkpoint.metrics["full_valid_loss"]) == (90, 0.8)


def _pages(request: Request) -> Answer:
    after = int(request.query.get("after", "x-0").split("-")[1])
    page = [{"id": f"x-{n}", "message": str(n)} for n in range(after + 1, after + 3)]
    return Answer(body={"data": page, "has_more": after < 6})


def test_all_pages_of_jobs_are_read(rig: Rig) -> None:
    rig.server.route = _pages
    jobs = FineTuningJobsClient(rig.transport()).list_jobs()
    assert [job.id for job in jobs] == [f"x-{n}" for n in range(1, 9)]
    assert rig.server.requests[1].query["after"] == "x-2"


def test_jobs_are_read_down_to_the_oldest_that_is_awaited(rig: Rig) -> None:
    rig.server.route = _pages
    client = FineTuningJobsClient(rig.transport())
    for awaited, pages in (["x-1"], 1), (["x-2", "x-3"], 2), (["x-3", "gone"], 4), ([], 1):
        rig.server.requests.clear()
        jobs = client.newest_jobs(awaited)
        assert [job.id for job in jobs] == [f"x-{n}" for n in range(1, 2 * pages + 1)]
        assert len(rig.server.requests) == pages


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("Developer", "developerTier"),
        ("DeveloperTier", "developerTier"),
        ("developertier", "developerTier"),
        ("GlobalStandard", "GlobalStandard"),
        ("standard", "standard"),
        ("a word of the future", "a word of the future"),
    ],
)
def test_the_developer_tier_is_sent_as_azure_writes_it(given: str, sent: str) -> None:
    assert spelled_training_type(given) == sent


@pytest.mark.parametrize(("sent", "read"), [(6720, 6720), (0, 0), (-672, None), (None, None)])
def test_negative_trained_tokens_are_unknown(sent: int | None, read: int | None) -> None:
    assert Job.parse({"id": "x", "trained_tokens": sent}).trained_tokens == read


def test_only_the_newest_events_are_read_if_that_is_enough(rig: Rig) -> None:
    rig.server.route = _pages
    events = FineTuningJobsClient(rig.transport()).list_events("ftjob-1", limit=3)
    assert [event.message for event in events] == ["1", "2", "3"]
    assert len(rig.server.requests) == 2


def test_pages_that_never_end_are_an_error(rig: Rig) -> None:
    rig.server.route = lambda _request: Answer(body={"data": [{"id": "x"}], "has_more": True})
    with pytest.raises(ResponseUnknown, match="no end"):
        FineTuningJobsClient(rig.transport()).list_jobs()
    assert len(rig.server.requests) == 2


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {}}, {"error": "x"}])
def test_an_answer_that_is_no_list_is_not_an_empty_list(rig: Rig, body: object) -> None:
    rig.server.route = lambda _request: Answer(body=body)
    with pytest.raises(ResponseUnknown):
        FilesClient(rig.transport()).list_files()


def test_versions_and_purpose_go_along(rig: Rig) -> None:
    rig.server.route = lambda _request: Answer(body={"data": []})
    transport = rig.transport()
    FilesClient(transport).list_files()
    FineTuningJobsClient(transport).list_jobs()
    ModelsClient(transport).list_models()
    files, jobs, models = rig.server.requests
    assert files.query == {"api-version": "2024-10-21", "purpose": "fine-tune"}
    assert jobs.query["api-version"] == "2025-04-01-preview"
    assert (models.path, models.query) == ("/models", {"api-version": "2024-10-21"})


def test_deleting_what_is_gone_is_a_success(rig: Rig) -> None:
    rig.server.route = lambda _request: Answer(404, {"error": {"code": "notFound"}})
    transport = rig.transport()
    FilesClient(transport).delete_file("file-1")
    FineTuningJobsClient(transport).delete_job("ftjob-1")
    assert [request.method for request in rig.server.requests] == ["DELETE", "DELETE"]


@pytest.mark.parametrize("status", [200, 204])
def test_both_answers_to_a_delete_are_understood(rig: Rig, status: int) -> None:
    rig.server.plan = [Answer(status, None if status == 204 else {"deleted": True})]
    FilesClient(rig.transport()).delete_file("file-1")


def test_getting_what_is_gone_is_not_found(rig: Rig) -> None:
    rig.server.route = lambda _request: Answer(404, {"error": {"code": "notFound"}})
    with pytest.raises(NotFound):
        ModelsClient(rig.transport()).get_model("m")


def test_a_lost_cancel_is_repeated(rig: Rig) -> None:
    rig.server.plan = [Answer(500), Answer(body={"id": "ftjob-1", "status": "cancelled"})]
    assert FineTuningJobsClient(rig.transport()).cancel_job("ftjob-1").has_failed
