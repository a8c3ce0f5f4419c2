from __future__ import annotations

from aoai_policies.catalog import catalog

from aoai.catalog import built_in, can_serve, hosting_price, training_price
from tools.policy_catalog import TARGET, rendered

HINT = "run `python -m tools.policy_catalog`"


def test_the_packs_catalogue_is_the_providers() -> None:
    assert TARGET.read_text(encoding="utf-8") == rendered(), HINT


def test_every_model_is_found_by_the_names_that_the_provider_takes() -> None:
    for model in built_in().models:
        found = catalog().model(model.canonical_name)
        assert found is not None
        assert found.name == model.canonical_name
        taken = built_in().lookup(model.name)
        assert taken.model is not None
        assert getattr(catalog().model(model.name), "name", "") == taken.model.canonical_name


def test_prices_are_the_providers() -> None:
    for model in built_in().models:
        row = catalog().family(model.canonical_name)
        assert row is not None
        for sku in ("Standard", "GlobalStandard", "DeveloperTier"):
            price = hosting_price(built_in(), model.canonical_name, sku)
            assert row.hosting(sku) == (price and price.usd)
        for kind in ("Standard", "DataZone", "GlobalStandard", "Developer"):
            price = training_price(built_in(), model.canonical_name, kind)
            assert row.training_price(kind) == (price and price.usd)


def test_a_snapshot_without_a_row_has_its_familys_price() -> None:
    found = catalog().family("gpt-4.1-mini-2030-01-01")

    assert found is not None
    assert found.name == "gpt-4.1-mini-2025-04-14"
    assert catalog().model("gpt-4.1-mini-2030-01-01") is None


def test_what_the_provider_refuses_for_a_region_the_pack_knows_too() -> None:
    import datetime

    day = datetime.date(2026, 11, 28)
    for model in built_in().models:
        row = catalog().model(model.canonical_name)
        assert row is not None
        for sku in row.skus:
            for region in ("swedencentral", "japanwest", "eastus2"):
                answer = can_serve(
                    built_in(), model.canonical_name, sku, today=day, region=region
                ).answer
                regions = row.serving_regions(sku)
                if answer == "no" and model.schedule and model.schedule.stage != "Retired":
                    assert regions
                    assert region not in regions
