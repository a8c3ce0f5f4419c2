"""Accounts made with the real pulumi-azure-native, its plugin replaced by mocks.

They run in an environment of their own: ``make test-azure-native``.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

pytest.importorskip("pulumi_azure_native", reason="needs `make test-azure-native`")

from aoai_components.accounts import create_accounts

from tests.stack_settings import read_settings

ARM_ID = (
    "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
    "/providers/Microsoft.CognitiveServices/accounts/contoso-swedencentral"
)
ACCOUNT = {
    "id": ARM_ID,
    "tenantId": "aaaaaaaa-0000-4000-8000-00000000000a",
    "location": "swedencentral",
}


class Recorder(Mocks):
    """Keeps what is registered."""

    def __init__(self) -> None:
        self.made: list[MockResourceArgs] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.made.append(args)
        return f"{args.name}-id", args.inputs

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return dict(args.args), None


@pytest.fixture
def engine() -> Recorder:
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder)
    return recorder


def made(recorder: Recorder, token: str) -> MockResourceArgs:
    (found,) = [args for args in recorder.made if args.typ == token]
    return found


@pulumi.runtime.test  # type: ignore[untyped-decorator] # the SDK leaves it untyped
def test_an_account_is_made_where_its_arm_id_says(engine: Recorder) -> Any:
    settings = read_settings(
        {"accounts": {"sweden": {**ACCOUNT, "create": {"kind": "AIServices"}}}}
    )
    (component,) = create_accounts(settings).values()

    def check(_id: str) -> None:
        account = made(engine, "azure-native:cognitiveservices:Account").inputs
        assert account["accountName"] == "contoso-swedencentral"
        assert account["resourceGroupName"] == "rg-ai"
        assert account["location"] == "swedencentral"
        assert account["kind"] == "AIServices"
        assert account["properties"]["disableLocalAuth"] is True
        assert account["properties"]["customSubDomainName"] == "contoso-swedencentral"
        provider = made(engine, "pulumi:providers:azure-native").inputs
        assert provider["subscriptionId"] == "a1a1a1a1-0000-4000-8000-000000000001"
        assert provider["tenantId"] == ACCOUNT["tenantId"]

    return component.resource.id.apply(check)  # type: ignore[attr-defined]


def test_an_account_that_exists_is_not_made(engine: Recorder) -> None:
    assert create_accounts(read_settings({"accounts": {"sweden": ACCOUNT}})) == {}
    assert engine.made == []
