"""Updates that end before the training does, on the real engine."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import connect
from tests.engine.conftest import Project

pytestmark = pytest.mark.engine

FIXED = {"model": "tutor", "account": "sweden", "deploymentName": "tutor"}


@pytest.fixture
def detached(project: Project, azure: RunningEmulator) -> Project:
    """A stack whose updates do not wait; its jobs run until they are released."""
    azure.pace("manual", of="jobs")
    project.configure(wait="detach")
    project.stack()
    return project


def up(project: Project, *more: str) -> str:
    """An update that ends well; what it showed."""
    done = project.run("up", "--yes", "--skip-preview", *more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout


def outputs(project: Project) -> dict[str, Any]:
    return {name: each.value for name, each in project.stack().outputs().items()}


def jobs(account: Account) -> list[Job]:
    return sorted(connect(account).jobs.list_jobs(), key=lambda job: job.created_at)


def served(account: Account) -> list[str]:
    return [found.model for found in connect(account).deployments.list_deployments()]


def edit(project: Project, before: str, after: str) -> None:
    project.train.write_text(project.train.read_text().replace(before, after))


def finish(azure: RunningEmulator) -> None:
    azure.pace("immediate", of="jobs")


def steps(shown: str) -> list[str]:
    """The rows of resources that are created, replaced or updated."""
    rows = shown.rsplit("@ previewing update", maxsplit=1)[-1].splitlines()
    return [row for row in rows if row.startswith((" +", " -", " ~")) and "refresh" not in row]


def hold(azure: RunningEmulator) -> None:
    azure.pace("manual", of="jobs")


def test_three_updates_submit_wait_and_collect(
    detached: Project, azure: RunningEmulator, sweden: Account
) -> None:
    assert "a job that the update submits" in detached.run("preview").stdout
    up(detached)
    (job,) = jobs(sweden)
    assert job.id in outputs(detached)["pending"]["tutor"]
    assert outputs(detached)["models"]["tutor"] == {"jobId": job.id, "fineTunedModel": ""}
    assert served(sweden) == []

    assert job.id in detached.run("preview").stdout
    up(detached)
    assert served(sweden) == []
    assert len(jobs(sweden)) == 1

    finish(azure)
    assert "1 to create" not in detached.run("preview").stdout
    up(detached)
    assert outputs(detached)["pending"] == {}
    assert served(sweden) == [outputs(detached)["models"]["tutor"]["fineTunedModel"]]
    assert detached.run("preview", "--expect-no-changes").returncode == 0
    assert len(jobs(sweden)) == 1


@pytest.mark.matrix
@pytest.mark.parametrize("deployment", [{"model": "tutor", "account": "sweden"}, FIXED], ids=str)
def test_the_old_model_serves_until_the_new_one_is_collected(
    detached: Project, azure: RunningEmulator, sweden: Account, deployment: dict[str, Any]
) -> None:
    detached.configure(deployments={"tutor-sweden": deployment})
    finish(azure)
    up(detached)
    hold(azure)
    before = outputs(detached)

    edit(detached, "Answer 3 about", "A better answer 3 about")
    shown = detached.run("preview").stdout
    assert "a job that the update submits" in shown
    assert not [each for each in steps(shown) if "ModelDeployment" in each]
    up(detached)
    up(detached)
    assert detached.run("refresh", "--yes").returncode == 0
    up(detached)
    _first, second = jobs(sweden)
    assert second.id in outputs(detached)["pending"]["tutor"]
    assert outputs(detached)["deployments"] == before["deployments"]
    assert served(sweden) == [before["models"]["tutor"]["fineTunedModel"]]

    finish(azure)
    up(detached)
    assert served(sweden) == [outputs(detached)["models"]["tutor"]["fineTunedModel"]]
    assert served(sweden) != [before["models"]["tutor"]["fineTunedModel"]]
    assert outputs(detached)["pending"] == {}
    assert len(jobs(sweden)) == 2
    assert detached.run("preview", "--expect-no-changes").returncode == 0


@pytest.mark.matrix
def test_edited_again_and_reverted_while_a_job_runs_nothing_is_trained_twice(
    detached: Project, azure: RunningEmulator, sweden: Account
) -> None:
    finish(azure)
    up(detached)
    hold(azure)
    before = outputs(detached)
    edit(detached, "Answer 3 about", "A better answer 3 about")
    up(detached)
    edit(detached, "A better answer 3 about", "The best answer 3 about")
    up(detached)
    assert [job.status for job in jobs(sweden)].count("cancelled") == 1
    assert served(sweden) == [before["models"]["tutor"]["fineTunedModel"]]

    edit(detached, "The best answer 3 about", "Answer 3 about")
    up(detached)
    assert outputs(detached) == before
    assert [job.status for job in jobs(sweden)] == ["succeeded", "cancelled", "cancelled"]
    assert served(sweden) == [before["models"]["tutor"]["fineTunedModel"]]


@pytest.mark.matrix
def test_a_job_that_failed_meanwhile_ends_the_run_and_the_others_are_collected(
    detached: Project, azure: RunningEmulator, sweden: Account
) -> None:
    tutor = detached.settings["models"]["tutor"]
    (detached.directory / "harmful.jsonl").write_text(
        detached.train.read_text().replace("Answer 3", "[emulator:harm=violence] Answer 3")
    )
    detached.configure(models={"tutor": tutor, "other": {**tutor, "trainingFile": "harmful.jsonl"}})
    up(detached)
    finish(azure)
    for _run in range(2):
        failed = detached.run("up", "--yes", "--skip-preview")
        assert failed.returncode != 0
        told = failed.stdout.split("Diagnostics:")[1]
        assert told.count("error: fine-tuning job") == 1
        assert "failed RAI checks for harm types: [violence]" in told
        assert "Traceback" not in failed.stdout
    assert served(sweden) == [outputs(detached)["models"]["tutor"]["fineTunedModel"]]
    assert outputs(detached)["pending"] == {}
    assert len(jobs(sweden)) == 2


@pytest.mark.matrix
def test_destroy_cancels_the_job_that_is_not_collected_yet(
    detached: Project, sweden: Account
) -> None:
    up(detached)
    detached.stack().destroy()
    assert [job.status for job in jobs(sweden)] == ["cancelled"]
    assert connect(sweden).files.list_files() == []


@pytest.mark.matrix
def test_a_job_that_was_left_is_waited_for_once_that_is_wanted_and_the_other_way_round(
    detached: Project, azure: RunningEmulator, sweden: Account
) -> None:
    up(detached)
    detached.configure(wait="block")
    # The preview of a wait shows what comes of it.
    shown = detached.run("preview").stdout
    assert "ModelDeployment" in shown
    detached.configure(wait="detach")
    up(detached)
    finish(azure)
    detached.configure(wait="block")
    up(detached)
    assert len(served(sweden)) == len(jobs(sweden)) == 1


@pytest.mark.matrix
def test_a_model_that_is_read_again_by_force_meanwhile_goes_on_serving(
    detached: Project, azure: RunningEmulator, sweden: Account
) -> None:
    finish(azure)
    up(detached)
    hold(azure)
    before = served(sweden)
    edit(detached, "Answer 3 about", "A better answer 3 about")
    up(detached)
    urn = next(
        resource["urn"]
        for resource in detached.resources()
        if resource["type"].endswith("aoai:FineTunedModel")
    )
    up(detached, "--replace", urn)
    assert served(sweden) == before
    finish(azure)
    up(detached)
    assert served(sweden) == [outputs(detached)["models"]["tutor"]["fineTunedModel"]]
    assert served(sweden) != before


@pytest.mark.matrix
def test_a_model_that_continues_from_another_is_submitted_when_that_is_there(
    detached: Project, azure: RunningEmulator, sweden: Account
) -> None:
    tutor = detached.settings["models"]["tutor"]
    detached.configure(
        models={"tutor": tutor, "further": {**tutor, "baseModel": {"model": "tutor"}}},
        deployments={"further-sweden": {"model": "further", "account": "sweden"}},
    )
    up(detached)
    assert "no job yet" in outputs(detached)["pending"]["further"]
    up(detached)
    assert len(jobs(sweden)) == 1
    finish(azure)
    up(detached)
    assert len(jobs(sweden)) == 2
    up(detached)
    assert served(sweden) == [outputs(detached)["models"]["further"]["fineTunedModel"]]
    assert detached.run("preview", "--expect-no-changes").returncode == 0


@pytest.mark.matrix
def test_a_paused_job_is_left_and_goes_on_when_that_is_wanted(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    hold(azure)
    project.configure(wait="detach")
    project.stack()
    up(project)
    (job,) = jobs(sweden)
    azure.push("contoso-swedencentral", job.id, progress=0.1)
    tutor = project.settings["models"]["tutor"]
    project.configure(models={"tutor": {**tutor, "paused": True}}, wait="block")
    up(project)
    assert "paus" in outputs(project)["pending"]["tutor"]
    finish(azure)
    up(project)
    assert jobs(sweden)[0].status == "paused"
    project.configure(models={"tutor": {**tutor, "paused": False}})
    up(project)
    assert served(sweden) == [outputs(project)["models"]["tutor"]["fineTunedModel"]]
    assert len(jobs(sweden)) == 1


@pytest.mark.matrix
def test_a_deadline_ends_the_update_and_the_next_one_goes_on(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    hold(azure)
    project.configure(deadline="1s")
    project.stack()
    ended = project.run("up", "--yes", "--skip-preview")
    assert ended.returncode != 0
    assert "the `deadline` of this update; it goes on" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert [job.is_terminal for job in jobs(sweden)] == [False]
    finish(azure)
    up(project)
    assert len(served(sweden)) == len(jobs(sweden)) == 1
