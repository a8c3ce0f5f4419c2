"""Orders of ordinary events that once ended in a lost deployment or a second bill, each in short.

The judge looks after every event (:mod:`tests.lifecycle.judge`); what a test asserts beyond is what
must hold in this case alone. Resources are counted as the program declares them: the file is 0, the
job 1, the model 2, the deployments are 3 and on.
"""

from __future__ import annotations

import pytest
from pulumi.output import contains_unknowns

from tests.lifecycle.calls import Calls
from tests.lifecycle.conftest import Judged, Played
from tests.lifecycle.engine import REPLACE
from tests.lifecycle.events import Event, event
from tests.lifecycle.program import DEPLOYMENT, JOB, Deployed, Program, Trained, declare
from tests.lifecycle.state import over_the_wire, unknown

FILE_PLACE, JOB_PLACE, DEPLOYMENT_PLACE = 0, 1, 3

FIXED = Program(
    (Trained("m", "tutor", deployments=(Deployed("m.s", "serving", "sweden", fixed="prod"),)),)
)
"""A model whose deployment has a name of its own."""

SUBMITTING = Program((Trained("m", "tutor", submit_only=True),))
"""A program that ends while its job runs."""

TWO = Program(
    (
        Trained(
            "m",
            "tutor",
            deployments=(
                Deployed("m.sweden", "tutor-sweden", "sweden"),
                Deployed("m.america", "tutor-america", "america"),
            ),
        ),
    )
)
"""A model that is served from two accounts, both deployments named after it."""

UP = event("up", refresh=True)
SUBMITTED = event("up", interrupt=True)
"""Ended by the user while it waits for the job, which goes on."""

BLIND = event("up")
"""Without a refresh: what a provider knows comes from the state alone."""


def forced(how: str, place: int, refresh: bool) -> tuple[Event, ...]:
    """A replacement that nothing in the program asks for."""
    if how == "taint":
        return event("taint", which=place), event("up", refresh=refresh)
    return (event("up", replace=place, refresh=refresh),)


def errors(played: Played) -> list[str]:
    """The runs of the engine that did not end well."""
    lines = [line for line in played.verdict.trace if line.startswith(("up ", "preview "))]
    return [line for line in lines if not line.endswith("; ok")]


@pytest.mark.parametrize("refresh", [True, False], ids=["refreshed", "blind"])
@pytest.mark.parametrize("how", ["taint", "replace"])
def test_a_deployment_that_is_replaced_by_force_serves_afterwards(
    judged: Judged, how: str, refresh: bool
) -> None:
    """Case 1."""
    played = judged(UP, *forced(how, DEPLOYMENT_PLACE, refresh), UP, program=FIXED)
    assert played.wrong == []


@pytest.mark.parametrize("how", ["taint", "replace"])
def test_a_running_job_that_is_replaced_by_force_is_not_cancelled_as_its_own_successor(
    judged: Judged, how: str
) -> None:
    """Case 2."""
    played = judged(
        event("pace", slow=True), UP, *forced(how, JOB_PLACE, True), UP, program=SUBMITTING
    )
    assert played.wrong == []


@pytest.mark.parametrize("how", ["taint", "replace"])
def test_a_file_that_is_replaced_by_force_is_there_afterwards(judged: Judged, how: str) -> None:
    """Case 3."""
    assert judged(UP, *forced(how, FILE_PLACE, True), UP).wrong == []


@pytest.mark.parametrize("how", ["taint", "replace"])
def test_a_job_whose_record_is_deleted_with_it_survives_its_replacement_by_force(
    judged: Judged, how: str
) -> None:
    """Case 3, where ``on_delete`` is ``delete``."""
    played = judged(
        event("on-delete", value="delete"), UP, *forced(how, JOB_PLACE, True), BLIND, UP
    )
    assert played.wrong == []


