"""The cloud's own description, by which azure-native, Terraform and ``az`` find its endpoints."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aoai_emulator.calls.dispatch import named
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.json_response import JSONResponse

_VERSIONS = ("2022-09-01", "2020-06-01", "2019-05-01")


def description(url: str) -> dict[str, Any]:
    """The description of one cloud, this emulator. Hosts that it does not play are left empty."""
    host = url.removeprefix("https://")
    return {
        "name": "AzureOpenAIEmulator",
        "portal": url,
        "authentication": {
            "loginEndpoint": url,
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "resourceManager": url,
        "media": "https://rest.media.azure.net",
        "graph": "https://graph.windows.net/",
        "graphAudience": "https://graph.windows.net/",
        "microsoftGraphResourceId": f"{url}/graph/",
        "batch": "https://batch.core.windows.net/",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "gallery": "https://gallery.azure.com/",
        "vmImageAliasDoc": "",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "suffixes": {
            "storage": f"storage.{host}",
            "keyVaultDns": f"vault.{host}",
            "sqlServerHostname": f"sql.{host}",
            "azureDataLakeStoreFileSystem": f"datalakestore.{host}",
            "azureDataLakeAnalyticsCatalogAndJob": f"datalakeanalytics.{host}",
            "acrLoginServer": f"acr.{host}",
            "mhsmDns": f"managedhsm.{host}",
        },
    }


async def _endpoints(request: Request) -> Response:
    backend: Backend = request.app.state.backend
    version = request.query_params.get("api-version")
    if version not in _VERSIONS:
        text = f"The api-version '{version}' is invalid. Supported are '{','.join(_VERSIONS)}'."
        error = {"code": "InvalidApiVersionParameter", "message": text}
        return JSONResponse({"error": error}, 400)
    cloud = description(backend.url)
    # The newest form describes one cloud, the older ones list all that there are.
    return JSONResponse(cloud if version == "2022-09-01" else [cloud])


ROUTES = [Route("/metadata/endpoints", named("metadata.endpoints", _endpoints))]
