"""Graders of jobs that would be submitted, asked of the service before the update."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Set
from dataclasses import replace
from typing import Any

from aoai.azure.account import Account
from aoai.azure.clients import AccountClients, connect
from aoai.azure.lifecycle.grader_check import require_accepted
from aoai.errors import ConfigurationError
from aoai_components.config import Stack
from aoai_components.training_data import Forecast


async def with_refused_graders(
    stack: Stack,
    submitted: Set[str],
    connect: Callable[[Account], AccountClients] = connect,
) -> Stack:
    """The stack with what the service says against graders among the errors of each job.

    A job that was submitted long ago is not looked at, and an account that the stack makes is not
    there yet.

    Args:
        stack: the stack.
        submitted: the models whose jobs would be submitted.
        connect: how an account is reached.
    """
    found = dict(stack.forecasts)
    for key in sorted(submitted):
        model = stack.settings.models[key]
        grader: Any = model.options.grader
        if grader is not None and model.account not in stack.settings.created:
            clients = connect(stack.settings.accounts[model.account])
            reason = await asyncio.to_thread(_refused, clients, grader)
            if reason:
                found[key] = _with_error(found[key], f"models.{key}.grader: {reason}")
    return replace(stack, forecasts=found)


def _refused(clients: AccountClients, grader: Any) -> str:
    try:
        require_accepted(clients, grader)
    except ConfigurationError as error:
        return str(error)
    return ""


def _with_error(forecast: Forecast, text: str) -> Forecast:
    notes = replace(forecast.notes, errors=(*forecast.notes.errors, text))
    return replace(forecast, notes=notes)
