"""Random orders that ended in a violation, each in short; decision 17 lists them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lifecycle.conftest import Judged
from tests.lifecycle.events import event
from tests.lifecycle.test_cases import (
    DEPLOYMENT_PLACE,
    FILE_PLACE,
    FIXED,
    JOB_PLACE,
    UP,
    errors,
    forced,
)


def test_a_return_to_inputs_that_had_a_training_before_one_by_force_is_billed_nothing(
    judged: Judged,
) -> None:
    """The deployment cannot be updated, so the first job waits for its delete, and is spared."""
    refused: dict[str, Any] = {"refresh": True, "refuse": "sweden"}
    played = judged(
        UP,
        event("epochs", value=2),
        event("up", **refused),
        event("up", replace=JOB_PLACE, **refused),
        event("revert"),
        UP,
        program=FIXED,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 3, "two inputs, and one of them again by force"


def test_a_deployment_that_others_made_under_the_name_of_a_deleted_one_is_left(
    judged: Judged,
) -> None:
    """A refresh takes in what is there, but not as its own."""
    played = judged(UP, event("usurp"), event("refresh"), program=FIXED, destroyed=True)
    assert played.wrong == []
    assert played.deeds[-1] != "remove deployment"


def test_a_new_name_and_a_taint_in_one_update_are_refused_with_the_way_out(judged: Judged) -> None:
    """The engine creates first what it replaces by force, and Azure serves a model once."""
    played = judged(
        UP,
        event("fixed-name", value=False),
        event("taint", which=DEPLOYMENT_PLACE),
        event("up", refresh=True),
        program=FIXED,
        destroyed=True,
    )
    assert played.wrong == []
    assert any("without taint, --replace, `replacementTrigger`" in line for line in errors(played))


@pytest.mark.parametrize("how", ["taint", "replace"])
def test_a_deployment_that_is_replaced_by_force_under_a_new_name_takes_the_place_of_its_own(
    judged: Judged, how: str
) -> None:
    """Without a refresh nothing tells it from what an interrupted run has left."""
    played = judged(
        UP,
        event("fixed-name", value=False),
        *forced(how, DEPLOYMENT_PLACE, refresh=False),
        UP,
        program=FIXED,
        destroyed=True,
    )
    assert played.wrong == []
    assert any("an earlier run of this resource" in line for line in played.sim.said)


@pytest.mark.parametrize("refresh", [True, False], ids=["refreshed", "blind"])
def test_a_third_generation_is_not_the_first_one_though_suffix_and_seed_are_fixed(
    judged: Judged, refresh: bool
) -> None:
    """The first job is in no state any more, and echoes the same values."""
    up = event("up", refresh=refresh)
    again = event("generation")
    played = judged(event("seeded", value=True), up, again, up, again, up, destroyed=True)
    assert played.wrong == []
    assert played.deeds.count("make job") == 3


def test_a_job_with_fixed_suffix_and_seed_is_not_taken_for_its_successor_unseen(
    judged: Judged,
) -> None:
    """A trigger replaces without comparing: without a refresh the job's id is not known."""
    played = judged(
        event("seeded", value=True),
        UP,
        event("trigger", which=JOB_PLACE),
        event("generation"),
        event("up"),
        UP,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 2


@pytest.mark.parametrize("refresh", [True, False], ids=["refreshed", "blind"])
def test_a_return_to_a_job_that_still_waits_for_its_delete_is_billed_nothing(
    judged: Judged, refresh: bool
) -> None:
    """Suffix and seed are fixed: only the state shows that the older job has trained this.

    Without a refresh that is not seen, and the user is asked.
    """
    cut: dict[str, Any] = {"kill_at": 1, "kill_in": "delete"}
    played = judged(
        event("seeded", value=True),
        UP,
        event("data", value=1),
        event("up", **cut),
        event("data", value=0),
        event("up", refresh=refresh),
        UP,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 2
    assert any("run again with --refresh" in error for error in errors(played)) is not refresh


@pytest.mark.parametrize("refresh", [True, False], ids=["refreshed", "blind"])
@pytest.mark.parametrize("written", [True, False], ids=["written", "unknown to the program"])
def test_a_deployment_is_deleted_where_its_account_was_moved_to(
    judged: Judged, *, refresh: bool, written: bool
) -> None:
    """Its old address answers 404, and it serves and is billed at the new one."""
    new_id = [event("group", value="rg-new"), event("up")] if written else []
    moved = event("move-account", place="sweden", value="rg-new")
    played = judged(UP, moved, *new_id, event("destroy", refresh=refresh), calm=False)
    assert played.wrong == []
    assert "remove deployment" in played.deeds


def test_a_replaced_deployment_is_deleted_though_the_account_moved_meanwhile(
    judged: Judged,
) -> None:
    """A pending delete still names the old address."""
    played = judged(
        UP,
        event("data", value=1),
        event("up", kill_at=1, kill_in="delete"),
        event("move-account", place="sweden", value="rg-new"),
        event("group", value="rg-new", place="sweden"),
        UP,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("remove deployment") == 2


def test_a_refresh_finds_a_deployment_whose_account_was_moved(judged: Judged) -> None:
    played = judged(
        UP,
        event("move-account", place="sweden", value="rg-new"),
        event("refresh"),
        event("group", value="rg-new", place="sweden"),
        UP,
    )
    assert played.wrong == []
    assert played.deeds.count("make deployment") == 1
    assert any("was moved: set its `id` to " in said for said in played.sim.said)


def test_an_id_that_names_no_account_is_not_written_to_the_state(judged: Judged) -> None:
    played = judged(UP, event("group", value="rg-typo"), event("up"), destroyed=True)
    assert played.wrong == []
    assert any("rg-typo" in error for error in errors(played))


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_job_whose_file_was_deleted_first_is_not_trained_again_for_a_cut_off_update(
    judged: Judged, cut: int
) -> None:
    """It is still to be replaced, and its inputs stay: that is no replacement by force."""
    played = judged(
        event("delete-first", value=True, what="file"),
        UP,
        event("taint", which=FILE_PLACE),
        event("up", refresh=True, kill_at=cut, kill_in="delete", kill_after=True),
        UP,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 1


def test_a_job_with_fixed_names_is_taken_again_when_its_file_was_deleted_first(
    judged: Judged,
) -> None:
    """The engine deletes the job with the file, and declares it again with the same inputs."""
    played = judged(
        event("seeded", value=True),
        event("delete-first", value=True, what="file"),
        UP,
        event("trigger", which=FILE_PLACE),
        event("up"),
        program=FIXED,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 1


def test_a_destroy_is_refused_what_a_cut_off_run_made_anew(judged: Judged) -> None:
    """The state has the one before it, which was at the same name: a refresh shows the new one."""
    played = judged(
        UP,
        event("taint", which=DEPLOYMENT_PLACE),
        event("up", refresh=True, lose_at=1),
        event("destroy"),
        event("destroy", refresh=True),
        program=FIXED,
        calm=False,
    )
    assert played.wrong == []
    lines = [line for line in played.verdict.trace if line.startswith("destroy ")]
    assert "run again with --refresh" in lines[0]
    assert lines[1].endswith("; ok")
    assert "remove deployment" in played.deeds


def test_a_job_that_is_deleted_first_and_taken_again_without_a_refresh_is_in_the_output(
    judged: Judged,
) -> None:
    """Nothing tells ``--replace`` from a file that was deleted first: it is not trained again."""
    first = event("delete-first", value=True, what="job")
    played = judged(first, UP, event("up", replace=JOB_PLACE), program=FIXED, destroyed=True)
    assert played.wrong == []
    assert any("is taken again, as its inputs stay" in said for said in played.sim.said)


def test_a_deployment_whose_result_was_lost_gives_way_to_one_of_another_name(
    judged: Judged,
) -> None:
    """The state holds the one before it under that name, which is deleted already."""
    played = judged(
        UP,
        event("sku", value="GlobalStandard"),
        event("up", refresh=True, lose_at=2),
        event("fixed-name", value=False),
        UP,
        program=FIXED,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make deployment") == 3
    assert any("which an earlier run of this resource had made" in said for said in played.sim.said)


@pytest.mark.parametrize("how", ["taint", "replace", "trigger"])
def test_a_deployment_whose_tags_were_removed_can_be_replaced_by_force(
    judged: Judged, how: str
) -> None:
    """It is known by the second in which it was made."""
    by_trigger = (event("trigger", which=2), UP)
    ways = {"trigger": by_trigger}
    replaced = ways.get(how) or forced(how, DEPLOYMENT_PLACE, True)
    played = judged(UP, event("remove-tags"), *replaced, program=FIXED, destroyed=True)
    assert played.wrong == []
    assert "change deployment" in played.deeds
    assert errors(played) == []


def test_a_model_that_others_removed_with_its_job_is_not_trained_again_unasked(
    judged: Judged,
) -> None:
    """The error was to wait for a job that is not there."""
    played = judged(UP, UP, event("clean-up"), UP, calm=False)
    assert played.wrong == []
    assert played.deeds.count("make job") == 1
    assert "raise the job's `generation` to train it again" in errors(played)[0]


@pytest.mark.parametrize("how", ["taint", "replace"])
@pytest.mark.parametrize("which", [JOB_PLACE, DEPLOYMENT_PLACE], ids=["job", "deployment"])
def test_what_was_renamed_with_an_alias_can_be_replaced_by_force_in_a_later_update(
    judged: Judged, how: str, which: int
) -> None:
    """It was taken for a new resource, and its own deployment for one of somebody else."""
    renamed = (
        event("rename", value="teacher", alias=True),
        event("rename-deployment", value="chat", alias=True),
    )
    played = judged(UP, *renamed, UP, *forced(how, which, True), program=FIXED, destroyed=True)
    assert played.wrong == []
    assert errors(played) == []
    assert played.deeds.count("make job") == (2 if which == JOB_PLACE else 1)


def test_a_deployment_that_azure_removed_for_inactivity_comes_back_with_another_model(
    judged: Judged,
) -> None:
    """Under a fixed name the new model was trained, and no update served it or said so."""
    days = event("jump", hours=24 * 16)
    played = judged(UP, days, event("generation"), UP, program=FIXED, destroyed=True)
    assert played.wrong == []
    assert played.deeds.count("make deployment") == 2


@pytest.mark.parametrize("refresh", [True, False], ids=["refreshed", "blind"])
def test_the_former_name_of_a_renamed_resource_is_refused_to_a_new_one(
    judged: Judged, *, refresh: bool
) -> None:
    """The new one took over file, job and deployment of the other, and both went on with them."""
    played = judged(
        UP,
        event("rename", value="teacher", alias=True),
        event("rename-deployment", value="chat", alias=True),
        UP,
        event("add-model", value="tutor", data=0),
        event("up", refresh=refresh),
        event("remove-model", model=1),
        UP,
    )
    assert played.wrong == []
    assert len(errors(played)) == 1
    assert "give the new one a name that this stack has not had before" in errors(played)[0]
