"""An account as the resource manager describes it: what may be asked before anything is billed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aoai.azure import api_versions
from aoai.azure.account import Account
from aoai.azure.arm_names import name_key, region_key
from aoai.azure.http.fields import Json, decimal, items, mapping, number, text
from aoai.azure.http.paging import linked
from aoai.azure.http.transport import Transport
from aoai.azure.http.urls import segment
from aoai.errors import ResponseUnknown


@dataclass(frozen=True)
class AccountDetails:
    """An account as ARM describes it.

    Attributes:
        id: its ARM id, in ARM's own letter case.
        location: its region in ARM's short form.
        kind: ``OpenAI`` or ``AIServices``.
        sku: ``S0``.
        provisioning_state: Accepted, Creating, Succeeded, Failed, Moving, Deleting, Disabled or
            something newer, with ARM's own letter case.
        endpoint: its data plane, or the regional one that accounts without a subdomain share.
        subdomain: its custom subdomain; empty without one, and then it takes no Entra token.
        keys_disabled: whether it takes Entra tokens only.
        public_access: whether it is reached from the internet; None if ARM does not say.
        limits: numbers of its ``capabilities``, such as ``MaxFineTuneCount``.
    """

    id: str
    name: str
    location: str
    kind: str = ""
    sku: str = ""
    provisioning_state: str = ""
    endpoint: str = ""
    subdomain: str = ""
    keys_disabled: bool = False
    public_access: bool | None = None
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def takes_work(self) -> bool:
        """Whether it is in a state that takes files, jobs and deployments."""
        return name_key(self.provisioning_state) == "succeeded"

    @classmethod
    def parse(cls, data: Json) -> AccountDetails:
        """Read what ARM sent; absent and null fields are the same."""
        properties = mapping(data.get("properties"))
        access = text(properties.get("publicNetworkAccess"))
        return cls(
            id=text(data.get("id")),
            name=text(data.get("name")),
            location=region_key(text(data.get("location"))),
            kind=text(data.get("kind")),
            sku=text(mapping(data.get("sku")).get("name")),
            provisioning_state=text(properties.get("provisioningState")),
            endpoint=text(properties.get("endpoint")).rstrip("/"),
            subdomain=text(properties.get("customSubDomainName")),
            keys_disabled=properties.get("disableLocalAuth") is True,
            public_access=name_key(access) == "enabled" if access else None,
            limits=_limits(properties),
        )


@dataclass(frozen=True)
class Usage:
    """A quota of a region or an account, and how much of it is used.

    Attributes:
        name: such as ``OpenAI.GlobalStandard.gpt-4.1-finetune``; a SKU of a model names its own.
        label: the same for people.
        current: used, in ``unit``; thousands of tokens per minute for models.
        limit: how much there is; None if ARM does not say.
    """

    name: str
    label: str = ""
    current: float = 0.0
    limit: float | None = None
    unit: str = ""

    @property
    def free(self) -> float | None:
        """How much is left, at least 0; None if the limit is unknown."""
        return None if self.limit is None else max(0.0, self.limit - self.current)

    @classmethod
    def parse(cls, data: Json) -> Usage:
        """Read what ARM sent."""
        name = mapping(data.get("name"))
        return cls(
            name=text(name.get("value")),
            label=text(name.get("localizedValue")),
            current=number(data.get("currentValue")) or 0.0,
            limit=number(data.get("limit")),
            unit=text(data.get("unit")),
        )


class AccountsClient:
    """Reads one account and what its region and subscription allow.

    Every method raises what ``Transport.request`` raises.

    Args:
        transport: to the resource manager.
        account: which one.
    """

    def __init__(
        self, transport: Transport, account: Account, api_version: str = api_versions.ACCOUNTS
    ) -> None:
        self._transport = transport
        self._account = account
        self._params = {"api-version": api_version}
        self._subscription = f"/subscriptions/{segment(account.subscription_id)}"

    def get_account(self) -> AccountDetails:
        """The account.

        Raises:
            NotFound: it, its resource group or its subscription does not exist.
        """
        response = self._transport.request("GET", self._account.id, params=self._params)
        found = AccountDetails.parse(response.data)
        if not found.id:
            what = f"GET of {self._transport.label}"
            msg = f"{what}: the answer has no account id. {response.request_id}"
            raise ResponseUnknown(msg.rstrip())
        return found

    def list_accounts(self) -> list[AccountDetails]:
        """The accounts of the subscription, as far as they may be seen."""
        path = f"{self._subscription}/providers/Microsoft.CognitiveServices/accounts"
        return [AccountDetails.parse(row) for row in linked(self._transport, path, self._params)]

    def get_tenant_id(self) -> str:
        """The tenant that the account's subscription belongs to, in lower case."""
        params = {"api-version": api_versions.SUBSCRIPTIONS}
        response = self._transport.request("GET", self._subscription, params=params)
        return text(response.data.get("tenantId")).lower()

    def list_usages(self) -> list[Usage]:
        """The quotas of the subscription in the account's region, which all its accounts share."""
        path = (
            f"{self._subscription}/providers/Microsoft.CognitiveServices"
            f"/locations/{segment(self._account.location)}/usages"
        )
        return [Usage.parse(row) for row in linked(self._transport, path, self._params)]

    def list_rai_policies(self) -> list[str]:
        """The names of the content filters that a deployment of the account may have."""
        path = f"{self._account.id}/raiPolicies"
        rows = linked(self._transport, path, self._params)
        return [name for row in rows if (name := text(row.get("name")))]


def _limits(properties: Json) -> dict[str, int]:
    """The numbers among the capabilities, which are all written as strings."""
    found = {
        text(capability.get("name")): decimal(capability.get("value"))
        for capability in items(properties.get("capabilities"))
    }
    return {name: value for name, value in found.items() if value is not None}
