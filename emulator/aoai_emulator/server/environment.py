"""The environment variables that point official clients at an emulator."""

from __future__ import annotations

from pathlib import Path

from aoai_emulator.state.world import World


def environment(
    world: World, url: str, ca_file: Path, principal: str = "pipeline"
) -> dict[str, str]:
    """For azure-identity, requests and OpenSSL. Only this emulator's authority is trusted.

    Raises:
        LookupError: the world has no principal of that name.
    """
    found = world.principal_named(principal)
    if found is None:
        raise LookupError(f"the world has no principal {principal!r}")
    return {
        "AZURE_TENANT_ID": found.tenant_ids[0],
        "AZURE_CLIENT_ID": found.client_id,
        "AZURE_CLIENT_SECRET": found.secret,
        "AZURE_AUTHORITY_HOST": url,
        "REQUESTS_CA_BUNDLE": str(ca_file),
        "SSL_CERT_FILE": str(ca_file),
    }
