"""Runs a Pulumi program on mocks, in any order of tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
from pulumi.runtime import mocks

_THREAD = ThreadPoolExecutor(
    max_workers=1, initializer=lambda: asyncio.set_event_loop(asyncio.new_event_loop())
)
"""Pulumi takes the thread's current event loop, and ``asyncio.run`` in another test removes that of
the main thread. The loop stays open: the mocks leave loops of their own in its executor.
"""


class NoMocks(mocks.Mocks):
    """For programs that make nothing and call nothing; each resource gets its name as its id."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        return args.name, {}

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(args.token)


def run_with_mocks(
    program: Callable[[], Any], given: mocks.Mocks, stack: str = "stack", preview: bool = False
) -> None:
    """Run a program and wait for what it returns; its exceptions are raised here."""

    def run() -> None:
        mocks.set_mocks(given, project="project", stack=stack, preview=preview)
        pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]

    _THREAD.submit(run).result()
