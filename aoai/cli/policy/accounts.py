"""The deployments of accounts, in the form in which the policy pack's rules judge a stack.

Each deployment becomes a ModelDeployment whose inputs and state are what ARM and Monitor answer, so
that deployments that no stack owns are judged too. Files and jobs are left out: no rule could stop
a job that has ended.
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
    accounts = [named_account(id_, OPTION, options, environment) for id_ in options.accounts]
    with registry() as clients:
        found: tuple[Resource, ...] = tuple(
            resource
            for account in accounts
            for resource in deployments_of(clients.connect(account))
        )
    return Export(inputs=found, state=found)


def deployments_of(clients: AccountClients) -> Iterator[Resource]:
    """The deployments of one account, with what Monitor answers of their use."""
    location = clients.inventory.account().location
    account = replace(clients.account, location=location or clients.account.location)
    for deployment in clients.inventory.deployments():
        yield _resource(clients, account, deployment)


def _resource(clients: AccountClients, account: Account, deployment: Deployment) -> Resource:
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
            clients,
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
