"""Clients as they are in production, azure-identity included; only sleeping is not real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import AccountClients, ClientRegistry
from tests.unit.azure.helpers import FakeTime

Connect = Callable[[Account], AccountClients]


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def connect_as(
    azure: RunningEmulator, time: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Connect]]:
    """Connects as any principal of the emulator's world."""
    with ExitStack() as opened:

        def become(principal: str) -> Connect:
            for name, value in azure.environment(principal).items():
                monkeypatch.setenv(name, value)
            connector = ClientRegistry(retry_policy=time.retry_policy(budget=180.0))
            opened.callback(connector.forget)
            return connector.connect

        yield become


@pytest.fixture
def connect(connect_as: Callable[[str], Connect]) -> Connect:
    """Connects as the principal that may do everything."""
    return connect_as("pipeline")
