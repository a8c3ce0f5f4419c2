"""Each input of a resource is declared once, and does what its declaration says."""

from __future__ import annotations

from typing import Any

import pytest

from aoai.resources.base import Provider
from aoai.resources.declaration import Change, InputField, leaves_of
from tests.test_state_contract import PROVIDERS


def cases() -> list[Any]:
    return [
        pytest.param(provider, field, id=f"{provider.__name__}-{field.name}")
        for provider in PROVIDERS
        for field in leaves_of(provider.args)
    ]


def props(name: str, value: str) -> dict[str, Any]:
    outer, _, inner = name.partition(".")
    return {outer: {inner: value} if inner else value, "auto_named": True, "__provider": "p"}


@pytest.mark.parametrize(("provider", "field"), cases())
def test_a_change_of_any_input_does_what_is_declared(
    provider: type[Provider], field: InputField
) -> None:
    change = field.declared.change
    result = provider().diff("id", props(field.name, "old"), props(field.name, "new"))
    assert result.changes is (change is not Change.IGNORE)
    replaced = [field.name.partition(".")[0]] if change is Change.REPLACE else []
    assert result.replaces == replaced


@pytest.mark.parametrize(("provider", "field"), cases())
def test_every_input_says_what_it_means(provider: type[Provider], field: InputField) -> None:
    assert field.declared.about.endswith(".")
    assert field.declared.about[0].isupper() or field.declared.about[0] == "`"


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_equal_inputs_are_no_change_and_numbers_come_as_floats(provider: type[Provider]) -> None:
    old = {"capacity": 3.0, "generation": 1.0, "__provider": "p"}
    new = {"capacity": 3, "generation": 1, "__provider": "p"}
    assert provider().diff("id", old, new).changes is False


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_a_default_that_is_written_out_is_no_change(provider: type[Provider]) -> None:
    fields = [f for f in leaves_of(provider.args) if "." not in f.name and not f.required]
    old = {field.name: field.default for field in fields if field.default is not None}
    olds, news = {**old, "__provider": "p"}, {"__provider": "p", "auto_named": False}
    assert provider().diff("id", olds, news).changes is False


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_a_provider_class_that_moved_is_rewritten_in_state(provider: type[Provider]) -> None:
    result = provider().diff("id", {"__provider": "old"}, {"__provider": "new"})
    assert result.changes is True
    assert result.replaces == []
