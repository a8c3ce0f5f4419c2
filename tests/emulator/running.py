"""The emulator that these tests share. It needs nothing but the package ``emulator``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aoai_emulator import Emulator, RunningEmulator, World


@pytest.fixture(scope="session")
def session_azure() -> Iterator[RunningEmulator]:
    """One emulator for all tests of a worker; use ``azure``, which starts from nothing."""
    with Emulator(World.default()) as azure:
        yield azure


@pytest.fixture
def azure(session_azure: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    """An empty emulator with everything immediate, and this process pointed at it."""
    session_azure.reset()
    session_azure.pace("immediate")
    for name, value in session_azure.environment().items():
        monkeypatch.setenv(name, value)
    return session_azure
