"""Whether a model can be trained or served: yes, no with the page, or unknown."""

from __future__ import annotations

import datetime

import pytest

from aoai.catalog import Offer, Support, built_in, can_serve, can_train, moved_dates

CATALOG = built_in()
TODAY = datetime.date(2026, 11, 28)


def rules(support: Support, answer: str) -> list[str]:
    return [reason.rule for reason in support.reasons if reason.answer == answer]


@pytest.mark.parametrize(
    ("model", "method", "training_type", "region"),
    [
        ("gpt-4.1-mini-2025-04-14", "supervised", "Standard", "swedencentral"),
        ("gpt-4.1-mini", "dpo", "globalStandard", "Sweden Central"),
        ("gpt-4.1", "supervised", "DataZone", "eastus"),
        ("gpt-4o-mini", "supervised", "Developer", "switzerlandwest"),
        ("o4-mini", "reinforcement", "Standard", "eastus2"),
        ("Ministral-3B", "supervised", "GlobalStandard", "westeurope"),
        ("gpt-oss-120b", "reinforcement", "Developer", "uaenorth"),
    ],
)
def test_what_the_pages_offer_can_be_trained(
    model: str, method: str, training_type: str, region: str
) -> None:
    support = can_train(
        CATALOG, model, today=TODAY, method=method, training_type=training_type, region=region
    )
    assert support.answer == "yes"


@pytest.mark.parametrize(
    ("model", "method", "training_type", "region", "rule"),
    [
        ("gpt-4o-mini", "dpo", "Standard", "swedencentral", "method"),
        ("gpt-4.1-mini", "reinforcement", "Standard", "swedencentral", "method"),
        ("o4-mini", "supervised", "Standard", "swedencentral", "method"),
        ("Ministral-3B", "supervised", "Standard", "swedencentral", "training type"),
        ("gpt-5", "reinforcement", "Developer", "swedencentral", "training type"),
        ("gpt-4.1-mini", "supervised", "Standard", "eastus2", "region"),
        ("gpt-4.1-nano", "supervised", "GlobalStandard", "polandcentral", "region"),
        ("gpt-4.1", "supervised", "GlobalStandard", "uaenorth", "region"),
        ("gpt-oss-120b", "supervised", "GlobalStandard", "westeurope", "region"),
        ("gpt-4.1", "supervised", "DataZone", "swedencentral", "region"),
        ("babbage-002", "supervised", "Standard", "swedencentral", "retirement"),
        ("gpt-35-turbo", "supervised", "Standard", "swedencentral", "retirement"),
        ("gpt-4", "supervised", "Standard", "swedencentral", "retirement"),
    ],
)
def test_what_a_page_rules_out_is_a_no_with_its_day(
    model: str, method: str, training_type: str, region: str, rule: str
) -> None:
    support = can_train(
        CATALOG, model, today=TODAY, method=method, training_type=training_type, region=region
    )
    assert (support.answer, rules(support, "no")) == ("no", [rule])
    assert ", 202" in support.texts("no")[0]


@pytest.mark.parametrize("model", ["Phi-3-mini-4k-instruct", "Llama-2-7b", "Meta-Llama-2-70b"])
def test_a_retired_catalogue_model_is_named_with_what_to_use_instead(model: str) -> None:
    text = can_train(CATALOG, model, today=TODAY).texts("no")[0]
    assert "was retired on 2025-" in text
    assert "Microsoft recommends " in text


@pytest.mark.parametrize(
    ("model", "region", "rule", "hint"),
    [
        ("gpt-99-mega", None, "model", "gpt-99-mega is not in the catalogue"),
        ("gpt-4.1-mimi", None, "model", "did you mean gpt-4.1-mini-2025-04-14?"),
        ("GPT-4.1", None, "model", "differs in case from gpt-4.1"),
        ("gpt-4.1", "swedncentral", "region", "did you mean swedencentral?"),
    ],
)
def test_what_is_not_known_is_no_contradiction(
    model: str, region: str | None, rule: str, hint: str
) -> None:
    support = can_train(CATALOG, model, today=TODAY, region=region)
    assert (support.answer, rules(support, "unknown")) == ("unknown", [rule])
    assert hint in support.texts("unknown")[0]


def test_a_deprecated_model_is_for_subscriptions_that_have_deployed_it() -> None:
    support = can_train(CATALOG, "gpt-4.1-mini", today=TODAY, region="swedencentral")
    assert support.answer == "yes"
    text = (
        "gpt-4.1-mini-2025-04-14 is deprecated: a subscription that has never deployed it cannot "
        "train it; for others training ends on 2027-04-14 (Model retirement schedule, 2026-10-05)"
    )
    assert support.texts("yes") == [text]


def test_a_model_by_invitation_says_so() -> None:
    support = can_train(CATALOG, "gpt-5", today=TODAY, method="reinforcement")
    assert any("by invitation" in text for text in support.texts("yes"))


@pytest.mark.parametrize(
    ("day", "answer"), [("2027-04-13", "yes"), ("2027-04-14", "unknown"), ("2027-10-14", "unknown")]
)
def test_a_page_does_not_know_what_came_after_it(day: str, answer: str) -> None:
    today = datetime.date.fromisoformat(day)
    assert can_train(CATALOG, "gpt-4.1-mini", today=today).answer == answer


