"""What a look at the accounts finds, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_components.account_facts import AccountFacts, Reading
from aoai_components.preflight import problems, taken_over, unchecked
from aoai_components.settings import Settings

from aoai.azure.arm.accounts import AccountDetails, Usage
from aoai.azure.arm.deployments import Deployment
from aoai.azure.lifecycle.model_deployment import ID_TAG, OWNER_TAG
from aoai.catalog import Offer, OfferedSku
from aoai.errors import AuthenticationError, NotFound
from aoai.resources.identity import address_of
from tests.stack_settings import read_settings
from tests.unit.components.test_settings import ARM_ID, config

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


def live(**tags: str) -> Reading[list[Deployment]]:
    return Reading([Deployment(id="/d", name="Prod", tags=tags)])


def test_a_stack_that_fits_has_no_problem() -> None:
    settings = stack(raiPolicyName="microsoft.default", capacity=100)
    assert list(problems(settings, facts(), "s1")) == []
    assert unchecked(facts()) == ""


@pytest.mark.parametrize(
    ("found", "mark", "refused"),
    [
        (live(**{ID_TAG: "s1-k.i"}), "s1", False),
        (live(**{ID_TAG: "s2-k.i", OWNER_TAG: "o/p/s/n"}), "s1", True),
        (live(**{ID_TAG: "s2-k.i"}), None, True),
        (live(), None, True),
        (live(), "s1", False),  # its tags may have been taken away
    ],
)
def test_whose_the_name_is_decides(found: Any, mark: str | None, refused: bool) -> None:
    settings, known = stack(deploymentName="prod"), facts(deployments=found)
    assert bool(list(problems(settings, known, mark))) is refused
    adopting = stack(deploymentName="prod", adopt=True)
    assert list(problems(adopting, known, mark)) == []
    assert bool(list(taken_over(adopting, known, mark))) is refused


def test_more_capacity_than_the_quota_can_hold_is_refused_and_a_used_quota_is_not() -> None:
    assert list(problems(stack(capacity=100), facts(), "s")) == []
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
