"""What is found again when a program returns to what it had, and what a copy of a state may do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lifecycle.conftest import Judged
from tests.lifecycle.events import Event, event
from tests.lifecycle.order import PROGRAM
from tests.lifecycle.program import Program
from tests.lifecycle.test_cases import BLIND, FIXED, UP


@pytest.mark.parametrize("on_delete", ["cancel", "delete"])
@pytest.mark.parametrize("suffix", [None, "tutor"], ids=["derived", "fixed suffix"])
def test_a_return_to_older_data_takes_the_training_that_there_was(
    judged: Judged, suffix: str | None, on_delete: str
) -> None:
    """Its state has given it up. Without its record, a derived suffix is all that names it."""
    played = judged(
        event("suffix", value=suffix),
        event("on-delete", value=on_delete),
        UP,
        event("data", value=1),
        UP,
        event("data", value=0),
        UP,
        destroyed=True,
    )
    assert played.wrong == []
    unknown_by_now = suffix is not None and on_delete == "delete"
    assert played.deeds.count("make job") == (3 if unknown_by_now else 2)


@pytest.mark.parametrize("ended", ["cancelled", "failed"])
def test_a_job_that_left_no_model_is_trained_again_when_its_data_returns(
    judged: Judged, ended: str
) -> None:
    """It echoes all that is wanted, and nothing comes of it any more."""
    detached = Program((replace(FIXED.models[0], wait="detach"),))
    failed = (event("fail-job"),) if ended == "failed" else ()
    played = judged(
        event("pace", slow=True),
        UP,
        *failed,
        event("data", value=1),
        UP,
        event("data", value=0),
        UP,
        program=detached,
        destroyed=True,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 3


@pytest.mark.parametrize(
    "then",
    [
        (event("destroy"),),
        (event("data", value=1), BLIND),
        (event("sku", value="GlobalStandard"), BLIND),
    ],
    ids=["destroyed", "another model", "another SKU"],
)
@pytest.mark.parametrize("program", [PROGRAM, FIXED], ids=["auto", "fixed"])
def test_what_a_copy_of_the_state_has_made_anew_is_not_removed_unseen(
    judged: Judged, program: Program, then: tuple[Event, ...]
) -> None:
    """Both states have one identity; the incarnation shows that it is another one."""
    played = judged(UP, event("copy"), *then, UP, program=program, destroyed=True)
    assert played.wrong == []
    in_place = program is FIXED and then[0].kind == "data"
    asked = [line for line in played.verdict.trace if "run again with --refresh" in line]
    assert bool(asked) is not in_place