@pytest.mark.parametrize(
    ("model", "training", "serving"),
    [
        ("gpt-4.1", "2027-04-14", "2027-10-14"),
        ("gpt-4.1-mini", "2027-04-14", "2027-10-14"),
        ("gpt-4.1-nano", "2027-04-14", "2027-10-14"),
        ("gpt-4o", "2027-04-01", "2027-10-01"),
        ("gpt-4o-mini", "2027-04-01", "2027-10-01"),
        ("o4-mini", "2027-05-19", "2027-11-19"),
    ],
)
def test_a_model_has_a_last_day_to_train_and_one_to_serve(
    model: str, training: str, serving: str
) -> None:
    row = CATALOG.find(model)
    assert row is not None
    assert row.schedule is not None
    assert (str(row.schedule.training), str(row.schedule.serving)) == (training, serving)


@pytest.mark.parametrize(
    ("model", "answers"),
    [("gpt-4.1", "yes"), ("gpt-4o", "yes"), ("gpt-4.1-mini", "no"), ("Qwen3.8-27B", "unknown")],
)
def test_images_are_for_the_models_that_take_them(model: str, answers: str) -> None:
    kind = "GlobalStandard"
    support = can_train(CATALOG, model, today=TODAY, images=True, training_type=kind)
    assert support.answer == answers


def test_japan_east_trains_on_no_images() -> None:
    kind = "GlobalStandard"
    support = can_train(
        CATALOG, "gpt-4.1", today=TODAY, images=True, training_type=kind, region="japaneast"
    )
    assert rules(support, "no") == ["images"]


@pytest.mark.parametrize(
    ("model", "sku", "region", "answer"),
    [
        ("gpt-4.1-mini", "Standard", "swedencentral", "yes"),
        ("gpt-4.1-mini", "standard", "Sweden Central", "yes"),
        ("gpt-4.1-mini", "Standard", "eastus2", "no"),
        ("gpt-4.1-mini", "GlobalStandard", "westeurope", "yes"),
        ("gpt-4.1-mini", "ProvisionedManaged", "swedencentral", "no"),
        ("gpt-4.1", "ProvisionedManaged", "northcentralus", "no"),
        ("gpt-4o-mini", "DeveloperTier", "swedencentral", "no"),
        ("gpt-5", "GlobalStandard", "swedencentral", "no"),
        ("Ministral-3B", "Standard", None, "no"),
        ("Ministral-3B", "GlobalStandard", None, "yes"),
        ("Muse-Glimmer-30B", "GlobalStandard", None, "no"),
        ("gpt-4.1-mini", "Bogus", "swedencentral", "unknown"),
        ("gpt-99", "Standard", "swedencentral", "unknown"),
    ],
)
def test_a_fine_tuned_model_is_served_as_the_pages_offer(
    model: str, sku: str, region: str | None, answer: str
) -> None:
    assert can_serve(CATALOG, model, sku, today=TODAY, region=region).answer == answer


def test_a_date_that_moved_is_reported_with_both_pages() -> None:
    model = CATALOG.find("o4-mini")
    assert model is not None
    pages = "(Model retirement schedule, 2026-09-02, then Model retirement schedule, 2026-10-05)"
    serving = "the end of deployments of fine-tuned o4-mini-2025-04-16"
    assert list(moved_dates(CATALOG, model)) == [
        f"retirement of o4-mini-2025-04-16 moved from 2026-10-16 to 2026-11-19 {pages}",
        f"the end of training o4-mini-2025-04-16 moved from 2027-04-16 to 2027-05-19 {pages}",
        f"{serving} moved from 2027-10-16 to 2027-11-19 {pages}",
    ]
    ministral = CATALOG.find("Ministral-3B")
    assert ministral is not None
    assert list(moved_dates(CATALOG, ministral)) == []


def offered(**told: object) -> Support:
    offer = Offer("gpt-4.1-mini", "2025-04-14", **told)  # type: ignore[arg-type]
    return can_train(CATALOG, "gpt-4.1-mini", today=TODAY, region="eastus2", offer=offer)


def test_the_service_goes_before_the_catalogue_in_regions() -> None:
    assert can_train(CATALOG, "gpt-4.1-mini", today=TODAY, region="eastus2").answer == "no"
    assert offered(fine_tune=True).answer == "yes"
    assert rules(offered(global_fine_tune=True), "no") == ["region"]
    assert rules(offered(), "no") == ["region"], "nothing told: the catalogue's word stays"


def test_the_service_goes_before_the_catalogue_in_dates() -> None:
    past, future = datetime.date(2026, 11, 1), datetime.date(2028, 1, 1)
    gone = offered(fine_tune=True, training_ends=past)
    text = "training of gpt-4.1-mini-2025-04-14 was retired on 2026-11-01"
    assert gone.texts("no") == [f"{text} (the service's list of models)"]
    moved = offered(fine_tune=True, training_ends=future, lifecycle_status="GenerallyAvailable")
    assert moved.texts("yes") == [
        "training of gpt-4.1-mini-2025-04-14 ends on 2028-01-01 (the service's list of models)"
    ]
    retired = offered(fine_tune=True, lifecycle_status="Deprecated")
    assert rules(retired, "no") == ["retirement"]
    closed = offered(fine_tune=True, training_ends=future, lifecycle_status="Deprecating")
    assert rules(closed, "yes") == ["access"]
