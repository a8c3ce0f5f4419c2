"""The rules about money, data, retirement and the developer tier, clause by clause."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aoai_policies.facts import stack_of
from aoai_policies.rule import Rule, evaluate
from aoai_policies.rules import (
    content_filter_required,
    deployment_capacity,
    developer_tier_expiry,
    hyperparameter_ranges,
    model_retirement,
    monthly_hosting_budget,
    on_delete_protects_production,
    readiness,
    training_cost,
    training_data_minimums,
)
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import (
    deployment,
    existing,
    file,
    findings,
    job,
    model,
    native,
)

BASE = "gpt-4.1-mini-2025-04-14"
OTHER = f"{BASE}.ft-9z8y7x"


MISSING = ["mandatory"]


def levels(rule: Rule, *resources: Any, **config: object) -> list[str]:
    return [f.unknown or f.level for f in findings(rule, *resources, **config)]


def on(day: str, rule: Rule, *resources: Any, **config: object) -> list[str]:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return [f.level for f in evaluate(rule, lambda: stack_of(resources), config, now)]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("age", "expected"), [(1, []), (17, []), (18, ["advisory"]), (25, ["advisory"])]
)
def test_the_developer_tier_is_warned_of_before_its_24_hours_are_over(
    age: float, expected: list[str]
) -> None:
    look = existing("look", created=hours(age), sku="DeveloperTier")

    assert levels(developer_tier_expiry.RULE, look) == expected


def test_the_developer_tier_can_be_forbidden() -> None:
    rule = developer_tier_expiry.RULE

    assert levels(rule, deployment("look", sku="Developer"), allowed=False) == ["mandatory"]
    assert levels(rule, deployment("chat", sku="Standard"), allowed=False) == []
    assert levels(rule, deployment("chat", sku=UNKNOWN), allowed=False) == ["advisory"]


def test_the_end_of_a_developer_tier_deployment_is_named_to_the_minute() -> None:
    look = existing("look", created=hours(20), sku="DeveloperTier")

    (finding,) = findings(developer_tier_expiry.RULE, look)

    assert "removes it at 2026-03-20 16:00 UTC, in 4 hours" in finding.message
    assert "costs no hosting" in finding.message


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-06-01", []),
        ("2027-02-01", ["advisory"]),
        ("2027-04-13", ["advisory"]),
        ("2027-04-14", ["mandatory"]),
    ],
)
def test_a_new_job_ends_with_the_training_of_its_model(day: str, expected: list[str]) -> None:
    rule = model_retirement.RULE

    assert on(day, rule, job("j", model=BASE)) == expected
    assert on(day, rule, job("j", model=BASE, job_id="ftjob-1")) == []


def test_a_job_that_a_preview_hides_in_a_stack_that_exists_is_a_warning() -> None:
    hidden, other = job("j", model=BASE), job("other", model="new", job_id="ftjob-2")

    assert on("2027-05-01", model_retirement.RULE, hidden, other) == ["advisory"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2027-04-14", []), ("2027-08-01", ["advisory"]), ("2027-10-14", ["mandatory"])],
)
def test_a_deployment_ends_with_the_serving_of_its_model(day: str, expected: list[str]) -> None:
    assert on(day, model_retirement.RULE, deployment("d")) == expected


def test_a_base_model_ends_with_its_own_retirement() -> None:
    rule = model_retirement.RULE

    assert on("2027-04-14", rule, deployment("d", model="gpt-4.1-mini")) == ["mandatory"]
    assert on("2027-04-14", rule, native("n", properties={"model": {"name": BASE}})) == [
        "mandatory"
    ]


def test_the_day_that_the_service_reports_for_a_model_counts() -> None:
    training = job("j", model=BASE, job_id="ftjob-1")
    day = datetime(2026, 7, 1, tzinfo=UTC).timestamp()
    trained = model("m", training, job_id="ftjob-1", inference_retires_at=day)
    served = deployment("d", {"model": [trained.urn]})

    assert on("2026-06-01", model_retirement.RULE, training, trained, served) == ["advisory"]
    assert on("2026-07-01", model_retirement.RULE, training, trained, served) == ["mandatory"]


@pytest.mark.parametrize(
    ("budget", "expected"),
    [(0, []), (10_000, []), (3000, ["advisory"]), (2482, ["advisory"]), (2000, ["mandatory"])],
)
def test_hosting_is_summed_and_the_deployment_that_goes_over_is_named(
    budget: float, expected: list[str]
) -> None:
    two = [deployment("a"), deployment("b", model=OTHER)]

    assert levels(monthly_hosting_budget.RULE, *two, monthlyUsd=budget) == expected


@pytest.mark.parametrize(
    "free",
    [
        deployment("b", model="gpt-4.1-mini"),
        deployment("b", model=OTHER, sku="DeveloperTier"),
        existing("b", created=timedelta(days=16), model=OTHER, removed_for_inactivity=True),
    ],
)
def test_what_is_not_billed_is_not_in_the_sum(free: Any) -> None:
    assert levels(monthly_hosting_budget.RULE, deployment("a"), free, monthlyUsd=2000) == []


def test_a_price_that_is_not_known_is_reported_and_not_taken_for_zero() -> None:
    odd = deployment("b", model="new.ft-abc")

    assert levels(monthly_hosting_budget.RULE, odd, monthlyUsd=2000) == ["advisory"]


def test_the_budget_counts_other_providers_too() -> None:
    two = [deployment("a"), native("b", properties={"model": {"name": OTHER}})]

    assert levels(monthly_hosting_budget.RULE, *two, monthlyUsd=2000) == ["mandatory"]


def training(**own: Any) -> list[Any]:
    data = file("f", bytes=4_000_000.0, examples=1000.0)
    given = {"model": BASE, "training_file": UNKNOWN, **own}
    return [data, job("j", {"training_file": [data.urn]}, **given)]


@pytest.mark.parametrize(
    ("own", "limit", "expected"),
    [
        ({}, 0, []),
        ({}, 16.4, ["mandatory"]),  # 1,000,000 tokens x 3 epochs x 5.50 USD
        ({}, 16.6, []),
        ({"hyperparameters": {"n_epochs": 1.0}}, 5.4, ["mandatory"]),
        ({"hyperparameters": {"n_epochs": 1.0}}, 5.6, []),
        ({"training_type": "Developer"}, 7.6, []),
        ({"job_id": "ftjob-1"}, 1, []),
        ({"method": "reinforcement"}, 1, ["advisory"]),
        ({"model": UNKNOWN}, 1, ["advisory"]),
        ({"model": "new"}, 1, ["advisory"]),
        ({"hyperparameters": UNKNOWN}, 1, ["advisory"]),
    ],
)
def test_a_job_costs_tokens_times_epochs_times_the_price(
    own: dict[str, Any], limit: float, expected: list[str]
) -> None:
    assert levels(training_cost.RULE, *training(**own), maxUsdPerJob=limit) == expected


def test_the_file_of_a_job_is_found_by_its_content_and_its_tokens_win() -> None:
    data = file("f", sha256="abc", tokens=2_000_000.0)
    one = job("j", model=BASE, training_file="file-1", training_file_sha256="abc")

    assert levels(training_cost.RULE, data, one, maxUsdPerJob=32) == ["mandatory"]


def test_a_job_of_a_file_that_nobody_has_seen_is_reported() -> None:
    assert levels(training_cost.RULE, job("j", model=BASE), maxUsdPerJob=1) == ["advisory"]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"examples": 9.0}, ["mandatory"]),
        ({"examples": 10.0}, []),
        ({"examples": 9.0, "validation": True}, []),
        ({"examples": 0.0}, []),
        ({"examples": None}, []),
        ({"examples": UNKNOWN}, ["examples"]),
        ({"validation": UNKNOWN}, ["examples"]),
    ],
)
def test_a_file_needs_examples(own: dict[str, Any], expected: list[str]) -> None:
    assert levels(training_data_minimums.RULE, file("f", **own)) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"n_epochs": 50.0}, []),
        ({"n_epochs": 51.0}, ["mandatory"]),
        ({"n_epochs": "auto"}, []),
        ({"n_epochs": "many"}, ["mandatory"]),
        ({"n_epochs": True}, ["mandatory"]),
        ({"n_epochs": UNKNOWN}, ["hyperparameters.n_epochs"]),
        ({"batch_size": 512.0}, ["mandatory"]),
        ({"learning_rate_multiplier": 20.0, "batch_size": 0.0}, ["mandatory"]),
    ],
)
def test_hyperparameters_stay_in_their_ranges(values: dict[str, Any], expected: list[str]) -> None:
    rule = hyperparameter_ranges.RULE
    nested = {"type": "dpo", "dpo": {"hyperparameters": values}}

    assert levels(rule, job("j", hyperparameters=values)) == expected
    assert levels(rule, job("j", method=nested)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, ["mandatory"]),
        ("Strict", []),
        ("loose", ["mandatory"]),
        (UNKNOWN, ["rai_policy_name"]),
    ],
)
def test_a_deployment_needs_an_approved_filter(name: object, expected: list[str]) -> None:
    rule = content_filter_required.RULE

    assert levels(rule, deployment("d", rai_policy_name=name), allowed=["strict"]) == expected
    assert levels(rule, deployment("d", rai_policy_name=name)) == []


def test_a_filter_is_only_given_to_a_deployment_that_has_none() -> None:
    config = {"allowed": ["strict", "other"]}
    remedy = content_filter_required.remedy

    assert remedy({}, config) == {"rai_policy_name": "strict"}
    assert remedy({"rai_policy_name": "loose"}, config) is None
    assert remedy({"rai_policy_name": UNKNOWN}, config) is None
    assert remedy({}, {"allowed": ["*"]}) is None
    assert remedy({}, {"allowed": []}) is None


def test_a_capacity_is_only_lowered() -> None:
    remedy = deployment_capacity.remedy

    assert remedy({"capacity": 200.0}, {"maxCapacity": 100}) == {"capacity": 100}
    assert remedy({"capacity": 50.0}, {"maxCapacity": 100}) is None
    assert remedy({"capacity": 200.0}, {"maxCapacity": 0}) is None
    assert remedy({"capacity": UNKNOWN}, {"maxCapacity": 100}) is None
    assert levels(deployment_capacity.RULE, deployment("d", capacity=UNKNOWN), maxCapacity=1) == [
        "capacity"
    ]


def test_jobs_are_kept_and_deployments_protected_where_that_is_asked_for() -> None:
    from dataclasses import replace

    rule = on_delete_protects_production.RULE
    erased, kept = job("j", on_delete="delete"), job("j", on_delete="cancel")
    chat = deployment("chat")

    assert levels(rule, erased, chat) == []
    assert levels(rule, erased, keepJobs=True) == ["mandatory"]
    assert levels(rule, kept, keepJobs=True) == []
    assert levels(rule, job("j", on_delete=UNKNOWN), keepJobs=True) == ["on_delete"]
    assert levels(rule, chat, protectDeployments=True) == ["mandatory"]
    assert levels(rule, replace(chat, protect=True), protectDeployments=True) == []


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"tags": {}}, ["mandatory"]),
        ({"tags": UNKNOWN}, []),
        ({"tags": {"Use_Case": "a", "base-line": "b", "TARGET metric": "c", "owner": UNKNOWN}}, []),
        (
            {"tags": {"useCase": " ", "baseline": "b", "targetMetric": "c", "owner": "d"}},
            ["mandatory"],
        ),
        ({"model": "gpt-4.1-mini"}, []),
        ({"sku": "DeveloperTier"}, []),
    ],
)
def test_a_served_model_has_answers(own: dict[str, Any], expected: list[str]) -> None:
    assert levels(readiness.RULE, deployment("d", **own)) == expected
