"""Settings for what is not known of Azure: each answer that it may have is given when told."""

from __future__ import annotations

from dataclasses import fields

import pytest
import requests
from aoai_emulator import AdminError, RunningEmulator
from aoai_emulator.state.settings import Settings

from tests.emulator.wire import SWEDEN, Wire, chat_lines


def test_every_setting_says_what_it_is_about(azure: RunningEmulator) -> None:
    assert set(azure.settings()) == {each.name for each in fields(Settings)}
    assert all(each.metadata["what"] for each in fields(Settings))


def test_every_choice_of_every_setting_is_taken(azure: RunningEmulator) -> None:
    for each in fields(Settings):
        for choice in each.metadata.get("choices", ()):
            assert azure.settings(**{each.name: choice})[each.name] == choice
    with pytest.raises(AdminError, match="is none of: file, job"):
        azure.settings(invalid_data="both")


def test_a_file_may_be_deleted_without_a_body(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(file_delete_body=False)
    answer = wire.data("DELETE", f"/files/{wire.upload()}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_deployment_may_be_deleted_at_once(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(deployment_delete_async=False)
    wire.deploy(wire.trained())
    answer = wire.arm("DELETE", wire.deployment(SWEDEN, "ft"))
    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert wire.arm("GET", wire.deployment(SWEDEN, "ft")).status_code == 404


@pytest.mark.parametrize("header", ["both", "azure-asyncoperation", "location", "none"])
def test_an_operation_may_be_led_to_in_four_ways(
    wire: Wire, azure: RunningEmulator, header: str
) -> None:
    azure.settings(operation_header=header)
    azure.pace("polls:1", of="deployments")
    answer = wire.deploy(wire.trained())
    led = {"azure-asyncoperation", "location"} & {name.lower() for name in answer.headers}
    both = {"azure-asyncoperation", "location"}
    assert led == (both if header == "both" else {header} & both)
    for name in led:
        assert wire.arm("GET", answer.headers[name]).status_code == 200


def test_a_wrong_format_may_be_a_500_without_a_word(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(wrong_format_is_500=True)
    model = {"format": "Meta", "name": "gpt-4.1", "version": "2025-04-14"}
    body = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}}
    answer = wire.arm("PUT", wire.deployment(SWEDEN, "x"), json=body)
    assert (answer.status_code, answer.json()["error"]["message"]) == (500, "")


@pytest.mark.parametrize("refused", [False, True])
def test_a_deployment_may_or_may_not_take_another_model(
    wire: Wire, azure: RunningEmulator, refused: bool
) -> None:
    azure.settings(model_change_refused=refused)
    first, second = wire.trained(), wire.trained()
    wire.deploy(first)
    answer = wire.deploy(second)
    assert answer.status_code == (400 if refused else 200)
    found = wire.arm("GET", wire.deployment(SWEDEN, "ft")).json()
    assert found["properties"]["model"]["name"] == (first if refused else second)


def test_jobs_may_be_listed_oldest_first(wire: Wire, azure: RunningEmulator) -> None:
    made = [wire.submit(), wire.submit()]
    azure.settings(jobs_newest_first=False)
    listed = wire.data("GET", "/fine_tuning/jobs").json()["data"]
    assert [job["id"] for job in listed] == made


def test_the_end_of_an_old_job_may_be_stamped_anew(wire: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    job = wire.submit()
    first = wire.job(job)
    azure.settings(finished_at_restamped=True)
    assert wire.job(job) == first
    azure.advance(days=200)
    later = wire.job(job)
    assert later["finished_at"] > first["finished_at"] + 86_400
    assert {**later, "finished_at": 0} == {**first, "finished_at": 0}


def test_hours_may_be_billed_instead_of_tokens(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(billed_events="hours")
    events = wire.data("GET", f"/fine_tuning/jobs/{wire.submit()}/events").json()["data"]
    assert events[0]["message"] == "Training hours billed: 0.500"
    assert events[2]["message"] == "Postprocessing started."


def test_what_is_new_may_be_missing_from_lists_for_a_while(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.settings(list_lag_seconds=60)
    job = wire.submit()
    for path in ("/files", "/fine_tuning/jobs"):
        assert wire.data("GET", path).json()["data"] == []
    assert wire.job(job)["id"] == job
    azure.advance(seconds=61)
    assert len(wire.data("GET", "/fine_tuning/jobs").json()["data"]) == 1


def test_v1_may_speak_of_states_as_openai_does(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(v1_status_words="openai", jobs_at_once=1)
    azure.pace("manual", of="jobs")
    body = {"model": "gpt-4.1", "training_file": wire.upload()}
    jobs = [wire.data("POST", "/fine_tuning/jobs", version="v1", json=body).json() for _ in "ab"]
    paths = [f"/fine_tuning/jobs/{job['id']}" for job in jobs]
    seen = [wire.data("GET", path, version="v1").json()["status"] for path in paths]
    assert seen == ["validating_files", "queued"]
    assert wire.job(jobs[0]["id"])["status"] == "pending"


def upload_v1(wire: Wire, **fields: str) -> requests.Response:
    named = {
        name.replace("__", "[") + "]" if "__" in name else name: v for name, v in fields.items()
    }
    return wire.data(
        "POST",
        "/files",
        version="v1",
        data={"purpose": "fine-tune", **named},
        files={"file": ("a.jsonl", chat_lines())},
    )


def test_v1_may_require_that_a_file_expires(wire: Wire, azure: RunningEmulator) -> None:
    assert "expires_at" not in upload_v1(wire).json()
    after = {"expires_after__anchor": "created_at", "expires_after__seconds": "1209600"}
    file = upload_v1(wire, **after).json()
    assert file["expires_at"] == file["created_at"] + 1_209_600
    azure.settings(v1_files_need_expiry=True)
    assert upload_v1(wire).json()["error"]["param"] == "expires_after"
    assert upload_v1(wire, **after).status_code == 200
    assert upload_v1(wire, expires_after__anchor="created_at").status_code == 400


def test_arm_may_take_the_version_that_some_pages_print(wire: Wire, azure: RunningEmulator) -> None:
    path = azure.account_id(SWEDEN)
    assert wire.arm("GET", path, "2024-10-21").status_code == 400
    azure.settings(arm_takes_2024_10_21=True)
    assert wire.arm("GET", path, "2024-10-21").status_code == 200


def test_a_failed_safety_check_may_have_another_code(wire: Wire, azure: RunningEmulator) -> None:
    azure.settings(rai_failure_code="invalidPayload")
    data = chat_lines().replace(b"function", b"[emulator:harm=violence]")
    job = wire.job(wire.submit(training_file=wire.upload(data)))
    assert job["error"]["code"] == "invalidPayload"
