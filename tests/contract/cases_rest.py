"""Entra by azure-identity, and the blob store by azure-storage-blob."""

from __future__ import annotations

from typing import Any

import pytest
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential
from azure.storage.blob import BlobClient

from tests.contract.cases import case
from tests.contract.stage import Stage
from tests.emulator.wire import TENANT_A, TENANT_B, chat_lines


@case("entra.configuration", "azure-identity")
@case("entra.token", "azure-identity")
def token(stage: Stage) -> Any:
    # The azure fixture has set the environment that DefaultAzureCredential reads.
    chain = DefaultAzureCredential(
        disable_instance_discovery=True, additionally_allowed_tenants=["*"]
    )
    with chain as credential:
        scope = "https://management.azure.com/.default"
        tokens = [credential.get_token(scope, tenant_id=each) for each in (TENANT_A, TENANT_B)]
    assert tokens[0].token != tokens[1].token


@case("entra.imds", "azure-identity")
def machine_token(stage: Stage) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", stage.azure.url)
        with ManagedIdentityCredential() as credential:
            assert credential.get_token("https://management.azure.com/.default").token


@case("entra.appService", "azure-identity")
def app_service_token(stage: Stage) -> Any:
    given = stage.azure.environment()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDENTITY_ENDPOINT", f"{stage.azure.url}/msi/token")
        patch.setenv("IDENTITY_HEADER", given["AZURE_CLIENT_SECRET"])
        with ManagedIdentityCredential() as credential:
            assert credential.get_token("https://management.azure.com/.default").token


@case("storage.put", "azure-storage-blob")
@case("storage.get", "azure-storage-blob")
def blob(stage: Stage) -> Any:
    url = f"{stage.azure.url}/storage/data/train.jsonl?sig=x"
    with BlobClient.from_blob_url(url, connection_verify=str(stage.azure.ca_file)) as client:
        client.upload_blob(chat_lines(), overwrite=True)
        assert client.download_blob().readall() == chat_lines()
