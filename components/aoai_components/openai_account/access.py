"""Roles on the account and on its storage.

The ids are those of Azure's built-in roles; they are the same in every tenant.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import authorization

from aoai_components.openai_account.args import OpenAIAccountArgs, Principal

OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"
OPENAI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
MONITORING_READER = "43d0d8ad-25c7-4714-9337-8ba259a9fe05"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
BLOB_DATA_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"

DEPLOYERS = {
    "openai-contributor": OPENAI_CONTRIBUTOR,
    "monitoring-reader": MONITORING_READER,
    "reader": READER,
}
"""The roles of who trains and deploys; docs/azure.md says what each is for."""

CONSUMERS = {"openai-user": OPENAI_USER}
"""The roles of who calls a deployment."""


def assign_roles(
    name: str,
    principals: Sequence[Principal],
    roles: dict[str, str],
    scope: pulumi.Input[str],
    args: OpenAIAccountArgs,
    child: pulumi.ResourceOptions,
) -> list[authorization.RoleAssignment]:
    """Give each principal each of the roles on ``scope``."""
    return [
        authorization.RoleAssignment(
            f"{name}-{position}-{role}",
            scope=scope,
            principal_id=principal.id,
            principal_type=principal.type,
            role_definition_id=_definition(args.subscription_id, definition),
            opts=child,
        )
        for position, principal in enumerate(principals)
        for role, definition in roles.items()
    ]


def _definition(subscription_id: pulumi.Input[str], role: str) -> pulumi.Output[str]:
    return pulumi.Output.concat(
        "/subscriptions/",
        subscription_id,
        "/providers/Microsoft.Authorization/roleDefinitions/",
        role,
    )
