"""What a case is, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aoai_emulator.server.support_matrix import Offered

from tests.contract.stage import Stage

Play = Callable[[Stage], Any]
CASES: list[Case] = []


@dataclass(frozen=True)
class Case:
    """One call by one official client. ``play`` returns what the client decoded."""

    operation: str
    client: str
    play: Play
    model: str | None = None

    def plays(self, row: Offered) -> bool:
        """Whether the case is about a row of the support matrix."""
        return self.operation == row.operation


def case(operation: str, client: str, model: str | None = None) -> Callable[[Play], Play]:
    """Register a function as a case; ``model`` names the Azure model of the body."""

    def register(play: Play) -> Play:
        CASES.append(Case(operation, client, play, model))
        return play

    return register
