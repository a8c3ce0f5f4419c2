"""What is done with the engine: up, preview, refresh, destroy, taint, and what moves a stack."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aoai.resources.pending import PENDING_ID
from tests.lifecycle.engine import Options
from tests.lifecycle.events import Event
from tests.lifecycle.faults import FAULTS, Fault, Weather
from tests.lifecycle.judge import Judge
from tests.lifecycle.ledger import OTHERS
from tests.lifecycle.marks import mark
from tests.lifecycle.program import DEPLOYMENT, IDENTITY, Program, declare
from tests.lifecycle.simulator import Outcome, Simulator
from tests.lifecycle.state import Stack
from tests.lifecycle.world import pick

PAUSE = 60.0
"""Seconds that pass between two runs of the engine."""


def weather_of(sim: Simulator, happened: Event) -> Weather:
    args = happened.args
    names = args.get("kinds")
    kinds: tuple[Fault, ...] = tuple(f for f in FAULTS if not names or f.name in names)
    return Weather(
        sim.azure.random,
        rate=float(args.get("rate", 0.0)),
        kinds=kinds,
        rate_in=str(args.get("rate_in", "")),
        refuse=str(args.get("refuse", "")),
        kill_at=int(args.get("kill_at", 0)),
        kill_after=bool(args.get("kill_after")),
        kill_in=str(args.get("kill_in", "")),
    )


def _resources(sim: Simulator, on: str, which: int | tuple[int, ...]) -> tuple[str, ...]:
    """Some of the resources that the program declares, by their places, as ``type::name``."""
    goals = declare(sim.programs[on], sim.stacks[on].address, sim.workspace)
    places = which if isinstance(which, tuple) else (which,)
    chosen = [goals[place % len(goals)] for place in places] if goals else []
    return tuple(f"{goal.type}::{goal.name}" for goal in chosen)


def options_of(sim: Simulator, happened: Event) -> Options:
    args = happened.args
    return Options(
        refresh=bool(args.get("refresh")),
        targets=_resources(sim, happened.on, args["target"]) if "target" in args else (),
        replace=_resources(sim, happened.on, args["replace"]) if "replace" in args else (),
    )


def up(sim: Simulator, judge: Judge, happened: Event) -> Outcome | None:
    """``pulumi up``: a preview, and the update if the preview had no error."""
    options = options_of(sim, happened)
    planned = preview(sim, judge, happened)
    if planned is None or not planned.ok:
        return planned
    judge.before_run(happened.on, options)
    sim.azure.weather = weather_of(sim, happened)
    sim.lose_at = int(happened.args.get("lose_at", 0))
    sim.lose_in = str(happened.args.get("lose_in", ""))
    sim.interrupt = bool(happened.args.get("interrupt"))
    outcome = sim.up(happened.on, options)
    sim.azure.weather = Weather(sim.azure.random)
    judge.after_up(happened.on, options, planned, outcome)
    return outcome


def preview(sim: Simulator, judge: Judge, happened: Event) -> Outcome | None:
    """``pulumi preview``: nothing may be changed by it."""
    if happened.on not in sim.stacks:
        return None
    sim.azure.sleep(PAUSE)
    options = options_of(sim, happened)
    dry = Options(True, options.refresh, options.targets, options.replace)
    outcome = sim.up(happened.on, dry)
    judge.after_preview(happened.on, outcome)
    return outcome


def _refresh(sim: Simulator, judge: Judge, happened: Event) -> None:
    sim.azure.weather = weather_of(sim, happened)
    outcome = sim.refresh(happened.on)
    sim.azure.weather = Weather(sim.azure.random)
    judge.after_refresh(happened.on, outcome)


def destroy(sim: Simulator, judge: Judge, happened: Event) -> Outcome:
    """``pulumi destroy``."""
    sim.azure.weather = weather_of(sim, happened)
    sim.lose_at = int(happened.args.get("lose_at", 0))
    sim.lose_in = str(happened.args.get("lose_in", ""))
    options = Options(refresh=bool(happened.args.get("refresh")))
    judge.before_run(happened.on, options)
    outcome = sim.destroy(happened.on, options)
    sim.azure.weather = Weather(sim.azure.random)
    judge.after_destroy(happened.on, options, outcome)
    if outcome.ok:
        mark("destroyed")
    return outcome


def _taint(sim: Simulator, _: Judge, happened: Event) -> None:
    """``pulumi state taint``."""
    live = [each for each in sim.stacks[happened.on].live() if each.type != IDENTITY]
    if live:
        live[happened.args.get("which", 0) % len(live)].taint = True


def _rename_stack(sim: Simulator, _: Judge, happened: Event) -> None:
    """``pulumi stack rename``."""
    stack, name = sim.stacks[happened.on], str(happened.args["value"])
    if all(
        (each.name, each.organization) != (name, stack.organization) for each in _others(sim, stack)
    ):
        stack.rename(name)
        mark("stack renamed")


def _move_back_end(sim: Simulator, _: Judge, happened: Event) -> None:
    """``pulumi stack export`` here, ``import`` there: another organization, the same state."""
    stack, organization = sim.stacks[happened.on], str(happened.args["value"])
    if organization != stack.organization:
        stack.organization = organization
        mark("state moved to another back end")


def _lose_state(sim: Simulator, judge: Judge, happened: Event) -> None:
    """The state is gone; the program and Azure are as they were."""
    stack = sim.stacks[happened.on]
    if stack.live():
        mark("state lost")
    stack.entries = []
    judge.orphaned(happened.on)


def _others(sim: Simulator, stack: Stack) -> list[Stack]:
    return [each for each in sim.stacks.values() if each is not stack]


def _new_stack(sim: Simulator, _: Judge, happened: Event) -> None:
    """A second stack with the same program; with ``back_end`` in a back end of its own.

    Its name may be one that another stack of that other back end has, or has had.
    """
    lineage, name = str(happened.args["value"]), str(happened.args.get("name", "dev"))
    back_end = bool(happened.args.get("back_end"))
    taken = any(stack.name == name for stack in sim.stacks.values())
    if lineage in sim.stacks or (taken and not back_end):
        return
    if taken or any(each.name != "dev" for each in sim.stacks.values()):
        mark("same stack name, another state")
    sim.stacks[lineage] = Stack(lineage, name)
    sim.programs[lineage] = sim.programs[happened.on]


def _remember(sim: Simulator, judge: Judge, happened: Event) -> None:
    """``git revert``: the program as it was some edits ago."""
    past: list[Program] = judge.past.get(happened.on, [])
    if past:
        then = past[-1 - happened.args.get("back", 0) % len(past)]
        sim.programs[happened.on] = then.reached_from(sim.programs[happened.on])


def _run_a_copy(sim: Simulator, judge: Judge, happened: Event) -> None:
    """Somebody has a copy of the state, and replaces a deployment by force from there.

    Both states have one identity, and each believes that it owns what both name: decision 12.
    """
    entry, stack = pick(sim, happened, DEPLOYMENT), sim.stacks[happened.on]
    if entry is None or entry.id == PENDING_ID or entry.protect:
        return
    kept = [each.copy() for each in stack.entries]
    sim.stacks[OTHERS] = Stack(OTHERS, stack.name, stack.organization, stack.project, kept)
    sim.programs[OTHERS] = sim.programs[happened.on]
    sim.azure.sleep(PAUSE)
    outcome = sim.up(OTHERS, Options(targets=(entry.name,), replace=(entry.name,)))
    del sim.stacks[OTHERS], sim.programs[OTHERS]
    made = sim.azure.ledger.since(outcome.first)
    judge.copies.made(happened.on, made)
    if made:
        mark("state copied")


RUNS: Mapping[str, Callable[[Simulator, Judge, Event], object]] = {
    "up": up,
    "preview": preview,
    "refresh": _refresh,
    "destroy": destroy,
    "taint": _taint,
    "rename-stack": _rename_stack,
    "move-back-end": _move_back_end,
    "lose-state": _lose_state,
    "copy": _run_a_copy,
    "new-stack": _new_stack,
    "revert": _remember,
}
"""What is done with the engine, and to stacks."""
