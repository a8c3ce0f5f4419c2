"""What Monitor knows: inference calls, counted by minute and dimension, and read back as series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aoai_emulator.state.backend import Backend

_MINUTE = 60
_DAY = 86_400


@dataclass(frozen=True)
class Inference:
    """One inference call."""

    account: str
    deployment: str
    model: str
    version: str
    operation: str
    status: str
    at: float
    prompt_tokens: int
    generated_tokens: int


@dataclass(frozen=True)
class Count:
    """Calls of one minute with the same dimensions."""

    deployment: str
    model: str
    version: str
    operation: str
    status: str
    at: int
    calls: int
    prompt_tokens: int
    generated_tokens: int


def count(backend: Backend, call: Inference) -> None:
    """Add one call."""
    minute = int(call.at) // _MINUTE * _MINUTE
    backend.store.execute(
        "INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET"
        " calls = calls + 1, prompt_tokens = prompt_tokens + excluded.prompt_tokens,"
        " generated_tokens = generated_tokens + excluded.generated_tokens",
        (
            call.account,
            call.deployment,
            call.model,
            call.version,
            call.operation,
            call.status,
            minute,
            call.prompt_tokens,
            call.generated_tokens,
        ),
    )


def counts(backend: Backend, account: str, start: float, end: float) -> Iterable[Count]:
    """The counts of a span, oldest first. What is older than the service keeps is not there."""
    oldest = backend.clock.now() - backend.settings.metrics_days * _DAY
    rows = backend.store.execute(
        "SELECT deployment, model, version, operation, status, minute, calls, prompt_tokens,"
        " generated_tokens FROM calls WHERE account = ? AND minute >= ? AND minute < ?"
        " ORDER BY minute",
        (account, int(max(start, oldest)) // _MINUTE * _MINUTE, end),
    )
    return [Count(*row) for row in rows]
