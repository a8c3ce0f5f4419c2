"""Names are compared in the terms of Azure, in one place."""

from __future__ import annotations

import pytest

from aoai.azure.arm_names import (
    id_key,
    is_snapshot_of,
    same_id,
    same_model,
    same_name,
    same_region,
    same_sku,
)
from tests.unit.azure.helpers import ACCOUNT_ID


@pytest.mark.parametrize(
    "spelled",
    [
        ACCOUNT_ID.upper(),
        ACCOUNT_ID.replace("resourceGroups", "resourcegroups"),
        f" {ACCOUNT_ID}/ ",
        ACCOUNT_ID.removeprefix("/"),
        ACCOUNT_ID.replace("/providers", "//providers"),
        ACCOUNT_ID + "\n",
    ],
)
def test_an_id_is_the_same_in_every_spelling(spelled: str) -> None:
    assert same_id(spelled, ACCOUNT_ID)
    assert id_key(spelled) == ACCOUNT_ID.lower()


@pytest.mark.parametrize("other", ["", "/", ACCOUNT_ID + "2", ACCOUNT_ID + "/deployments/d"])
def test_another_id_is_another(other: str) -> None:
    assert not same_id(other, ACCOUNT_ID)


def test_no_id_is_the_same_as_nothing_else() -> None:
    assert not same_id("", "")
    assert not same_id("/", " ")


@pytest.mark.parametrize(
    "spelled", ["swedencentral", "Sweden Central", "SWEDENCENTRAL ", "(Europe) Sweden Central"]
)
def test_a_region_is_the_same_in_every_spelling(spelled: str) -> None:
    assert same_region(spelled, "swedencentral")
    assert not same_region(spelled, "Sweden South")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("standard", "Standard"),
        ("GlobalStandard", "globalStandard "),
        ("Developer", "developerTier"),
        ("DeveloperTier", "developertier"),
    ],
)
def test_a_sku_is_the_same_in_every_spelling(one: str, other: str) -> None:
    assert same_sku(one, other)
    assert same_sku(other, one)


def test_different_skus_are_different() -> None:
    assert not same_sku("Standard", "GlobalStandard")
    assert not same_sku("", "Standard")


def test_names_of_deployments_and_models_ignore_letter_case_and_blanks() -> None:
    assert same_name("Tutor-Prod", "tutor-prod ")
    assert not same_name("tutor-prod", "tutor-prod2")
    assert same_model("gpt-4.1-2025-04-14.FT-0a", "gpt-4.1-2025-04-14.ft-0a")
    assert not same_model("gpt-4.1", "gpt-4.1-2025-04-14")


@pytest.mark.parametrize(
    ("snapshot", "alias", "expected"),
    [
        ("gpt-4.1-2025-04-14", "gpt-4.1", True),
        ("gpt-4.1-2025-04-14", "GPT-4.1-2025-04-14", True),
        ("Ministral-3B", "ministral-3b", True),
        ("gpt-4.1-mini-2025-04-14", "gpt-4.1", False),
        ("gpt-4.1", "gpt-4.1-2025-04-14", False),
        ("gpt-4.1-2025-04-14.ft-0a", "gpt-4.1", False),
    ],
)
def test_a_dated_snapshot_is_what_an_alias_stands_for(
    snapshot: str, alias: str, expected: bool
) -> None:
    assert is_snapshot_of(snapshot, alias) is expected
