"""What a program still has to tell the engine."""

from __future__ import annotations

import asyncio

_CALL = "RPCManager.do_rpc.<locals>.rpc_wrapper"
"""The coroutine in which Pulumi's SDK registers a resource or its outputs (3.100 to 3.272)."""


async def calls_of_the_engine() -> None:
    """Wait until all resources that the program declares are registered, and its outputs.

    An error that is raised before cuts off whatever the engine is making for the program. Pulumi
    has no event for this. Nothing that is registered may depend on the caller.
    """
    while calls := [task for task in asyncio.all_tasks() if _is_call(task)]:
        await asyncio.wait(calls)


def _is_call(task: asyncio.Task[object]) -> bool:
    return getattr(task.get_coro(), "__qualname__", "") == _CALL
