"""An Azure OpenAI account, its access, its logs and alerts, and storage for its data.

It bundles, in the order in which they are made:

- the resource group, if it is to be made
- the account: without keys, with a custom subdomain and an identity of its own
- roles on it for who trains and deploys, and for who calls
- logs and metrics to a workspace, and the alerts
- storage for training data, which the account's identity reads
"""

from __future__ import annotations

import pulumi
from pulumi_azure_native import Provider, cognitiveservices, resources

from aoai.resources.account import Account
from aoai_components.openai_account.access import CONSUMERS, DEPLOYERS, assign_roles
from aoai_components.openai_account.args import OpenAIAccountArgs
from aoai_components.openai_account.monitoring import add_alerts, send_logs
from aoai_components.openai_account.network import network_rules
from aoai_components.openai_account.training_storage import create_storage


class OpenAIAccount(pulumi.ComponentResource):
    """An account that models can be trained in and served from in the same program.

    Attributes:
        resource: the account itself. It is protected, since its models would go with it.
        account: the account as an input of the resources of ``aoai``.
        ready: resources that have to exist before the account is used; a ``depends_on``.
    """

    resource: cognitiveservices.Account
    account: Account
    ready: list[pulumi.Resource]

    def __init__(
        self,
        name: str,
        args: OpenAIAccountArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("aoai:index:OpenAIAccount", name, {}, opts)
        # Accounts of one stack live in several subscriptions and tenants: each has its provider.
        provider = Provider(
            name,
            subscription_id=args.subscription_id,
            tenant_id=args.tenant_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        child = pulumi.ResourceOptions(parent=self, provider=provider)
        group = _group(name, args, child)
        self.resource = _account(name, args, group, child)
        self.account = Account(
            id=self.resource.id,
            tenant_id=args.tenant_id,
            location=args.location,
            cloud=args.cloud,
        )
        scope = self.resource.id
        roles = [
            *assign_roles(f"{name}-deployer", args.deployers, DEPLOYERS, scope, args, child),
            *assign_roles(f"{name}-consumer", args.consumers, CONSUMERS, scope, args, child),
        ]
        send_logs(name, args, scope, child)
        add_alerts(name, args, group, scope, child)
        if args.training_storage is not None:
            roles += create_storage(name, args, args.training_storage, group, self.resource, child)
        self.ready = [self.resource, *roles]
        self.register_outputs({"id": self.resource.id})


def _group(name: str, args: OpenAIAccountArgs, child: pulumi.ResourceOptions) -> pulumi.Input[str]:
    """The name of the group, once it exists."""
    if not args.create_resource_group:
        return args.resource_group
    made: pulumi.Output[str] = resources.ResourceGroup(
        name,
        resource_group_name=args.resource_group,
        location=args.location,
        tags=args.tags,
        opts=_protected(child),
    ).name
    return made


def _account(
    name: str, args: OpenAIAccountArgs, group: pulumi.Input[str], child: pulumi.ResourceOptions
) -> cognitiveservices.Account:
    return cognitiveservices.Account(
        name,
        account_name=args.name,
        resource_group_name=group,
        location=args.location,
        kind=args.kind,
        sku=cognitiveservices.SkuArgs(name=args.sku),
        identity=cognitiveservices.IdentityArgs(
            type=cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED
        ),
        properties=cognitiveservices.AccountPropertiesArgs(
            custom_sub_domain_name=args.name,
            disable_local_auth=True,
            public_network_access=args.public_network_access,
            network_acls=network_rules(args),
        ),
        tags=args.tags,
        opts=_protected(child),
    )


def _protected(child: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=True))
