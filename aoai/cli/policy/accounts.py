"""What lives in accounts, as the rules of the policy pack see a stack.

Each deployment becomes a ModelDeployment whose inputs and state are what ARM and Monitor answer, so
that those count which no stack owns. Files and jobs are left out: a job that has ended is past what
a rule could stop.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from aoai_policies.export import Export
from aoai_policies.facts import DEPLOYMENT_TYPE, Resource

from aoai.azure.account import Account
from aoai.azure.arm.deployments import Deployment
from aoai.azure.clients import AccountClients, ClientRegistry
from aoai.azure.lifecycle.activity import activity
from aoai.cli.account_options import named_account

OPTION = "--accounts"


def read_accounts(
    options: argparse.Namespace,
    environment: Mapping[str, str],
    registry: Callable[[], ClientRegistry] = ClientRegistry,
) -> Export:
    """The deployments of all accounts of the options.

    Raises:
        ConfigurationError: an account is not described well enough.
        AoaiError: an account does not answer.
    """
    connections = registry()
    try:
        found: tuple[Resource, ...] = tuple(
            resource
            for arm_id in options.accounts
            for resource in deployments_of(
                connections.connect(named_account(arm_id, OPTION, options, environment))
            )
        )
    finally:
        connections.forget()
    return Export(inputs=found, state=found)


def deployments_of(connection: AccountClients) -> Iterator[Resource]:
    """The deployments of one account, with what Monitor answers of their use."""
    location = connection.inventory.account().location
    account = replace(connection.account, location=location or connection.account.location)
    for deployment in connection.inventory.deployments():
        yield _resource(connection, account, deployment)


def _resource(connection: AccountClients, account: Account, deployment: Deployment) -> Resource:
    source = deployment.source_account or deployment.source
    properties: dict[str, object] = {
        "account": account.to_props(),
        "deployment_name": deployment.name,
        "model": deployment.model,
        "sku": deployment.sku,
        "capacity": deployment.capacity,
        "rai_policy_name": deployment.rai_policy_name or None,
        "tags": dict(deployment.tags),
        "source": {"id": source} if source else None,
        "deployment_id": deployment.id,
        "created_at": deployment.created_at and deployment.created_at.isoformat(),
        "activity": activity(
            connection,
            deployment.name,
            model=deployment.model,
            sku=deployment.sku,
            created_at=deployment.created_at,
        ),
        "removed_for_inactivity": False,
    }
    return Resource(
        type=DEPLOYMENT_TYPE,
        urn=deployment.id,
        name=deployment.name,
        properties=properties,
        depends_on={},
    )
