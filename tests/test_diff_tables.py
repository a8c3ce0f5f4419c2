"""Each diff table names each input, so that no change of an input is silently "applied"."""

from __future__ import annotations

import dataclasses
from typing import Any, get_type_hints

import pytest

from aoai.azure.account import Account
from aoai.resources.base import ACCOUNT_CHANGES, Change, Provider
from tests.test_state_contract import PROVIDERS


def inputs_of(provider: type[Provider]) -> set[str]:
    """Every input as a diff table names it: fields of a nested dataclass one by one."""
    names: set[str] = set()
    for name, hint in get_type_hints(provider.inputs).items():
        if name in ("account", "source"):
            names |= {f"{name}.{field.name}" for field in dataclasses.fields(Account)}
        elif dataclasses.is_dataclass(hint):
            names |= {f"{name}.{field.name}" for field in dataclasses.fields(hint)}
        else:
            names.add(name)
    return names


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_the_diff_table_names_every_input_and_nothing_else(provider: type[Provider]) -> None:
    assert set(provider.diff_table) == inputs_of(provider)


def cases() -> list[Any]:
    return [
        pytest.param(provider, name, id=f"{provider.__name__}-{name}")
        for provider in PROVIDERS
        for name in provider.diff_table
    ]


@pytest.mark.parametrize(("provider", "name"), cases())
def test_a_change_of_any_input_does_what_its_table_says(
    provider: type[Provider], name: str
) -> None:
    change = provider.diff_table[name]
    outer, _, inner = name.partition(".")
    old = {outer: {inner: "old"} if inner else "old", "auto_named": True, "__provider": "p"}
    new = {outer: {inner: "new"} if inner else "new", "auto_named": True, "__provider": "p"}
    result = provider().diff("id", old, new)
    assert result.changes is (change is not Change.IGNORE)
    assert result.replaces == ([outer] if change is Change.REPLACE else [])


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_equal_inputs_are_no_change_and_numbers_come_as_floats(provider: type[Provider]) -> None:
    old = {"capacity": 3.0, "generation": 1.0, "__provider": "p"}
    new = {"capacity": 3, "generation": 1, "__provider": "p"}
    assert provider().diff("id", old, new).changes is False


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_a_provider_class_that_moved_is_rewritten_in_state(provider: type[Provider]) -> None:
    result = provider().diff("id", {"__provider": "old"}, {"__provider": "new"})
    assert result.changes is True
    assert result.replaces == []


def test_every_provider_treats_an_account_alike() -> None:
    for provider in PROVIDERS:
        assert {key: provider.diff_table[key] for key in ACCOUNT_CHANGES} == ACCOUNT_CHANGES
