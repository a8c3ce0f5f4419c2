"""A stack held against the catalogue of base models."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from aoai_components.catalog_checks import CatalogNotes, check_catalog, unused_prices
from aoai_components.settings import gather_settings

from tests.unit.components.test_settings import config, tutor

TODAY = datetime.date(2026, 11, 28)
MINI = "gpt-4.1-mini-2025-04-14"


def checked(**changes: Any) -> CatalogNotes:
    settings, _ = gather_settings(config(**{"models": tutor(baseModel=MINI), **changes}), {})
    return check_catalog(settings, settings.catalog, TODAY)


def deployed(**changes: Any) -> CatalogNotes:
    return checked(deployments={"d": {"model": "tutor", "account": "sweden", **changes}})


def test_a_stack_that_the_pages_offer_has_nothing_to_be_told() -> None:
    notes = checked()
    assert (notes.problems, notes.warnings) == ([], [])
    assert notes.jobs["tutor"].errors == notes.jobs["tutor"].warnings == ()
    (remark,) = notes.jobs["tutor"].remarks
    assert remark.startswith(f"models.tutor.baseModel: {MINI} is deprecated: a subscription that")


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        ("Ministral-3B", "trainingType: Ministral-3B is trained as DataZone, GlobalStandard, not"),
        ("ministral-3b", "trainingType: Ministral-3B is trained as DataZone, GlobalStandard, not"),
        ("o4-mini", "method: o4-mini-2025-04-16 can be trained by reinforcement, not by"),
    ],
)
def test_a_contradiction_is_a_problem_of_the_setting_that_it_is_about(
    model: str, problem: str
) -> None:
    (found,) = checked(models=tutor(baseModel=model), deployments={}).problems
    assert found.startswith(f"models.tutor.{problem} ")


@pytest.mark.parametrize(
    ("training_type", "told"),
    [
        ("developerTier", []),
        ("GLOBALSTANDARD", []),
        ("Global", ["did you mean GlobalStandard?"]),
        ("DataZoneStandard", ["did you mean DataZone?"]),
        ("spot", ["not as spot ("]),
    ],
)
def test_a_training_type_is_known_as_azure_writes_it_anywhere(
    training_type: str, told: list[str]
) -> None:
    given = tutor(baseModel=MINI, trainingType=training_type)
    problems = checked(models=given, deployments={}).problems
    assert len(problems) == len(told)
    assert all(text in problem for text, problem in zip(told, problems, strict=True))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gpt-4.1-mini", []),
        ("GPT-4.1-Mini", []),
        ("o4-mini", []),
        ("gpt-4.1-mni", ["did you mean `gpt-4.1-mini-2025-04-14`?"]),
        ("gpt-9", ["no model of the stack is one"]),
    ],
)
def test_a_price_of_nothing_is_a_slip(name: str, told: list[str]) -> None:
    settings, _ = gather_settings(config(models=tutor(baseModel=MINI)), {})
    found = list(unused_prices({name: 5}, settings))
    assert len(found) == len(told)
    assert all(text in line for text, line in zip(told, found, strict=True))


def test_a_region_that_does_not_train_the_model_is_a_problem_of_the_account() -> None:
    account = config()["accounts"]["sweden"] | {"location": "westeurope"}
    (problem,) = checked(accounts={"sweden": account}, deployments={}).problems
    assert problem.startswith(f"models.tutor.account: {MINI} is not trained as Standard in")


def test_a_sku_that_the_model_is_not_served_with_is_a_problem() -> None:
    (problem,) = deployed(sku="ProvisionedManaged").problems
    assert problem.startswith(f"deployments.d.sku: fine-tuned {MINI} is deployed as Standard, ")


@pytest.mark.parametrize(
    ("sku", "hint"), [("Bogus", ""), ("GlobalStandart", "; did you mean GlobalStandard?")]
)
def test_a_sku_that_is_not_known_is_a_warning(sku: str, hint: str) -> None:
    notes = deployed(sku=sku)
    warning = f"deployments.d.sku: SKU {sku} is not in the catalogue{hint}"
    assert (notes.problems, notes.warnings) == ([], [warning])


@pytest.mark.parametrize(
    ("name", "warning"),
    [
        ("gpt-99-mega-2030-01-01", "gpt-99-mega-2030-01-01 is not in the catalogue"),
        ("gpt-4.1-mimi", f"gpt-4.1-mimi is not in the catalogue; did you mean {MINI}?"),
        ("GPT-4.1-mini", "GPT-4.1-mini differs in case from gpt-4.1-mini"),
    ],
)
def test_a_model_that_is_not_known_is_a_warning_of_its_job_alone(name: str, warning: str) -> None:
    notes = checked(models=tutor(baseModel=name))
    assert (notes.problems, notes.warnings) == ([], [])
    (told,) = notes.jobs["tutor"].warnings
    assert told == f"models.tutor.baseModel: {warning}"


def test_a_region_that_is_not_known_is_a_warning_once() -> None:
    account = config()["accounts"]["sweden"] | {"location": "swedncentral"}
    notes = checked(accounts={"sweden": account})
    assert notes.problems == []
    hint = "did you mean `swedencentral`?"
    text = "accounts.sweden.location: swedncentral is not a region that is known"
    assert notes.warnings == [f"{text}, {hint}"]
    assert notes.jobs["tutor"].warnings == ()


def test_what_is_outside_of_the_advised_range_is_a_warning_of_a_job() -> None:
    notes = checked(models=tutor(hyperparameters={"learningRateMultiplier": 5}))
    (warning,) = notes.jobs["tutor"].warnings
    assert warning.startswith("models.tutor.hyperparameters.learningRateMultiplier: 5 is outside")


def test_a_retired_model_is_an_error_of_a_job_and_not_of_the_stack() -> None:
    notes = checked(models=tutor(baseModel="gpt-35-turbo-0125"), deployments={})
    assert notes.problems == []
    (error,) = notes.jobs["tutor"].errors
    assert error.startswith("models.tutor.baseModel: training of gpt-35-turbo-0125 was retired")


def test_references_that_lead_nowhere_are_left_to_others() -> None:
    notes = checked(
        models=tutor(account="nowhere", baseModel=MINI),
        deployments={
            "one": {"model": "nothing", "account": "sweden"},
            "other": {"model": "tutor", "account": "nowhere"},
        },
    )
    assert (notes.problems, notes.warnings) == ([], [])
