"""The inputs of a deployment: how it serves, and what and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import pulumi

from aoai.azure.arm_names import name_key, sku_key
from aoai.resources.account import AccountInput, ResourceArgs, optional_account_input
from aoai.resources.declaration import ignores, replaces, updates
from aoai.resources.deployment_checks import UPGRADE_OPTIONS

Text = pulumi.Input[str] | None


@dataclass(frozen=True, kw_only=True)
class DeploymentOptions:
    """The inputs of a deployment that say how it serves, not what and where."""

    deployment_name: Annotated[
        Text,
        replaces("A name that stays; left out, it follows from the model.", key=name_key),
    ] = None
    sku: Annotated[
        pulumi.Input[str],
        replaces(
            "`Standard`, `GlobalStandard`, `DeveloperTier` and others.",
            wire="sku.name",
            key=sku_key,
        ),
    ] = "Standard"
    capacity: Annotated[
        pulumi.Input[int], updates("Thousands of tokens per minute.", wire="sku.capacity")
    ] = 1
    rai_policy_name: Annotated[
        Text,
        updates(
            "Content filter; the account's default if left out.",
            wire="properties.raiPolicyName",
            key=name_key,
        ),
    ] = None
    version_upgrade_option: Annotated[
        Text,
        updates(
            "When the service may move to a newer version of a base model.",
            wire="properties.versionUpgradeOption",
            choices=UPGRADE_OPTIONS,
        ),
    ] = None
    tags: Annotated[
        pulumi.Input[Mapping[str, str]] | None,
        updates(
            "Tags of the deployment; those that others set stay.", stored=dict[str, str] | None
        ),
    ] = None
    on_model_change: Annotated[
        pulumi.Input[str],
        updates(
            "For a name that stays: `update` in place or `replace`, deleted first.",
            choices=("update", "replace"),
        ),
    ] = "update"
    redeploy: Annotated[
        pulumi.Input[bool],
        updates(
            "Bring back a deployment that Azure removed for inactivity. Another model does so by "
            "itself."
        ),
    ] = False
    adopt: Annotated[
        pulumi.Input[bool],
        updates("Take over a deployment of that name that belongs to another owner."),
    ] = False


@dataclass(frozen=True, kw_only=True)
class ModelDeploymentArgs(DeploymentOptions, ResourceArgs):
    """Inputs of a :class:`ModelDeployment`."""

    model: Annotated[
        pulumi.Input[str],
        replaces(
            "Name of the model: of a fine-tuned one, a checkpoint, or a base model.",
            wire="properties.model.name",
            key=name_key,
        ),
    ]
    model_version: Annotated[
        pulumi.Input[str],
        replaces("`1` for a fine-tuned model.", wire="properties.model.version"),
    ] = "1"
    source: Annotated[
        AccountInput | None,
        optional_account_input("The account that trained the model, if it is another one."),
    ] = None
    auto_named: Annotated[bool, ignores("The name follows from the model.", computed=True)] = field(
        default=False, init=False
    )
    address: Annotated[
        str, ignores("The resource for people, in the tag `aoai-owner`.", computed=True)
    ] = field(default="", init=False)
