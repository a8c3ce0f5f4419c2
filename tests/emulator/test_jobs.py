"""Fine-tuning jobs: what is taken and refused, and a job's way from pending to its end."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.wire import AMERICA, MODEL, OTHER_SUBSCRIPTION, SWEDEN, Wire, chat_lines


def refusal(wire: Wire, version: str = "2024-10-21", account: str = SWEDEN, **body: Any) -> str:
    """The message that a job is refused with."""
    body = {"model": MODEL, "training_file": wire.upload(account=account), **body}
    answer = wire.data("POST", "/fine_tuning/jobs", account, version, json=body)
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"]["message"])


def test_a_new_job_shows_only_what_is_set(wire: Wire) -> None:
    body = {"model": "gpt-4.1-mini", "training_file": wire.upload(), "suffix": "demo"}
    answer = wire.data("POST", "/fine_tuning/jobs", json=body)
    assert answer.status_code == 201
    job = answer.json()
    assert f"/openai/fine_tuning/{job['id']}?" in answer.headers["location"]
    assert job["status"] == "pending"
    assert job["model"] == MODEL
    assert job["hyperparameters"] == {
        "n_epochs": -1,
        "batch_size": -1,
        "learning_rate_multiplier": 2,
    }
    assert list(job) == [
        "hyperparameters",
        "suffix",
        "seed",
        "status",
        "model",
        "training_file",
        "estimated_finish",
        "id",
        "created_at",
        "object",
    ]


def test_a_job_ends_with_a_model_named_after_it(wire: Wire) -> None:
    job = wire.job(wire.submit(suffix="demo", hyperparameters={"n_epochs": 2}))
    assert job["status"] == "succeeded"
    assert job["fine_tuned_model"] == f"{MODEL}.ft-{job['id'].removeprefix('ftjob-')}-demo"
    assert job["trained_tokens"] > 0
    assert job["finished_at"] >= job["created_at"]
    results = wire.data("GET", f"/files/{job['result_files'][0]}").json()
    assert (results["purpose"], results["filename"]) == ("fine-tune-results", "results.csv")


def test_a_job_by_polls_passes_through_its_states(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("polls:20", of="jobs")
    job = wire.submit()
    seen = [wire.job(job)["status"] for _ in range(20)]
    assert seen == ["running"] * 19 + ["succeeded"]


def test_a_job_by_time_has_its_events_at_the_right_moments(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    azure.pace("time:1000", of="jobs")
    job = wire.submit()
    created = wire.job(job)["created_at"]
    azure.advance(seconds=10)
    assert wire.job(job)["status"] == "pending"
    assert wire.job(job)["estimated_finish"] == created + 900
    azure.advance(days=3)
    done = wire.job(job)
    assert (done["status"], done["finished_at"]) == ("succeeded", created + 1000)
    events = wire.data("GET", f"/fine_tuning/jobs/{job}/events", params={"limit": 200}).json()
    moments = {event["message"]: event["created_at"] - created for event in events["data"]}
    assert moments["Job started."] == 20
    assert moments["Training started."] == 640
    assert moments["Job succeeded."] == 960
    assert done["estimated_finish"] == created + 900
    times = [event["created_at"] for event in events["data"]]
    assert times == sorted(times, reverse=True)


def test_three_jobs_run_at_once_and_the_next_waits_for_the_first_to_end(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    azure.pace("time:100", of="jobs")
    jobs = [wire.submit() for _ in range(5)]
    azure.advance(seconds=50)
    assert [wire.job(job)["status"] for job in jobs] == ["running"] * 3 + ["pending"] * 2
    azure.advance(seconds=1000)
    ended = [wire.job(job)["finished_at"] - wire.job(jobs[0])["created_at"] for job in jobs]
    assert ended == [100, 100, 100, 200, 200]


def test_a_full_queue_is_refused(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="jobs")
    azure.settings(jobs_at_once=1, jobs_queued=1)
    file = wire.upload()
    wire.submit(training_file=file)
    wire.submit(training_file=file)
    assert "running or queued" in refusal(wire, training_file=file)


def test_a_cancelled_job_frees_its_place(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="jobs")
    azure.settings(jobs_at_once=1)
    first, second = wire.submit(), wire.submit()
    azure.push(SWEDEN, second, progress=1)
    assert wire.job(second)["status"] == "pending"
    answer = wire.data("POST", f"/fine_tuning/jobs/{first}/cancel")
    assert answer.json()["status"] == "cancelled"
    assert wire.job(second)["status"] == "succeeded"
    again = wire.data("POST", f"/fine_tuning/jobs/{first}/cancel")
    assert again.json()["error"]["code"] == "unexpectedEntityState"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"model": "gpt-9"}, "does not support fine-tuning"),
        ({"model": f"{MODEL}.ft-0123"}, "was not found"),
        ({"model": 4}, "model is required"),
        ({"batch": 4}, "Unrecognized request argument supplied: batch"),
        ({"method": {"type": "supervised"}}, "Unrecognized request argument supplied: method"),
        ({"suffix": "a.b"}, "suffix"),
        ({"suffix": "a" * 41}, "suffix"),
        ({"seed": 2**31}, "seed"),
        ({"seed": True}, "seed"),
        ({"hyperparameters": {"n_epochs": 0}}, "n_epochs"),
        ({"hyperparameters": {"batch_size": 1.5}}, "batch_size"),
        ({"hyperparameters": {"learning_rate_multiplier": 0}}, "learning_rate_multiplier"),
        ({"hyperparameters": 3}, "hyperparameters"),
        ({"trainingType": "Batch"}, "trainingType"),
    ],
)
def test_a_request_that_azure_would_refuse_is_refused(
    wire: Wire, body: dict[str, Any], what: str
) -> None:
    assert what in refusal(wire, **body)


def test_a_region_that_does_not_train_the_model_refuses_it(wire: Wire) -> None:
    text = refusal(wire, account=OTHER_SUBSCRIPTION, model="o4-mini-2025-04-16")
    assert "does not support" in text


def test_an_open_model_is_trained_globally_only(wire: Wire) -> None:
    assert "with Standard TrainingType" in refusal(wire, model="gpt-oss-20b-11")
    job = wire.job(wire.submit(model="ministral-3b", trainingType="globalStandard"))
    assert (job["model"], job["trainingType"]) == ("Ministral-3B", "globalStandard")


@pytest.mark.parametrize("given", ["Developer", "developerTier", "DEVELOPER"])
def test_a_training_type_comes_back_in_one_form(wire: Wire, given: str) -> None:
    assert wire.job(wire.submit(trainingType=given))["trainingType"] == "developerTier"


def test_a_data_zone_trains_in_its_own_regions(wire: Wire) -> None:
    job = wire.job(
        wire.submit(account=OTHER_SUBSCRIPTION, trainingType="DataZone"), account=OTHER_SUBSCRIPTION
    )
    assert job["trainingType"] == "dataZone"
    assert "with DataZone TrainingType in swedencentral" in refusal(wire, trainingType="DataZone")


def test_a_file_that_is_not_ready_or_not_there_is_refused(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.pace("manual", of="files")
    file = wire.upload()
    body = {"model": MODEL, "training_file": file}
    answer = wire.data("POST", "/fine_tuning/jobs", json=body)
    assert answer.json()["error"]["code"] == "unexpectedEntityState"
    azure.settings(unprocessed_file_code="invalidPayload")
    answer = wire.data("POST", "/fine_tuning/jobs", json=body)
    assert answer.json()["error"]["code"] == "invalidPayload"
    missing = wire.data("POST", "/fine_tuning/jobs", json=body | {"training_file": "file-0"})
    assert missing.status_code == 404


def test_a_spoilt_file_is_refused(wire: Wire) -> None:
    text = refusal(wire, training_file=wire.upload(chat_lines(12, "{")))
    assert "Deserialization of line #12 failed" in text


def test_bad_data_can_also_fail_only_the_job(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(invalid_data="job")
    job = wire.job(wire.submit(training_file=wire.upload(chat_lines(12, "{"))))
    assert job["status"] == "failed"
    assert job["error"]["code"] == "jsonlValidationFailed"
    assert "line #12" in job["error"]["message"]


def test_nine_examples_fail_the_job_and_ten_do_not(wire: Wire) -> None:
    few = wire.job(wire.submit(training_file=wire.upload(chat_lines(9))))
    assert few["status"] == "failed"
    assert "at least 10 examples" in few["error"]["message"]
    assert few["error"]["param"] == "training_file"
    enough = wire.job(wire.submit(training_file=wire.upload(chat_lines(10))))
    assert enough["status"] == "succeeded"


def test_harmful_data_fails_the_job_with_the_words_of_azure(wire: Wire) -> None:
    harm = chat_lines(1).replace(b"function", b"[emulator:harm=self_harm] [emulator:harm=violence]")
    data = chat_lines() + harm
    job = wire.job(wire.submit(training_file=wire.upload(data)))
    assert job["error"]["message"] == (
        "The provided training data failed RAI checks for harm types: [self_harm, violence]."
        " Please fix the data and try again."
    )


def test_a_job_can_be_failed_by_hand(wire: Wire, azure: RunningEmulator) -> None:
    azure.pace("manual", of="jobs")
    job = wire.submit()
    azure.push(SWEDEN, job, fail="The GPUs are on fire.", code="internalFailure")
    assert wire.job(job)["error"] == {
        "code": "internalFailure",
        "message": "The GPUs are on fire.",
    }
    azure.push(SWEDEN, second := wire.submit(), fail="")
    failed = wire.job(second)
    assert failed["status"] == "failed"
    assert "error" not in failed


def test_a_model_can_be_trained_on(wire: Wire) -> None:
    first = wire.trained()
    second = wire.job(wire.submit(model=first))
    assert second["model"] == first
    assert second["fine_tuned_model"].startswith(f"{MODEL}.ft-")
    assert second["fine_tuned_model"] != first


def test_an_ended_job_can_be_deleted_and_its_model_stays(
    wire: Wire, azure: RunningEmulator
) -> None:
    job = wire.submit()
    model = wire.job(job)["fine_tuned_model"]
    assert wire.data("DELETE", f"/fine_tuning/jobs/{job}").status_code == 204
    assert wire.data("GET", f"/fine_tuning/jobs/{job}").status_code == 404
    assert wire.data("GET", f"/models/{model}").json()["status"] == "succeeded"
    azure.pace("manual", of="jobs")
    running = wire.submit()
    answer = wire.data("DELETE", f"/fine_tuning/jobs/{running}")
    assert answer.json()["error"]["code"] == "unexpectedEntityState"
    azure.settings(running_job_delete="deleted")
    assert wire.data("DELETE", f"/fine_tuning/jobs/{running}").status_code == 204
    assert wire.data("GET", f"/fine_tuning/jobs/{running}").status_code == 404
    assert wire.data("DELETE", "/fine_tuning/jobs/does-not-exist").status_code == 204


def test_jobs_are_listed_newest_first_by_pages(wire: Wire) -> None:
    file = wire.upload()
    made = [wire.submit(training_file=file) for _ in range(5)]
    first = wire.data("GET", "/fine_tuning/jobs", params={"limit": 2}).json()
    assert [job["id"] for job in first["data"]] == [made[4], made[3]]
    assert first["has_more"] is True
    rest = wire.data("GET", "/fine_tuning/jobs", params={"after": made[3]}).json()
    assert [job["id"] for job in rest["data"]] == [made[2], made[1], made[0]]
    assert rest["has_more"] is False
    assert wire.data("GET", "/fine_tuning/jobs", AMERICA).json()["data"] == []


@pytest.mark.parametrize("params", [{"after": "ftjob-0"}, {"limit": "0"}, {"limit": "many"}])
def test_a_page_that_cannot_be_is_refused(wire: Wire, params: dict[str, str]) -> None:
    assert wire.data("GET", "/fine_tuning/jobs", params=params).status_code == 400


def test_an_account_has_a_limit_of_jobs(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(jobs_kept=2)
    file = wire.upload()
    made = [wire.submit(training_file=file) for _ in range(4)]
    listed = wire.data("GET", "/fine_tuning/jobs").json()["data"]
    assert [job["id"] for job in listed] == [made[3], made[2]]


def test_a_running_job_is_paused_after_its_first_step_at_the_earliest(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.pace("manual", of="jobs")
    version = "2025-04-01-preview"
    job = wire.submit(version=version, hyperparameters={"n_epochs": 4})
    path = f"/fine_tuning/jobs/{job}"
    assert wire.data("POST", f"{path}/pause", version=version).status_code == 400
    azure.push(SWEDEN, job, progress=0.1)
    assert wire.job(job)["hyperparameters"]["batch_size"] == -1
    assert wire.data("POST", f"{path}/pause", version=version).json()["status"] == "pausing"
    paused = wire.job(job)
    assert (paused["status"], paused["hyperparameters"]["batch_size"]) == ("paused", 1)
    assert "finished_at" not in paused
    assert wire.data("POST", f"{path}/pause", version=version).status_code == 400
    (point,) = wire.data("GET", f"{path}/checkpoints", version=version).json()["data"]
    assert point["step_number"] == 1
    assert wire.deploy(point["fine_tuned_model_checkpoint"]).status_code == 201
    assert wire.data("POST", f"{path}/resume", version=version).json()["status"] == "resuming"
    assert wire.job(job)["status"] == "running"
    assert wire.data("POST", f"{path}/resume", version=version).status_code == 400
    azure.push(SWEDEN, job)
    assert wire.job(job)["status"] == "succeeded"
    points = wire.data("GET", f"{path}/checkpoints", version=version).json()["data"]
    assert [each["step_number"] for each in points] == [48, 36, 24, 1]


def test_paused_time_does_not_count(wire: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    azure.pace("time:100", of="jobs")
    job = wire.submit()
    azure.advance(seconds=60)
    version = "2025-04-01-preview"
    wire.data("POST", f"/fine_tuning/jobs/{job}/pause", version=version)
    azure.advance(days=2)
    assert wire.job(job)["status"] == "paused"
    wire.data("POST", f"/fine_tuning/jobs/{job}/resume", version=version)
    azure.advance(seconds=30)
    assert wire.job(job)["status"] == "running"
    azure.advance(seconds=10)
    assert wire.job(job)["status"] == "succeeded"
