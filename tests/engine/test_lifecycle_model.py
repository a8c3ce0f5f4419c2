"""The model of the engine in ``tests/lifecycle`` is held to the real engine, order by order."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from aoai_emulator import RunningEmulator
from pulumi import automation

from tests.engine.conftest import STACK, Project
from tests.lifecycle.azure import ACCOUNTS, Azure
from tests.lifecycle.events import EDITS, FIRST, Event, event, start
from tests.lifecycle.judge import Judge
from tests.lifecycle.order import PROGRAM, happen
from tests.lifecycle.program import PREFIX, Program, Workspace, declare
from tests.lifecycle.simulator import Simulator

pytestmark = pytest.mark.engine

Steps = set[tuple[str, str]]
Held = set[tuple[str, bool, bool]]

STEPS = {
    "create": "create",
    "update": "update",
    "create-replacement": "replace",
    "delete-replaced": "delete",
    "delete": "delete",
    "remove-pending-replace": "drop",
}
"""What the engine calls its steps, and the model; the others change nothing."""

UP = event("up", refresh=True)
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
    "a failure that is reverted": (
        UP,
        event("data", value=1),
        event("up", refresh=True, refuse="sweden"),
        event("revert"),
        UP,
    ),
    "a pending replacement": (
        event("fixed-name", value=True),
        UP,
        event("sku", value="GlobalStandard"),
        event("up", refresh=True, refuse="sweden"),
        event("revert"),
        UP,
    ),
    "by force": (UP, event("taint", which=3), UP, event("up", refresh=True, replace=1), UP),
    "targets": (UP, event("data", value=1), event("up", refresh=True, target=0), UP),
    "a drop": (
        event("fixed-name", value=True),
        UP,
        event("sku", value="GlobalStandard"),
        event("up", refresh=True, refuse="sweden"),
        event("remove-deployment"),
        UP,
    ),
}
SAMPLE = ("a failure that is reverted", "a pending replacement")
"""The orders that run each time; the rest is part of the matrix."""

DRAWN = ("data", "capacity", "sku", "fixed-name", "epochs", "generation", "on-model-change")


def drawn(seed: int) -> tuple[Event, ...]:
    """An order of edits, each with an update that may be refused, be forced, or have a target."""
    random = Random(seed)
    events = [UP]
    for _ in range(3):
        kind = random.choice((*DRAWN, "revert"))
        values = {"data": 2, "capacity": 3, "sku": "GlobalStandard", "epochs": 2}
        given: dict[str, Any] = {"value": values.get(kind, random.random() < 0.5)}
        if kind == "on-model-change":
            given = {"value": random.choice(("update", "replace"))}
        events.append(event(kind, **({} if kind in ("revert", "generation") else given)))
        how = random.choice(({}, {}, {"refuse": "sweden"}, {"replace": random.randrange(4)}))
        events.append(event("up", refresh=True, **how))
    return (*events, UP)


@dataclass
class Real:
    """The real engine, driven by the events of an order."""

    project: Project
    azure: RunningEmulator
    place: Workspace
    program: Program = PROGRAM
    past: list[Program] = field(default_factory=list)

    def happen(self, happened: Event) -> Steps | None:
        """One event; what an update did, if it was one."""
        if edit := EDITS.get(happened.kind):
            after = edit(self.program, happened.args)
            if after != self.program:
                self.past.append(self.program)
                self.program = after
        elif happened.kind == "revert":
            self.program = self.past[-1] if self.past else self.program
        elif happened.kind == "taint":
            self._run("state", "taint", self._urns(happened.args["which"])[0])
        else:
            return self._up(happened)
        return None

    def _run(self, *arguments: str) -> None:
        done = self.project.run(*arguments)
        assert done.returncode == 0, done.stderr

    def _names(self) -> list[str]:
        declared = declare(self.program, "", self.place)
        return [f"{goal.type.removeprefix(PREFIX)}::{goal.name}" for goal in declared]

    def _urns(self, which: int) -> list[str]:
        """The URN of the resource that the program declares at a place."""
        name = self._names()[which]
        return [e["urn"] for e in self._exported() if e["urn"].endswith(name)]

    def _exported(self) -> list[dict[str, Any]]:
        return list(json.loads(self.project.state()).get("resources", ()))

    def _up(self, happened: Event) -> Steps:
        self._configure()
        args = happened.args
        options: dict[str, Any] = {
            name: self._urns(args[key])
            for key, name in (("replace", "replace"), ("target", "target"))
            if key in args
        }
        if place := args.get("refuse"):
            body = json.dumps({"error": {"code": "InsufficientQuota", "message": "no quota"}})
            path = f"{place}.*/deployments/"
            self.azure.fail(status=400, method="PUT", path=path, times=50, body=body)
        steps: Steps = set()

        def note(engine_event: automation.events.EngineEvent) -> None:
            done = engine_event.res_outputs_event
            if done and PREFIX in done.metadata.urn and done.metadata.op in STEPS:
                steps.add((STEPS[done.metadata.op], _name(done.metadata.urn)))

        with contextlib.suppress(automation.errors.CommandError):
            self.project.stack().up(on_event=note, **options)
        self.azure.clear_faults()
        return steps

    def _configure(self) -> None:
        models, deployments = {}, {}
        for model in self.program.models:
            target = self.project.directory / "train.jsonl"
            target.write_bytes(self.place.path(model.data).read_bytes())
            models[model.name] = {
                "account": model.place,
                "baseModel": "gpt-4o-mini-2024-07-18",
                "trainingFile": "train.jsonl",
                "generation": model.generation,
                **({"hyperparameters": {"nEpochs": model.epochs}} if model.epochs else {}),
            }
            for each in model.deployments:
                deployments[each.name] = {
                    "model": model.name,
                    "account": each.place,
                    "capacity": each.capacity,
                    "sku": each.sku,
                    "onModelChange": each.on_model_change,
                    **({"deploymentName": each.fixed} if each.fixed else {}),
                }
        self.project.configure(models=models, deployments=deployments)

    @property
    def held(self) -> Held:
        """What the state holds."""
        return {
            (
                _name(e["urn"]),
                bool(e.get("delete")),
                bool(e.get("pendingReplacement")),
            )
            for e in self._exported()
            if PREFIX in e["urn"]
        }


def _name(urn: str) -> str:
    """Type and name; the real program's resources have a component above them."""
    kind, _, name = urn.rpartition("::")
    return f"{kind.rpartition(':')[2]}::{name}"


