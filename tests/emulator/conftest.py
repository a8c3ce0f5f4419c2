"""A principal that calls an emulator over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.running import azure, session_azure
from tests.emulator.wire import Become, Wire

__all__ = ["azure", "session_azure"]


@pytest.fixture
def become(azure: RunningEmulator) -> Iterator[Become]:
    """Calls as any principal of the world."""
    with ExitStack() as stack:
        yield lambda principal: stack.enter_context(closing(Wire(azure, principal)))


@pytest.fixture
def wire(become: Become) -> Wire:
    """Calls as the principal that may do everything."""
    return become("pipeline")
