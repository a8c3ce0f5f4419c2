"""Which of Azure's three ways a deployment reaches its model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aoai.azure.account import Account
from aoai.azure.lifecycle.route import route
from tests.unit.azure.helpers import ACCOUNT_ID, OTHER_TENANT, TENANT

HERE = Account(
    ACCOUNT_ID, "https://contoso-swedencentral.openai.azure.com", TENANT, "swedencentral"
)
THERE = replace(
    HERE, id=f"{ACCOUNT_ID}-2", endpoint="https://contoso-2.openai.azure.com", location="eastus2"
)


@pytest.mark.parametrize(
    "source",
    [
        None,
        HERE,
        replace(HERE, id=ACCOUNT_ID.upper()),
        replace(HERE, id=ACCOUNT_ID.replace("/rg-ai/", "/rg-old/")),
    ],
    ids=["none", "itself", "in capitals", "before it was moved"],
)
def test_the_account_that_trained_names_no_source(source: Account | None) -> None:
    assert route(HERE, source).fields == {}


def test_an_account_of_the_same_tenant_is_the_source() -> None:
    assert route(HERE, THERE).fields == {"source": THERE.id}


def test_an_account_of_another_tenant_needs_its_token_too() -> None:
    foreign = replace(THERE, tenant_id=OTHER_TENANT.upper())
    found = route(HERE, foreign)
    assert found.fields == {"sourceAccount": THERE.id}
    assert found.auxiliary_tenant_id == OTHER_TENANT
