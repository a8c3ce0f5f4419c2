"""Storage for training data: reached with Entra alone, and read by the account's identity."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import authorization, cognitiveservices, storage

from aoai_components.openai_account.access import BLOB_DATA_READER, assign_roles
from aoai_components.openai_account.args import OpenAIAccountArgs, Principal, TrainingStorage


def create_storage(
    name: str,
    args: OpenAIAccountArgs,
    wanted: TrainingStorage,
    group: pulumi.Input[str],
    account: cognitiveservices.Account,
    child: pulumi.ResourceOptions,
) -> list[authorization.RoleAssignment]:
    """Make the storage account and its container; returns the role of the account's identity."""
    made = storage.StorageAccount(
        f"{name}-training",
        account_name=wanted.name,
        resource_group_name=group,
        location=args.location,
        kind=storage.Kind.STORAGE_V2,
        sku=storage.SkuArgs(name=storage.SkuName.STANDARD_LRS),
        allow_blob_public_access=False,
        allow_shared_key_access=False,
        enable_https_traffic_only=True,
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        tags=args.tags,
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=True)),
    )
    storage.BlobContainer(
        f"{name}-training",
        account_name=made.name,
        container_name=wanted.container,
        resource_group_name=group,
        public_access=storage.PublicAccess.NONE,
        opts=child,
    )
    identity = account.identity.apply(lambda identity: identity.principal_id if identity else "")
    reader = Principal(id=identity)
    roles = {"blob-data-reader": BLOB_DATA_READER}
    return assign_roles(f"{name}-identity", [reader], roles, made.id, args, child)
