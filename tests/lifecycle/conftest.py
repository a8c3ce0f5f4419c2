"""One Azure for all orders of a worker; each order starts it from nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.answers import ANSWERS
from tests.lifecycle.azure import Azure
from tests.lifecycle.events import Event
from tests.lifecycle.order import PROGRAM, Order, Verdict, play
from tests.lifecycle.program import Program, Workspace
from tests.lifecycle.simulator import Simulator, workspace

Judged = Callable[..., "Played"]


class Played:
    """An order that was played: what is wrong, and what there is in the end."""

    def __init__(self, verdict: Verdict, sim: Simulator) -> None:
        self.verdict = verdict
        self.sim = sim

    @property
    def wrong(self) -> list[str]:
        """All violations, to compare with an empty list."""
        return [f"{each.kind}: {each.text}" for each in self.verdict.violations]

    @property
    def deeds(self) -> list[str]:
        """What was done in Azure, in short."""
        return [f"{deed.verb} {deed.thing.kind}" for deed in self.sim.azure.ledger.deeds]


@pytest.fixture(scope="session")
def session_azure_in_process(request: pytest.FixtureRequest) -> Iterator[Azure]:
    """An emulator without a socket; use ``judged``, which starts it from nothing."""
    azure = Azure(ANSWERS[request.config.getoption("--answers")])
    yield azure
    azure.close()


@pytest.fixture
def azure_that_answers(session_azure_in_process: Azure, answers: dict[str, Any]) -> Iterator[Azure]:
    """The same emulator, with the answers that a test has as its parameter."""
    usual, session_azure_in_process.answers = session_azure_in_process.answers, answers
    yield session_azure_in_process
    session_azure_in_process.answers = usual


@pytest.fixture(scope="session")
def place(session_azure_in_process: Azure, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Data and accounts for programs."""
    return workspace(session_azure_in_process, tmp_path_factory.mktemp("lifecycle"))


@pytest.fixture
def cached_reports(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Reports on data are kept among the files of the tests, from order to order."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "lifecycle-cache"))


@pytest.fixture
def judged(session_azure_in_process: Azure, place: Workspace, cached_reports: None) -> Judged:
    """Plays an order that is written down as events."""

    def judge(
        *events: Event,
        program: Program = PROGRAM,
        seed: int = 0,
        calm: bool = True,
        destroyed: bool = False,
    ) -> Played:
        order = Order(events, program, seed)
        return Played(*play(session_azure_in_process, place, order, calm=calm, destroyed=destroyed))

    return judge
