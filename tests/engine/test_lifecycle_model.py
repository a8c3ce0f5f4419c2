"""The model of the engine in ``tests/lifecycle`` is held to the real engine, order by order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest
from aoai_emulator import RunningEmulator

from tests.engine.conftest import Project
from tests.engine.drawn_orders import drawn, program
from tests.engine.orders import Model, Real, compare
from tests.lifecycle.azure import ACCOUNTS, Azure
from tests.lifecycle.events import Event, event
from tests.lifecycle.order import PROGRAM
from tests.lifecycle.program import Program, Workspace
from tests.lifecycle.simulator import Simulator

pytestmark = pytest.mark.engine

UP = event("up", refresh=True)
REFUSED = event("up", refresh=True, refuse="sweden")
ORDERS = {
    "edits": (
        UP,
        event("capacity", value=3),
        UP,
        event("data", value=1),
        UP,
        event("fixed-name", value=True),
        UP,
    ),
    "a failure that is reverted": (UP, event("data", value=1), REFUSED, event("revert"), UP),
    "a pending replacement": (
        event("fixed-name", value=True),
        UP,
        event("sku", value="GlobalStandard"),
        REFUSED,
        event("revert"),
        UP,
    ),
    "another model after a pending replacement": (
        UP,
        event("sku", value="GlobalStandard"),
        REFUSED,
        event("data", value=1),
        UP,
    ),
    "by force": (UP, event("taint", which=3), UP, event("up", refresh=True, replace=1), UP),
    "targets": (UP, event("data", value=1), event("up", refresh=True, target=0), UP),
    "a drop": (
        event("fixed-name", value=True),
        UP,
        event("sku", value="GlobalStandard"),
        REFUSED,
        event("remove-deployment"),
        UP,
    ),
}
SAMPLE = ("a failure that is reverted", "a pending replacement")
"""The orders that run each time; the rest is part of the matrix."""

DRAWN = range(1, 1 + int(os.environ.get("AOAI_REAL_ORDERS", "100")))
"""Seeds of the orders that are drawn; each takes some 20 seconds."""


@pytest.fixture
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The model's own Azure, with its data."""
    azure = Azure()
    accounts = {place: azure.account(place) for place in ACCOUNTS}
    yield Simulator(azure, Workspace(tmp_path_factory.mktemp("model"), accounts))
    azure.close()


def both(
    project: Project, azure: RunningEmulator, model: Simulator, declared: Program = PROGRAM
) -> Real:
    """Both sides at the beginning of an order."""
    real = Real(project, azure, Model.of(model, declared))
    real.begin()
    return real


@pytest.mark.parametrize(
    "name",
    [n if n in SAMPLE else pytest.param(n, marks=pytest.mark.matrix) for n in ORDERS],
)
def test_the_model_does_what_the_engine_does(
    project: Project, azure: RunningEmulator, model: Simulator, name: str
) -> None:
    events: tuple[Event, ...] = ORDERS[name]
    compare(both(project, azure, model), iter(events))


@pytest.mark.matrix
@pytest.mark.parametrize("seed", DRAWN)
def test_the_model_does_what_the_engine_does_in_orders_that_are_drawn(
    project: Project, azure: RunningEmulator, model: Simulator, seed: int
) -> None:
    random = Random(seed)
    real = both(project, azure, model, program(random))
    compare(real, drawn(random, lambda: real.model.program))
