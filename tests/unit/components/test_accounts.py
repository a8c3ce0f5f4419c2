"""Accounts that a stack makes need a package that most stacks do without."""

from __future__ import annotations

import importlib.util

import pulumi
import pytest
from aoai_components.accounts import create_accounts

from tests.stack_settings import read_settings

ACCOUNT = {
    "id": "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
    "/providers/Microsoft.CognitiveServices/accounts/contoso-swedencentral",
    "tenantId": "aaaaaaaa-0000-4000-8000-00000000000a",
    "location": "swedencentral",
}


def test_accounts_that_exist_need_nothing() -> None:
    assert create_accounts(read_settings({"accounts": {"sweden": ACCOUNT}}, {})) == {}


@pytest.mark.skipif(
    importlib.util.find_spec("pulumi_azure_native") is not None, reason="it is installed here"
)
def test_without_the_package_the_error_says_what_to_run() -> None:
    settings = read_settings({"accounts": {"sweden": {**ACCOUNT, "create": {}}}}, {})
    with pytest.raises(pulumi.RunError, match=r"\(sweden\).*make azure-native"):
        create_accounts(settings)
