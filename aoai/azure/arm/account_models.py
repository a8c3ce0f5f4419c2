"""The models that an account lists, base models and its own fine-tuned ones (ARM)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from aoai.azure import api_versions
from aoai.azure.account import Account
from aoai.azure.http.fields import Json, decimal, integer, items, mapping, text, texts
from aoai.azure.http.paging import linked
from aoai.azure.http.transport import Transport
from aoai.catalog import Offer, OfferedSku

_EXAMPLE_TOKENS = "FineTuneTokensMaxValuePerExample"


class AccountModelsClient:
    """The models of one account, by the resource manager.

    Every method raises what ``Transport.request`` raises.

    Args:
        transport: to the resource manager.
        account: whose models.
    """

    def __init__(
        self,
        transport: Transport,
        account: Account,
        api_version: str = api_versions.ACCOUNTS,
    ) -> None:
        self._transport = transport
        self._account = account
        self._params = {"api-version": api_version}

    def list_models(self) -> list[Offer]:
        """All models that the account can deploy, all pages: a megabyte in West Europe."""
        return [parse_offer(row) for row in self._rows()]

    def _rows(self) -> list[Json]:
        path = f"{self._account.id}/models"
        return list(linked(self._transport, path, self._params))


def parse_offer(row: Json) -> Offer:
    """Read one row; absent and null fields are the same, and capabilities are strings."""
    capabilities = texts(row.get("capabilities"))
    ends, base = mapping(row.get("deprecation")), mapping(row.get("baseModel"))
    return Offer(
        name=text(row.get("name")),
        version=text(row.get("version")),
        format=text(row.get("format")),
        base=text(base.get("name")),
        lifecycle_status=text(row.get("lifecycleStatus")),
        fine_tune=_is_true(capabilities, "fineTune"),
        global_fine_tune=_is_true(capabilities, "globalFineTune"),
        training_ends=_day(ends.get("fineTune")),
        inference_ends=_day(ends.get("inference")),
        example_tokens=decimal(capabilities.get(_EXAMPLE_TOKENS, "")),
        skus=tuple(_sku(sku) for sku in items(row.get("skus"))),
    )


def _sku(data: Json) -> OfferedSku:
    capacity = mapping(data.get("capacity"))
    return OfferedSku(
        name=text(data.get("name")),
        usage_name=text(data.get("usageName")),
        ends=_day(data.get("deprecationDate")),
        default=integer(capacity.get("default")),
        maximum=integer(capacity.get("maximum")),
    )


def _is_true(capabilities: Mapping[str, str], name: str) -> bool:
    return capabilities.get(name, "").lower() == "true"


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None
