"""The emulator that the official clients call, and one identity for all of them."""

from collections.abc import Iterator

import pytest
from azure.identity import ClientSecretCredential

from emulator import RunningEmulator
from tests.contract.stage import credential
from tests.emulator.running import azure, session_azure

__all__ = ["azure", "session_azure"]


@pytest.fixture(scope="session")
def identity(session_azure: RunningEmulator) -> Iterator[ClientSecretCredential]:
    """azure-identity's own credential; its tokens serve a whole worker."""
    with credential(session_azure) as found:
        yield found
