"""An Azure OpenAI account, made with pulumi-azure-native where the stack asks for one.

Most teams have their accounts; ``create`` makes one here, before anything is trained in
it. It comes without keys (``disableLocalAuth``): callers sign in with Entra.
"""

from __future__ import annotations

import pulumi

# Not in the core install, see docs/adr/0007: only who makes accounts needs 350 MB and a plugin.
from pulumi_azure_native import Provider, cognitiveservices

from aoai.azure.account import Account
from aoai_components.account_settings import CreateSettings


class OpenAIAccount(pulumi.ComponentResource):
    """The account that an ``Account`` describes, in a resource group that exists.

    Attributes:
        resource: the account itself. It is protected, since its models would go with it.
    """

    resource: cognitiveservices.Account

    def __init__(
        self,
        name: str,
        account: Account,
        settings: CreateSettings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("aoai:index:OpenAIAccount", name, {}, opts)
        # Accounts of one stack live in several subscriptions and tenants: each has its provider.
        provider = Provider(
            name,
            subscription_id=account.subscription_id,
            tenant_id=account.tenant_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.resource = cognitiveservices.Account(
            name,
            account_name=account.name,
            resource_group_name=account.resource_group,
            location=account.location,
            kind=settings.kind,
            sku=cognitiveservices.SkuArgs(name=settings.sku),
            properties=cognitiveservices.AccountPropertiesArgs(
                custom_sub_domain_name=account.name,
                disable_local_auth=True,
                public_network_access=settings.public_network_access,
            ),
            tags=settings.tags,
            opts=pulumi.ResourceOptions(parent=self, provider=provider, protect=True),
        )
        self.register_outputs({"id": self.resource.id})
