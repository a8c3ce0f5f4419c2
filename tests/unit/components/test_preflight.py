"""What a look at the accounts finds, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aoai_components.account_facts import AccountFacts, Reading
from aoai_components.planned_changes import DeploymentChange, ModelChange
from aoai_components.preflight import problems as problems_of_look
from aoai_components.preflight import problems_of_update, unchecked
from aoai_components.prior_state import PriorState
from aoai_components.settings import Settings

from aoai.azure.arm.accounts import AccountDetails, Usage
from aoai.azure.arm.deployments import Deployment
from aoai.azure.lifecycle.deployment_claim import ID_TAG, OWNER_TAG
from aoai.catalog import Offer, OfferedSku
from aoai.errors import AuthenticationError, NotFound, Unauthorized
from aoai.resources.account import account_props
from aoai.resources.identity import address_of, owner_key
from tests.stack_settings import read_settings
from tests.unit.components.test_settings import ARM_ID, config

EMPTY = PriorState()
NEW, SAME = DeploymentChange("new"), DeploymentChange("same")
MODEL = "gpt-4.1-mini-2025-04-14"
OFFER = Offer(
    name="gpt-4.1-mini",
    version="2025-04-14",
    fine_tune=True,
    skus=(OfferedSku("Standard", "OpenAI.Standard.gpt-4.1-mini"),),
)


def stack(**deployment: Any) -> Settings:
    models = {"tutor": {"account": "sweden", "baseModel": MODEL, "trainingFile": "t.jsonl"}}
    served = {"tutor": {"model": "tutor", "account": "sweden", **deployment}}
    return read_settings(config(models=models, deployments=served), {})


def facts(**changes: Any) -> dict[str, AccountFacts]:
    details = AccountDetails(
        id=ARM_ID, name="c", location="swedencentral", provisioning_state="Succeeded"
    )
    known = {
        "details": Reading(details),
        "offers": Reading([OFFER]),
        "deployments": Reading([]),
        "usages": Reading([Usage("OpenAI.Standard.gpt-4.1-mini", current=90, limit=100)]),
        "content_filters": Reading(["Microsoft.Default"]),
    }
    return {"sweden": AccountFacts(**{**known, **changes})}


def problems(
    settings: Settings,
    known: dict[str, AccountFacts],
    mark: str | None,
    prior: PriorState = EMPTY,
    change: DeploymentChange = NEW,
    model: str = "new",
) -> list[str]:
    """What is found of a stack whose deployments are all changed in one way."""
    models = {key: ModelChange(model) for key in settings.models}  # type: ignore[arg-type]
    changes = dict.fromkeys(settings.deployments, change)
    first = list(problems_of_look(settings, known))
    return first or list(problems_of_update(settings, known, mark, prior, models, changes))


def held(**properties: Any) -> PriorState:
    """A state with one deployment, and the model that it serves."""
    place = {"account": account_props(stack().accounts["sweden"]), "sku": "Standard"}
    return PriorState(
        {
            ("ModelDeployment", "old"): {**place, "model": f"{MODEL}.ft-1", **properties},
            ("FineTunedModel", "tutor"): {"fine_tuned_model": f"{MODEL}.ft-1"},
        }
    )


def live(**tags: str) -> Reading[list[Deployment]]:
    return Reading([Deployment(id="/d", name="Prod", tags=tags)])


def test_a_stack_that_fits_has_no_problem() -> None:
    settings = stack(raiPolicyName="microsoft.default", capacity=10)
    assert list(problems(settings, facts(), "s1")) == []
    assert unchecked(facts()) == ""


@pytest.mark.parametrize(
    ("sku", "meant"),
    [
        ("Global", "GlobalStandard"),
        ("DataZone", "DataZoneStandard"),
        ("Provisioned", "ProvisionedManaged"),
        ("stadard", "Standard"),
    ],
)
def test_a_sku_that_nobody_has_is_met_with_what_was_probably_meant(sku: str, meant: str) -> None:
    (found,) = problems(stack(sku=sku), facts(), "s1")
    assert found.endswith(f"no model of the account has a SKU {sku!r}, did you mean `{meant}`?")


def test_a_snapshot_that_the_account_does_not_list_is_not_taken_for_its_family() -> None:
    models = {"t": {"account": "sweden", "baseModel": f"{MODEL[:-1]}5", "trainingFile": "t.jsonl"}}
    settings = read_settings(config(models=models, deployments={}), {})
    (found,) = problems(settings, facts(), "s1")
    assert f"does not offer {MODEL[:-1]}5, did you mean `{MODEL}`?" in found


@pytest.mark.parametrize(
    ("found", "mark", "refused"),
    [
        (live(**{ID_TAG: "s1-k.i"}), "s1", False),
        (live(**{ID_TAG: "s2-k.i", OWNER_TAG: "o/p/s/n"}), "s1", True),
        (live(**{ID_TAG: "s2-k.i"}), None, True),
        (live(), None, True),
        (live(), "s1", True),
    ],
)
def test_whose_the_name_is_decides(found: Any, mark: str | None, refused: bool) -> None:
    settings, known = stack(deploymentName="prod"), facts(deployments=found)
    assert bool(list(problems(settings, known, mark))) is refused
    adopting = stack(deploymentName="prod", adopt=True)
    assert list(problems(adopting, known, mark)) == []


@pytest.mark.parametrize(
    ("prior", "tags"),
    [
        ({"deployment_name": "prod"}, {}),
        ({"owner": "moved/here"}, {ID_TAG: f"{owner_key('moved/here')}.i"}),
    ],
    ids=["lost its tags", "moved here from another state"],
)
def test_a_deployment_is_known_by_the_state(prior: Any, tags: Any) -> None:
    state = PriorState({("ModelDeployment", "tutor"): prior})
    known = facts(deployments=live(**tags))
    assert problems(stack(deploymentName="prod"), known, "s1", state, SAME) == []


def test_more_capacity_than_the_quota_can_hold_is_refused() -> None:
    assert problems(stack(capacity=10), facts(), "s") == []
    (problem,) = problems(stack(capacity=101), facts(), "s")
    assert "OpenAI.Standard.gpt-4.1-mini in swedencentral is 100" in problem


def test_a_model_that_the_account_cannot_train_is_refused() -> None:
    offers = Reading([Offer(name="gpt-4.1-mini", version="2025-04-14")])
    (problem,) = problems(stack(), facts(offers=offers), "s")
    assert problem.startswith("models.tutor.baseModel: ")


def test_a_model_by_another_letter_case_is_the_same() -> None:
    models = {"t": {"account": "sweden", "baseModel": MODEL.upper(), "trainingFile": "t.jsonl"}}
    settings = read_settings(config(models=models, deployments={}), {})
    assert list(problems(settings, facts(), "s")) == []


def test_an_account_that_is_not_there_is_one_problem() -> None:
    gone = Reading[Any](error=NotFound("404", status=404))
    nothing: Reading[Any] = Reading()
    missing = facts(
        details=gone, offers=nothing, deployments=nothing, usages=nothing, content_filters=nothing
    )
    (problem,) = problems(stack(), missing, "s")
    assert problem.startswith("accounts.sweden.id: ")
    assert unchecked(missing) == ""


def test_without_access_nothing_is_refused_and_the_reason_is_shown_once() -> None:
    refused = Reading[Any](error=AuthenticationError("no token could be had"))
    unread = facts(offers=refused, usages=refused, deployments=refused)
    assert list(problems(stack(), unread, "s")) == []
    assert unchecked(unread).count("no token could be had") == 1


def test_a_sku_that_nothing_knows_is_refused_where_the_account_was_read() -> None:
    (problem,) = problems(stack(sku="Standart"), facts(), "s")
    assert problem.endswith("has a SKU 'Standart', did you mean `Standard`?")
    unread: Reading[Any] = Reading()
    assert list(problems(stack(sku="Standart"), facts(offers=unread), "s")) == []


def test_a_deployment_from_before_there_was_a_mark_is_the_stacks_own() -> None:
    known = facts(deployments=live(**{OWNER_TAG: address_of("old")}))
    assert list(problems(stack(deploymentName="prod"), known, None)) == []


OURS = {ID_TAG: "s1-k.i"}
USAGES = Reading(
    [
        Usage("OpenAI.Standard.gpt-4.1-mini", limit=500),
        Usage("OpenAI.Standard.gpt-4.1-mini-finetune", current=80, limit=100),
    ]
)


@pytest.mark.parametrize(
    ("capacity", "change", "refused"),
    [
        (20, NEW, False),
        (21, NEW, True),  # 20 of 100 are free
        (101, NEW, True),
        (90, SAME, False),  # 70 of them are its own already
        (90, DeploymentChange("updated"), False),
        (91, DeploymentChange("updated"), True),
        (20, DeploymentChange("replaced"), False),
        (21, DeploymentChange("replaced"), True),  # old and new at once
        (90, DeploymentChange("replaced", gap=True), False),
    ],
)
def test_capacity_counts_against_the_quota_of_fine_tuned_models_and_what_is_free_of_it(
    capacity: int, change: DeploymentChange, refused: bool
) -> None:
    own = {("ModelDeployment", "tutor"): {"sku": "Standard", "capacity": 70.0}}
    prior = EMPTY if change is NEW else PriorState(own)
    found = problems(stack(capacity=capacity), facts(usages=USAGES), "s", prior, change)
    assert bool(found) is refused, found
    assert all("gpt-4.1-mini-finetune in swedencentral" in text for text in found)


def test_what_an_interrupted_run_has_left_does_not_stand_in_the_way_of_the_next() -> None:
    left = Deployment(
        id="/d", name="left", model=f"{MODEL}.ft-1", sku="Standard", capacity=70, tags=OURS
    )
    known = facts(usages=USAGES, deployments=Reading([left]))
    assert problems(stack(capacity=90), known, "s1") == []
    assert problems(stack(capacity=90), known, "s2") != []


def test_deployments_are_counted_too() -> None:
    usages = Reading([Usage("OpenAI.FineTuned.Deployments", current=5, limit=5)])
    (problem,) = problems(stack(), facts(usages=usages), "s")
    assert problem.startswith("deployments.tutor: 1 more is asked for, and of the quota OpenAI.Fin")
    prior = PriorState({("ModelDeployment", "tutor"): {"sku": "Standard", "capacity": 1.0}})
    assert problems(stack(), facts(usages=usages), "s", prior, SAME) == []


def test_a_renamed_deployment_is_found_while_the_old_one_has_its_model_or_name() -> None:
    (problem,) = problems(stack(), facts(), "s", held(deployment_name="x"), model="same")
    assert problem.startswith("deployments.tutor: `old` has that model in that account still")
    named = stack(deploymentName="prod")
    (problem,) = problems(named, facts(), "s", held(deployment_name="Prod"), model="retrained")
    assert problem.startswith("deployments.tutor: `old` has that name in that account still")
    assert problems(stack(), facts(), "s", held(deployment_name="x"), model="retrained") == []
    removed = held(deployment_name="x", removed_for_inactivity=True)
    assert problems(stack(), facts(), "s", removed, model="same") == []


def test_a_model_that_is_served_by_others_is_found() -> None:
    model = f"{MODEL}.ft-{'1' * 32}"
    models = {"tutor": {"account": "sweden", "existingModel": model}}
    served = {"tutor": {"model": "tutor", "account": "sweden"}}
    settings = read_settings(config(models=models, deployments=served), {})
    other = Deployment(id="/d", name="theirs", model=model, tags={ID_TAG: "s2-k.i"})
    (problem,) = problems(settings, facts(deployments=Reading([other])), "s1")
    assert problem.startswith(f"deployments.tutor: {model} is served in that account already")
    ours = Deployment(id="/d", name="ours", model=model, tags={ID_TAG: "s1-k.i"})
    assert problems(settings, facts(deployments=Reading([ours])), "s1") == []


DETAILS = AccountDetails(
    id=ARM_ID, name="c", location="swedencentral", provisioning_state="Succeeded", kind="OpenAI"
)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"details": Reading(replace(DETAILS, kind="FormRecognizer"))},
            "accounts.sweden.id: contoso-swedencentral is an account of the kind FormRecognizer",
        ),
        (
            {"details": Reading(replace(DETAILS, endpoint="https://other.openai.azure.com"))},
            "accounts.sweden.endpoint: contoso-swedencentral answers at https://other.openai",
        ),
        (
            {"files": Reading(error=NotFound("404", status=404))},
            "accounts.sweden.endpoint: https://contoso-swedencentral.openai.azure.com is not",
        ),
        (
            {"files": Reading(error=Unauthorized("no", status=403, code="PermissionDenied"))},
            "accounts.sweden: this identity may not read the files of contoso-swedencentral: Perm",
        ),
        (
            {"details": Reading(error=AuthenticationError("AADSTS90002: Tenant not found"))},
            "accounts.sweden.tenantId: there is no tenant aaaaaaaa-0000-4000-8000-00000000000a",
        ),
    ],
)
def test_an_account_that_cannot_be_used_is_found(changes: dict[str, Any], told: str) -> None:
    known = facts(**changes)
    (problem,) = problems(stack(), known, "s")
    assert problem.startswith(told)
    assert unchecked(known) == ""


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "https://contoso-swedencentral.openai.azure.com/",
        "https://swedencentral.api.cognitive.microsoft.com/",
    ],
)
def test_an_endpoint_of_another_kind_is_not_compared(endpoint: str) -> None:
    details = Reading(replace(DETAILS, endpoint=endpoint))
    assert problems(stack(), facts(details=details), "s") == []


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"checkpoint": "final"}, ""),
        ({"checkpoint": 84}, ""),
        ({"checkpoint": 3}, "no checkpoint of step 3; steps kept: 84, 96"),
        ({"checkpoint": "best", "checkpointMetric": "trainLoss"}, ""),
        (
            {"checkpoint": "best", "checkpointMetric": "trainMeanTokenAccuracy"},
            "no checkpoint has a `train_mean_token_accuracy`",
        ),
    ],
)
@pytest.mark.parametrize("change", ["same", "retrained"])
def test_a_checkpoint_that_the_training_has_not_left_is_found(
    choice: dict[str, Any], told: str, change: str
) -> None:
    model = {"account": "sweden", "baseModel": MODEL, "trainingFile": "t.jsonl", **choice}
    settings = read_settings(config(models={"tutor": model}, deployments={}), {})
    name, metrics = f"{MODEL}.ft-1", {"train_loss": 0.5}
    kept = [{"id": "c", "model": name, "step_number": s, "metrics": metrics} for s in (96.0, 84.0)]
    stored = {"fine_tuned_model": f"{name}:ckpt-step-84", "checkpoints": kept}
    prior = PriorState({("FineTunedModel", "tutor"): stored})
    found = problems(settings, facts(), "s1", prior, model=change)
    assert bool(found) is (bool(told) and change == "same")
    assert all(text.startswith(f"models.tutor.checkpoint: {name}") for text in found)
    assert told in "".join(found) or change != "same"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (NEW, True),
        (DeploymentChange("updated", other_model=True), True),
        (DeploymentChange("replaced", why=("account",)), True),
        (DeploymentChange("updated", why=("capacity",)), False),
        (SAME, False),
    ],
)
def test_a_deployment_does_not_get_the_model_of_one_that_is_deleted_last(
    change: DeploymentChange, told: bool
) -> None:
    found = problems(stack(), facts(), "s1", held(), change, model="same")
    assert bool(found) is told
    assert all("`old` has that model in that account still" in text for text in found)


@pytest.mark.parametrize(
    ("gap", "told"), [(False, "is deleted last"), (True, "is changed at the same time")]
)
def test_two_deployments_cannot_change_names_in_one_update(gap: bool, told: str) -> None:
    models = {
        key: {"account": "sweden", "baseModel": MODEL, "trainingFile": "t.jsonl"} for key in "ab"
    }
    served = {
        "a": {"model": "a", "account": "sweden", "deploymentName": "blue"},
        "b": {"model": "b", "account": "sweden", "deploymentName": "green"},
    }
    settings = read_settings(config(models=models, deployments=served), {})
    place = {"account": account_props(settings.accounts["sweden"]), "sku": "Standard"}
    prior = PriorState(
        {
            ("ModelDeployment", "a"): {**place, "model": "m.ft-a", "deployment_name": "green"},
            ("ModelDeployment", "b"): {**place, "model": "m.ft-b", "deployment_name": "blue"},
            ("FineTunedModel", "a"): {"fine_tuned_model": "m.ft-a"},
            ("FineTunedModel", "b"): {"fine_tuned_model": "m.ft-b"},
        }
    )
    change = DeploymentChange("replaced", gap, ("deploymentName",))
    found = problems(settings, facts(), "s1", prior, change, model="same")
    assert len(found) == 2
    assert all(f"has that name in that account still, and {told}" in text for text in found)


def test_a_model_of_the_stack_that_is_also_taken_in_by_its_name_is_served_once() -> None:
    name = f"{MODEL}.ft-0123456789abcdef0123456789abcdef"
    models = {
        "own": {"account": "sweden", "baseModel": MODEL, "trainingFile": "t.jsonl"},
        "again": {"account": "sweden", "existingModel": name},
    }
    served = {key: {"model": key, "account": "sweden"} for key in models}
    settings = read_settings(config(models=models, deployments=served), {})
    prior = PriorState({("FineTunedModel", "own"): {"fine_tuned_model": name}})
    (found,) = problems(settings, facts(), "s1", prior, SAME, model="same")
    assert found.startswith(f"deployments.again: `own` serves {name} in that account already")
