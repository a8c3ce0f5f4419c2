"""The emulator that the official clients call, and one identity for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aoai_emulator import RunningEmulator
from azure.identity import ClientSecretCredential

from tests.contract.stage import credential
from tests.emulator.running import azure, session_azure

__all__ = ["azure", "session_azure"]


@pytest.fixture(scope="session")
def identity(session_azure: RunningEmulator) -> Iterator[ClientSecretCredential]:
    """azure-identity's own credential; its tokens serve a whole worker."""
    with credential(session_azure) as found:
        yield found
