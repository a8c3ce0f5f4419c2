"""Which of Azure's three ways a deployment reaches a model, from the two accounts alone.

| the model was trained in           | wire                                                        |
|------------------------------------|-------------------------------------------------------------|
| the account that serves            | nothing more                                                |
| another account of the same tenant | ``model.source``                                            |
| an account of another tenant       | ``model.sourceAccount``, auxiliary token of that tenant     |

Source: Azure docs, "Deploy a fine-tuned model for inferencing", cross-region and cross-tenant.
"""

from __future__ import annotations

from dataclasses import dataclass

from aoai.azure.account import Account


@dataclass(frozen=True)
class Route:
    """What a deployment's request states about the account that holds the model.

    Attributes:
        name: ``same-account``, ``same-tenant`` or ``cross-tenant``.
        fields: what is added to ``properties.model``.
        auxiliary_tenant_id: the tenant whose token goes along, to the ARM host alone.
    """

    name: str
    fields: dict[str, str]
    auxiliary_tenant_id: str | None = None


def route(account: Account, source: Account | None) -> Route:
    """The way from the account that trained, ``source``, to the one that serves, ``account``."""
    if source is None or source.is_same_place(account):
        return Route("same-account", {})
    if source.tenant_id.lower() == account.tenant_id.lower():
        return Route("same-tenant", {"source": source.id})
    return Route("cross-tenant", {"sourceAccount": source.id}, source.tenant_id)
