"""Putting a model into service, and taking it out, without stepping on anybody's feet.

Ownership stands in a tag of the deployment. A name that somebody else holds, and a fine-tuned model
that another deployment of the account serves already, are errors before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aoai.azure.account import Account
from aoai.azure.arm.deployments import Deployment
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.route import route
from aoai.catalog import arm_format_of, built_in, parse_tuned_name
from aoai.errors import ApiError, ConfigurationError, NotFound

OWNER_TAG = "aoai-owner"
"""ARM tag with ``organization/project/stack/name`` of the resource that made a deployment."""


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What is wanted of one deployment.

    Attributes:
        account: where it is served.
        source: the account that trained the model, if it is another one.
        name: the deployment's name.
        owner: whose it is.
        model_format: ``model.format``, where the catalogue of base models does not know it.
        adopt: take it over if it is somebody else's.
    """

    account: Account
    source: Account | None
    name: str
    owner: str
    model: str
    model_version: str
    sku: str
    capacity: int
    model_format: str | None = None
    rai_policy_name: str | None = None
    version_upgrade_option: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    adopt: bool = False

    def body(self) -> dict[str, Any]:
        """The body of ``PUT …/deployments/{name}``."""
        properties = {
            "model": {
                "format": self.model_format or built_in().arm_format(self.model) or "OpenAI",
                "name": self.model,
                "version": self.model_version,
                **route(self.account, self.source).fields,
            },
            "raiPolicyName": self.rai_policy_name,
            "versionUpgradeOption": self.version_upgrade_option,
        }
        return {
            "sku": {"name": self.sku, "capacity": self.capacity},
            "properties": {name: value for name, value in properties.items() if value is not None},
            "tags": {**self.tags, OWNER_TAG: self.owner},
        }


def is_fine_tuned(model: str) -> bool:
    """Whether a model's name is one that fine-tuning gives: ``<base>.ft-<id>[-suffix]``."""
    return parse_tuned_name(model) is not None


def serve(connection: AccountClients, serving: Serving) -> Deployment:
    """Create the deployment or bring it to what is wanted; writes of an account go one by one.

    Raises:
        ConfigurationError: the name is somebody else's, or the model is served already.
        ApiError: ARM refused.
    """
    with connection.writes:
        _ensure_free(connection.deployments.list_deployments(), serving)
        serving = _with_format(connection, serving)
        auxiliary = route(serving.account, serving.source).auxiliary_tenant_id
        return connection.deployments.create_or_update_deployment(
            serving.name, serving.body(), auxiliary_tenant_id=auxiliary
        )


def _with_format(connection: AccountClients, serving: Serving) -> Serving:
    """The format of a model that the catalogue lacks, as the account lists it, if it does."""
    if serving.model_format is not None or built_in().arm_format(serving.model) is not None:
        return serving
    try:
        offers = connection.account_models.list_models()
    except ApiError:  # not allowed to list models: most formats are OpenAI, and ARM has the word
        return serving
    return replace(serving, model_format=arm_format_of(offers, serving.model))


def _ensure_free(live: list[Deployment], serving: Serving) -> None:
    place = f"account {serving.account.name} ({serving.account.location})"
    for other in live:
        if other.name.lower() == serving.name.lower():
            holder = other.tags.get(OWNER_TAG)
            if holder != serving.owner and not serving.adopt:
                whose = f"it belongs to {holder}" if holder else "it was made by something else"
                raise ConfigurationError(
                    f"{place} has a deployment {other.name!r} already, {whose}; choose another "
                    "`deployment_name`, or set `adopt` to take it over"
                )
        elif is_fine_tuned(serving.model) and other.model == serving.model:
            raise ConfigurationError(
                f"{place} serves {serving.model} already, as deployment {other.name!r}; Azure "
                f"allows one deployment of a fine-tuned model: remove that one, or do not deploy "
                f"{serving.name!r}"
            )


def withdraw(connection: AccountClients, name: str, owner: str, model: str) -> bool:
    """Delete a deployment if it is still the one that ``owner`` made for ``model``.

    A create-before-delete replacement under one name, or another stack that adopted it, leaves
    under the old name something that is not the old thing: that stays.

    Returns:
        Whether there is nothing left of it; False if what has the name is not ours.
    """
    with connection.writes:
        try:
            live = connection.deployments.get_deployment(name)
        except NotFound:
            return True
        if live.tags.get(OWNER_TAG, owner) != owner or live.model != model:
            return False
        connection.deployments.delete_deployment(name)
    return True
