"""Models of a stack that continue from one another, or that are taken in."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from aoai_components.catalog_checks import check_catalog
from aoai_components.costs import hosting_lines
from aoai_components.model_chains import in_order

from tests.stack_settings import read_settings
from tests.unit.components.test_settings import ARM_ID, config, message

TUNED = "gpt-4.1-2025-04-14.ft-" + "0" * 32


def further(model: str, **more: Any) -> dict[str, Any]:
    """A model that is trained further from another one."""
    given = {"account": "sweden", "baseModel": {"model": model}, "trainingFile": f"{model}.jsonl"}
    return given | more


def models(**more: Any) -> dict[str, Any]:
    return {**more, **config()["models"]}


def test_a_chain_is_made_in_order_and_has_the_base_model_of_its_first() -> None:
    given = models(third=further("second"), second=further("tutor", method="dpo"))
    settings = read_settings(config(models=given), {})
    assert in_order(settings.models) == ["tutor", "second", "third"]
    assert {each.base_model for each in settings.models.values()} == {"gpt-4o-mini-2024-07-18"}
    notes = check_catalog(settings, settings.catalog, datetime.date(2026, 1, 1))
    assert "trained further from `second`" in notes.jobs["third"].remarks[-1]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"a": further("b"), "b": further("c"), "c": further("b"), "d": further("a")},
            "models.b.baseModel: b -> c -> b is a circle; let one of them start from a base model",
        ),
        ({"a": further("a")}, "models.a.baseModel: a -> a is a circle"),
        ({"a": further("tutr")}, "models.a.baseModel.model: there is no `tutr` under `models`"),
        ({"a": further("tutor", baseModel={"modle": "tutor"})}, "did you mean `model`?"),
        (
            {"a": further("tutor", account="other")},
            "models.a.account: `tutor` is in account contoso-swedencentral (swedencentral), and",
        ),
        ({"a": {"account": "sweden"}}, "models.a: give `baseModel` and `trainingFile`, or one of"),
        (
            {"a": {"account": "sweden", "existingJobId": "ftjob-1", "baseModel": "gpt-4.1"}},
            "models.a: give `baseModel` and `trainingFile`, or one of",
        ),
        (
            {"a": {"account": "sweden", "existingJobId": "ftjob-1", "suffix": "a"}},
            "models.a.suffix: `suffix` has no effect: the training is taken in, not made here",
        ),
        (
            {"a": {"account": "sweden", "existingModel": "gpt-4.1"}},
            "models.a.existingModel: `existingModel` is the name of a fine-tuned model",
        ),
        ({"a": {"account": "sweden", "existingModel": TUNED, "method": "dpo"}}, "models.a.method"),
    ],
    ids=str,
)
def test_what_cannot_be_is_one_line(given: dict[str, Any], text: str) -> None:
    other = ARM_ID.replace("contoso-swedencentral", "contoso-eastus2")
    accounts = {**config()["accounts"]}
    accounts["other"] = {**accounts["sweden"], "id": other, "location": "eastus2"}
    shown = message(models=models(**given), accounts=accounts).splitlines()[1:]
    assert len(shown) == 1
    assert text in shown[0]


def test_a_model_that_is_taken_in_costs_what_its_base_model_does() -> None:
    given = {
        "named": {"account": "sweden", "existingModel": f"{TUNED}-x:ckpt-step-9"},
        "job": {"account": "sweden", "existingJobId": "ftjob-1"},
        "further": further("named"),
    }
    deployments = {name: {"model": name, "account": "sweden"} for name in given}
    settings = read_settings(config(models=given, deployments=deployments), {})
    assert settings.models["further"].base_model == "gpt-4.1-2025-04-14"
    named, job, after = hosting_lines(settings, settings.catalog)
    assert named.amount is not None
    assert named.amount == after.amount
    assert job.amount is None
    assert "the base model is not known" in job.note