@pytest.mark.parametrize("on_delete", ["cancel", "delete"])
def test_a_revert_of_an_update_that_failed_in_one_account_leaves_both_serving(
    judged: Judged, on_delete: str
) -> None:
    """Case 4."""
    played = judged(
        event("on-delete", value=on_delete),
        UP,
        event("data", value=1),
        event("up", refresh=True, refuse="northcentralus"),
        event("revert"),
        UP,
        program=TWO,
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 2, "v1 and v2, and nothing for the revert"


def test_a_revert_of_a_change_whose_replacement_was_refused_serves_again(judged: Judged) -> None:
    """Case 5."""
    played = judged(
        UP,
        event("sku", value="GlobalStandard"),
        event("up", refuse="sweden"),
        event("revert"),
        UP,
        BLIND,
        program=FIXED,
    )
    assert played.wrong == []


@pytest.mark.parametrize("slow", [False, True], ids=["trained", "running"])
@pytest.mark.parametrize("change", ["epochs", "generation"])
def test_another_input_is_another_training_though_suffix_and_seed_are_fixed(
    judged: Judged, change: str, slow: bool
) -> None:
    """Case 6."""
    first = SUBMITTED if slow else UP
    changed = event(change, value=3)
    played = judged(
        event("pace", slow=slow), event("seeded", value=True), first, changed, first, UP
    )
    assert played.wrong == []
    assert played.deeds.count("make job") == 2


def test_another_letter_case_of_an_account_id_changes_nothing(judged: Judged) -> None:
    """Case 7."""
    played = judged(UP, event("lower-case", value=True), UP, BLIND)
    assert played.wrong == []
    assert played.deeds == judged(UP).deeds


@pytest.mark.parametrize("seen", [False, True], ids=["unseen", "seen"])
def test_a_training_is_not_bought_again_because_its_record_went_away(
    judged: Judged, seen: bool
) -> None:
    """Case 8."""
    played = judged(UP, *([event("refresh")] if seen else []), event("forget-job"), UP, BLIND)
    assert played.wrong == []
    assert played.deeds.count("make job") == 1


def test_a_stack_that_takes_over_the_name_of_a_renamed_one_takes_nothing_else(
    judged: Judged,
) -> None:
    """Case 9."""
    played = judged(
        UP,
        event("rename-stack", value="prod"),
        event("new-stack", value="b", name="dev"),
        event("up", on="b", refresh=True),
        event("destroy", on="b"),
        UP,
        calm=False,
    )
    assert played.wrong == []


@pytest.mark.parametrize("slow", [False, True], ids=["trained", "running"])
def test_the_same_stack_name_in_two_back_ends_makes_two_sets_of_things(
    judged: Judged, slow: bool
) -> None:
    """Case 10."""
    played = judged(
        event("pace", slow=slow),
        event("up", interrupt=slow),
        event("new-stack", value="c", name="dev", back_end=True),
        event("up", on="c", interrupt=slow),
        event("destroy", on="c"),
        UP,
        calm=False,
    )
    assert played.wrong == []


@pytest.mark.parametrize(
    "renamed",
    [
        event("rename-stack", value="prod"),
        event("rename", value="teacher", alias=True),
        event("rename-deployment", value="chat", alias=True),
    ],
    ids=str,
)
@pytest.mark.parametrize("program", [TWO, FIXED], ids=["auto", "fixed"])
def test_a_rename_changes_nothing_in_azure(
    judged: Judged, renamed: Event, program: Program
) -> None:
    """Case 11."""
    played = judged(UP, renamed, UP, BLIND, program=program)
    assert played.wrong == []
    kept = [deed for deed in played.deeds if deed != "change deployment"]  # the tag may be renewed
    assert kept == judged(UP, program=program).deeds


@pytest.mark.parametrize("program", [TWO, FIXED], ids=["auto", "fixed"])
def test_what_was_renamed_can_be_changed_in_place(judged: Judged, program: Program) -> None:
    """Case 12."""
    renamed = event("rename-stack", value="prod")
    played = judged(UP, renamed, event("capacity", value=3), UP, BLIND, program=program)
    assert played.wrong == []
    assert errors(played) == []


@pytest.mark.parametrize("program", [TWO, FIXED], ids=["auto", "fixed"])
def test_a_deployment_whose_tags_were_removed_can_be_changed(
    judged: Judged, program: Program
) -> None:
    """Case 13."""
    played = judged(UP, event("remove-tags"), event("capacity", value=3), UP, program=program)
    assert played.wrong == []
    assert errors(played) == []


def test_a_name_that_follows_from_an_unknown_model_is_an_input_that_is_not_known_yet(
    judged: Judged,
) -> None:
    """Case 14: a saved plan is violated by an input that appears only in the update."""
    sim = judged(calm=False).sim
    goal = next(
        g
        for g in declare(sim.programs["a"], sim.stacks["a"].address, sim.workspace)
        if g.type == DEPLOYMENT
    )
    given = {k: v for k, v in goal.props.items() if k != "address"}
    props = over_the_wire({**given, "model": unknown(), "owner": "x/tutor-sweden"})
    checked = Calls(sim.azure, "a").check(DEPLOYMENT, "urn", {}, props)
    assert "deployment_name" in checked
    assert contains_unknowns(checked["deployment_name"])


def test_an_account_that_moved_to_another_resource_group_is_the_same_account(
    judged: Judged,
) -> None:
    """Case 15."""
    played = judged(UP, event("group", value="rg-other"), event("preview"), calm=False)
    shown = [line for line in played.verdict.trace if line.startswith("preview ")][-1]
    assert played.wrong == []
    assert REPLACE not in shown


def test_whose_deployment_is_taken_over_is_said_before(judged: Judged) -> None:
    """Case 20."""
    played = judged(
        UP,
        event("new-stack", value="b", name="prod"),
        event("adopt", on="b", value=True),
        event("preview", on="b"),
        program=FIXED,
        calm=False,
    )
    assert played.wrong == []
    assert "/dev/" in " ".join(played.sim.said)


def test_a_tag_of_somebody_else_survives_a_change_in_place(judged: Judged) -> None:
    """Case 21."""
    played = judged(UP, event("add-tag"), event("capacity", value=3), BLIND, program=FIXED)
    assert played.wrong == []
    live = played.sim.azure.deployment("contoso-swedencentral", "prod")
    assert live is not None
    assert (live.tags or {}).get("costCenter") == "42"


def test_an_owner_with_a_long_name_fits_into_a_tag(judged: Judged) -> None:
    """Case 22: Azure takes 256 characters."""
    long = event("rename-deployment", value="d" * 250, alias=False)
    played = judged(long, UP, program=FIXED)
    live = played.sim.azure.deployment("contoso-swedencentral", "prod")
    trained = played.deeds.count("make job")
    assert live is not None or not trained, "it is known before anything is trained"
    tags = (live.tags or {}).values() if live else ()
    assert all(len(value) <= 256 for value in tags)


def test_a_job_that_another_stack_runs_is_left_alone(judged: Judged) -> None:
    """Case 10, where the second stack fails before it has finished."""
    played = judged(
        event("pace", slow=True),
        SUBMITTED,
        event("new-stack", value="c", name="dev", back_end=True),
        event("up", on="c", kill_at=5, kill_after=True),
        event("destroy", on="c"),
        calm=False,
    )
    assert played.wrong == []
    held = [entry for entry in played.sim.stacks["a"].live() if entry.type == JOB]
    jobs = [played.sim.azure.job("contoso-swedencentral", entry.id) for entry in held]
    assert [job.status for job in jobs if job] != ["cancelled"]


def test_a_destroy_that_refreshes_first_leaves_nothing(judged: Judged) -> None:
    """The engine compares each resource in a refresh: that does not mean that it is kept."""
    played = judged(UP, event("destroy", refresh=True), program=FIXED, calm=False)
    assert played.wrong == []
    assert [d for d in played.deeds if d.startswith("remove")] == [
        "remove deployment",
        "remove file",
    ]


def test_a_deployment_that_is_given_a_fixed_name_is_deleted_first_after_a_refresh(
    judged: Judged,
) -> None:
    """Azure serves a fine-tuned model once in an account."""
    played = judged(UP, event("fixed-name", value=True), UP, BLIND)
    assert played.wrong == []
    assert errors(played) == []


def test_what_an_interrupted_run_left_under_another_name_gives_way(judged: Judged) -> None:
    """Azure serves a model once in an account, and no state knows of what was left."""
    said = []
    for request in range(1, 16):
        killed = event("up", kill_at=request, kill_after=True)
        played = judged(killed, event("fixed-name", value=True), UP)
        assert played.wrong == [], request
        said += [line for line in played.sim.said if "an earlier run" in line]
    assert said, "one of the requests makes the deployment"


@pytest.mark.parametrize("how", ["taint", "replace"])
@pytest.mark.parametrize(("which", "kind"), [(FILE_PLACE, "file"), (JOB_PLACE, "job")])
def test_a_file_or_a_job_that_is_replaced_by_force_is_made_anew(
    judged: Judged, how: str, which: int, kind: str
) -> None:
    played = judged(UP, *forced(how, which, True), UP)
    assert played.wrong == []
    assert played.deeds.count(f"make {kind}") == 2


@pytest.mark.parametrize("fault", ["lost-after", "504-after", "401-after", "garbled-after"])
def test_a_training_whose_answer_goes_astray_is_billed_once(judged: Judged, fault: str) -> None:
    """Several seeds: one of them hits the request that is billed."""
    for seed in range(6):
        astray = event("up", rate=0.3, kinds=(fault, "refused-connection"))
        assert judged(astray, program=SUBMITTING, seed=seed).wrong == [], seed
