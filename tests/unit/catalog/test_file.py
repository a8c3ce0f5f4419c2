"""catalog.toml itself: every row has a source, and rows agree with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from aoai.catalog import BaseModel, built_in
from aoai.catalog.loading import read_file

CATALOG = built_in()
REGIONS = {region.name for region in CATALOG.document.regions}


def tables(value: object, path: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every table of the file that states facts, with its path."""
    if isinstance(value, Mapping):
        yield path, value
        for key, inner in value.items():
            yield from tables(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from tables(inner, f"{path}[{number}]")


STATED = ("arm", "data", "text", "training", "limits", "serving", "retirement", "prices")
"""Parts of a model that name a source each."""


def test_every_row_names_a_source_that_is_there() -> None:
    known = set(read_file()["sources"])
    for name in ("skus", "regions", "models"):
        for row in read_file()[name]:
            assert row.get("source") in known, row
    for model in read_file()["models"]:
        for part in STATED:
            rows = model.get(part, [])
            for row in rows if isinstance(rows, list) else [rows]:
                assert row.get("source") in known, (model["name"], part)


def test_every_source_is_used() -> None:
    keys = ("source", "regionsSource")
    used = {table[key] for _, table in tables(read_file()) for key in keys if key in table}
    assert used == set(read_file()["sources"])


def test_a_source_without_a_day_is_the_exception() -> None:
    undated = {key for key, source in read_file()["sources"].items() if "date" not in source}
    assert undated == {"invalidToken", "modelCards"}


def test_no_two_models_have_one_name() -> None:
    names = Counter(model.canonical_name for model in CATALOG.models)
    names.update(alias for model in CATALOG.models for alias in model.aliases)
    assert [name for name, number in names.items() if number > 1] == []


@pytest.mark.parametrize("model", CATALOG.models, ids=lambda model: model.canonical_name)
def test_a_model_names_regions_and_skus_that_are_there(model: BaseModel) -> None:
    training, serving = model.training, model.serving
    named: set[str] = set()
    if training is not None:
        named |= {*training.regions, *(training.global_regions or ()), *training.global_except}
        assert ("Standard" in training.types) == bool(training.regions)
    if serving is not None:
        named |= {*serving.regions, *serving.provisioned_regions}
        assert all(CATALOG.sku(sku) for sku in serving.skus)
        assert ("Standard" in serving.skus) == bool(serving.regions)
        assert bool(serving.skus) != bool(serving.elsewhere)
    assert named <= REGIONS


@pytest.mark.parametrize("model", CATALOG.models, ids=lambda model: model.canonical_name)
def test_a_models_prices_are_for_what_it_offers(model: BaseModel) -> None:
    types = set(model.training.types) if model.training else set()
    skus = set(model.serving.skus) if model.serving else set()
    for row in model.prices:
        assert set(row.training) | set(row.training_hour) <= types
        assert set(row.hosting) | set(row.inference) <= skus


@pytest.mark.parametrize("model", CATALOG.models, ids=lambda model: model.canonical_name)
def test_schedules_stand_newest_first_and_serving_ends_last(model: BaseModel) -> None:
    days = [source.date for row in model.retirement if (source := CATALOG.source(row.source))]
    assert days == sorted(days, key=str, reverse=True)
    for row in model.retirement:
        if row.training and row.serving:
            assert row.training <= row.serving


def test_the_global_regions_are_there() -> None:
    training = CATALOG.document.global_training
    assert {*training.regions, *training.without_vision} <= REGIONS
    assert len(training.regions) == 26


def test_a_regions_name_is_its_display_name_without_blanks() -> None:
    for region in CATALOG.document.regions:
        assert region.name == region.display.replace(" ", "").lower()
