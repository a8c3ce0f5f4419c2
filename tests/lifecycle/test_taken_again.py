"""Orders that were drawn, in which a job or a file was taken that is not what is wanted now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lifecycle.conftest import Judged
from tests.lifecycle.events import event
from tests.lifecycle.program import Deployed, Program, Trained
from tests.lifecycle.test_cases import errors

SWEDEN = Deployed(uid="m.sweden", name="tutor-sweden", place="sweden")
DERIVED = Program(models=(Trained(uid="m", name="tutor", deployments=(SWEDEN,)),))
BY_HAND = Program(
    models=(Trained(uid="m", name="tutor", suffix="tutor", seed=42, deployments=(SWEDEN,)),)
)


def test_a_lost_job_is_known_though_its_file_was_uploaded_again(judged: Judged) -> None:
    """Only the file's id tells it from the like of another stack, and the file has another one."""
    for refresh in (True, False):
        played = judged(
            event("up", lose_at=3, lose_in=""),
            event("trigger", model=0, which=0),
            event("up", refresh=refresh),
            program=BY_HAND,
            destroyed=True,
        )
        assert played.wrong == []
        assert played.deeds.count("make job") == 1


def test_a_job_that_the_state_gave_up_is_not_taken_for_what_is_trained_next(
    judged: Judged,
) -> None:
    """It names a hyperparameter that is left to the service since, which does not show."""
    played = judged(
        event("up"),
        event("epochs", value=3),
        event("up", refresh=False, interrupt=True),
        event("revert", back=1),
        event("up", refresh=True),
        event("clean-up", which=2),
        program=BY_HAND,
        destroyed=True,
    )
    assert played.wrong == []


def test_what_a_revert_has_taken_again_can_be_replaced_by_force(judged: Judged) -> None:
    """A newer one still waits for its delete, and a refresh compares both."""
    played = judged(
        event("up"),
        event("data", value=2),
        event("up", refresh=False, kill_at=4, kill_in="update", kill_after=True),
        event("data", value=0),
        event("up", refresh=True, kill_at=1, kill_in="delete", kill_after=False),
        event("taint", which=1),
        program=DERIVED,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 3


def test_a_job_that_was_replaced_by_force_is_taken_again_when_its_file_was_deleted_first(
    judged: Judged,
) -> None:
    """It is declared again as a new one, and had another name than a first training has."""
    played = judged(
        event("up"),
        event("up", refresh=True, replace=1),
        event("suffix", value="tutor"),
        event("up", refresh=True),
        event("taint", which=0),
        program=replace(DERIVED, delete_first=frozenset({"m.file"})),
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 3


def test_a_job_that_is_retained_is_taken_again_when_its_file_was_deleted_first(
    judged: Judged,
) -> None:
    """The engine deletes nothing of it, and declares it again."""
    played = judged(
        event("retain", value=True, what="job"),
        event("up"),
        event("taint", which=0),
        event("up", refresh=True),
        program=replace(DERIVED, delete_first=frozenset({"m.file"})),
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 1


@pytest.mark.parametrize(("what", "which"), [("file", 0), ("job", 1)])
def test_replace_without_a_refresh_says_that_what_is_retained_is_kept(
    judged: Judged, what: str, which: int
) -> None:
    """The engine deletes nothing, so only the create can say it."""
    played = judged(
        event("retain", value=True, what=what),
        event("up"),
        event("up", replace=which),
        program=DERIVED,
        destroyed=True,
    )
    assert played.wrong == []
    assert any("by an earlier run: it is taken" in said for said in played.sim.said)


def test_what_a_lost_create_made_is_found_after_a_rename_with_an_alias(judged: Judged) -> None:
    """The state has nothing of it that the alias could find."""
    for lost_at in (2, 3):
        played = judged(
            event("up", lose_at=lost_at),
            event("rename", value="teacher", alias=True),
            event("up", refresh=True),
            program=DERIVED,
            destroyed=True,
        )
        assert played.wrong == []
        assert played.deeds.count("make job") == 1
        assert played.deeds.count("make file") == 1


def test_a_job_that_is_deleted_first_is_trained_again_without_a_refresh(judged: Judged) -> None:
    """Suffix and seed show no difference, but its delete has shown which one it is not."""
    played = judged(
        event("up"),
        event("trigger", which=1),
        event("up"),
        program=replace(BY_HAND, delete_first=frozenset({"m.job"})),
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 2


@pytest.mark.parametrize("refresh", [True, False])
def test_the_user_is_asked_which_job_is_replaced_where_nothing_tells(
    judged: Judged, *, refresh: bool
) -> None:
    """Deleted first, and cut off before the create: no refresh reads what is left in the state."""
    played = judged(
        event("up"),
        event("trigger", which=1),
        event("up", refresh=refresh, kill_at=1, kill_in="create"),
        event("up", refresh=True),
        program=replace(BY_HAND, delete_first=frozenset({"m.job"})),
        destroyed=True,
    )
    assert played.wrong == []
    assert any("or name the job that is wanted as `existing_job_id`" in e for e in errors(played))


def test_what_a_cut_off_run_made_anew_goes_with_what_it_replaced(judged: Judged) -> None:
    """No refresh reads what is deleted already and still to be replaced."""
    played = judged(
        event("up"),
        event("sku", value="GlobalStandard"),
        event("up", kill_at=3, kill_in="create", kill_after=True),
        event("epochs", value=3),
        event("up", refresh=True),
        program=DERIVED,
        destroyed=True,
    )
    assert played.wrong == []
    assert [line for line in errors(played) if not line.endswith("killed")] == []
    assert played.deeds.count("remove deployment") == played.deeds.count("make deployment")


def test_what_a_cut_off_run_made_anew_goes_also_where_the_engine_deletes_nothing_of_it(
    judged: Judged,
) -> None:
    """Deleted first by the program's option: to the engine it is gone already."""
    played = judged(
        event("up"),
        event("sku", value="GlobalStandard"),
        event("up", kill_at=3, kill_in="create", kill_after=True),
        event("data", value=2),
        event("up", refresh=True),
        program=replace(DERIVED, delete_first=frozenset({"m.sweden"})),
        destroyed=True,
    )
    assert played.wrong == []
    assert any(
        "which an update that was cut off had left, was deleted" in s for s in played.sim.said
    )


@pytest.mark.parametrize("refresh", [True, False])
def test_a_destroy_names_what_a_cut_off_run_had_made_again(
    judged: Judged, *, refresh: bool
) -> None:
    """The engine has deleted it first, so to the engine it is gone."""
    played = judged(
        event("up"),
        event("sku", value="GlobalStandard"),
        event("up", kill_at=3, kill_in="create", kill_after=True),
        event("destroy", refresh=refresh),
        program=DERIVED,
        calm=False,
    )
    assert played.wrong == []
    assert any("if no resource of the stack holds it" in said for said in played.sim.said)


def test_a_deployment_is_not_deleted_for_a_name_that_another_one_has(judged: Judged) -> None:
    """Azure serves a model once, so the old one goes first: not before the new one can come."""
    played = judged(
        event("up"),
        event("foreign", name="prod-m-sweden"),
        event("fixed-name", value=True),
        event("up", refresh=True),
        program=DERIVED,
        calm=False,
    )
    assert played.wrong == []
    assert "choose another `deployment_name`" in errors(played)[0]
    assert "remove deployment" not in played.deeds