def modelled(azure: Azure, place: Workspace, events: tuple[Event, ...]) -> list[tuple[Steps, Held]]:
    """What the model does in each update, and what its state holds after it."""
    azure.reset(0)
    sim = Simulator(azure, place)
    start(sim, PROGRAM, STACK)
    judge = Judge(sim)
    found = []
    for happened in events:
        happen(sim, judge, happened)
        if happened.kind == "up":
            steps = {(step, _name(urn)) for step, urn in sim.outcomes[-1].changes if step != "skip"}
            held = {
                (_name(e.urn), e.delete, e.pending_replacement) for e in sim.stacks[FIRST].entries
            }
            found.append((steps, held))
    return found


def compare(
    project: Project,
    azure: RunningEmulator,
    model: tuple[Azure, Workspace],
    events: tuple[Event, ...],
) -> None:
    """Both do the same in each update."""
    real = Real(project, azure, model[1])
    wanted = iter(modelled(*model, events))
    for happened in events:
        steps = real.happen(happened)
        if steps is not None:
            assert (steps, real.held) == next(wanted), f"{happened} of {events}"


@pytest.fixture
def in_process(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Azure, Workspace]]:
    """The model's own Azure, with its data."""
    azure = Azure()
    accounts = {place: azure.account(place) for place in ACCOUNTS}
    yield azure, Workspace(tmp_path_factory.mktemp("model"), accounts)
    azure.close()


@pytest.mark.parametrize(
    "name",
    [n if n in SAMPLE else pytest.param(n, marks=pytest.mark.matrix) for n in ORDERS],
)
def test_the_model_does_what_the_engine_does(
    project: Project, azure: RunningEmulator, in_process: tuple[Azure, Workspace], name: str
) -> None:
    compare(project, azure, in_process, ORDERS[name])


@pytest.mark.matrix
@pytest.mark.parametrize("seed", range(20))
def test_the_model_does_what_the_engine_does_in_orders_that_are_drawn(
    project: Project, azure: RunningEmulator, in_process: tuple[Azure, Workspace], seed: int
) -> None:
    compare(project, azure, in_process, drawn(seed))
