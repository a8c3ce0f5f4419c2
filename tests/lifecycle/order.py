"""An order of events: played, judged, and made short if something is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.lifecycle.azure import ACCOUNTS, Azure
from tests.lifecycle.contested import is_contested
from tests.lifecycle.engine import Options
from tests.lifecycle.events import EDITS, Event, start
from tests.lifecycle.evidence import Violation, there
from tests.lifecycle.faults import Weather
from tests.lifecycle.judge import Judge
from tests.lifecycle.program import JOB, Deployed, Program, Trained, Workspace, declare
from tests.lifecycle.providers import start_order
from tests.lifecycle.runs import RUNS, destroy, preview, up
from tests.lifecycle.simulator import Outcome, Simulator
from tests.lifecycle.state import Entry
from tests.lifecycle.world import WORLD

PROGRAM = Program(
    (Trained("m", "tutor", deployments=(Deployed("m.sweden", "tutor-sweden", "sweden"),)),)
)
"""The program that an order begins with, unless it brings one."""

_REFRESHED = 0.5
_BLOCKED = re.compile(
    r"account (?P<account>\S+) .*already, as deployment '(?P<name>[^']+)' of .* else remove one"
)


@dataclass(frozen=True)
class Verdict:
    """What came of an order."""

    violations: tuple[Violation, ...]
    trace: tuple[str, ...]

    @property
    def kinds(self) -> set[str]:
        """The kinds of what is wrong."""
        return {violation.kind for violation in self.violations}


@dataclass(frozen=True)
class Order:
    """A program and what happens to it; the seed decides what is left open, like the faults."""

    events: tuple[Event, ...]
    program: Program = PROGRAM
    seed: int = 0


def play(
    azure: Azure, workspace: Workspace, order: Order, *, calm: bool = True, destroyed: bool = True
) -> tuple[Verdict, Simulator]:
    """Let everything happen, and judge it after every event.

    Args:
        calm: go on with the phase in which nothing goes wrong any more and all must converge.
        destroyed: end by destroying all stacks, which must leave nothing of theirs.
    """
    azure.reset(order.seed)
    start_order()
    sim = Simulator(azure, workspace)
    start(sim, order.program)
    judge = Judge(sim)
    for happened in order.events:
        happen(sim, judge, happened)
        if judge.violations:
            break
    settled = settle_down(sim, judge) if calm and not judge.violations else set()
    for lineage in list(sim.stacks) if calm and destroyed else ():
        if not judge.violations:
            _end(sim, judge, lineage, settled)
    return Verdict(tuple(judge.violations), tuple(sim.trace)), sim


def happen(sim: Simulator, judge: Judge, happened: Event) -> None:
    """One event, and the judge's look at it."""
    sim.trace.append(str(happened))
    if happened.on not in sim.stacks:
        return
    if edit := EDITS.get(happened.kind):
        before = sim.programs[happened.on]
        after = edit(before, happened.args)
        if after != before:
            judge.past[happened.on].append(before)
            sim.programs[happened.on] = after
        return  # nothing has happened to Azure yet
    if happened.kind in WORLD:
        WORLD[happened.kind](sim, happened)
    else:
        RUNS[happened.kind](sim, judge, happened)
    judge.after_event()


def settle_down(sim: Simulator, judge: Judge) -> set[str]:
    """The calm: at most two updates, and the next preview has nothing to do.

    Returns:
        The stacks of which that is so.
    """
    sim.azure.weather = Weather(sim.azure.random)
    sim.azure.backend.settings_store.change({"list_lag_seconds": 0})
    sim.azure.backend.pace.set("immediate")
    sim.azure.sleep(3600.0)
    settled = set()
    for lineage in list(sim.stacks):
        sim.trace.append(f"calm {lineage}")
        _heed(sim, lineage)
        settled |= {lineage} if _converge(sim, judge, lineage) else set()
    return settled


def _end(sim: Simulator, judge: Judge, lineage: str, settled: set[str]) -> None:
    """The last thing that a stack is asked for: to leave nothing of its own.

    Where the update before has refreshed and has left nothing to do, another refresh is not needed.
    """
    refresh = sim.azure.random.random() < _REFRESHED
    outcome = destroy(sim, judge, Event("destroy", lineage, {"refresh": refresh}))
    if "run again with --refresh" in f"{outcome.error}":
        if lineage in settled:
            judge.blame("advice", f"{lineage}: {outcome.error}")
        outcome = destroy(sim, judge, Event("destroy", lineage, {"refresh": True}))
    judge.after_event()
    if outcome.error is not None:
        judge.blame("stuck", f"{lineage}: {outcome.error}")


def _heed(sim: Simulator, lineage: str) -> None:
    """Do what errors ask for: unprotect, untaint; ``generation`` where a job left no model.

    A deployment that was renamed gets its alias, and is deleted before it is replaced. The ids of
    accounts are those that they have now.
    """
    sim.azure.settle()
    groups = tuple((place, sim.azure.group_of(place)) for place in sorted(ACCOUNTS))
    given: dict[str, Any] = {"protected": frozenset(), "create_first": frozenset()}
    program = replace(sim.programs[lineage], groups=groups, **given)
    stack = sim.stacks[lineage]
    declared = {goal.name for goal in declare(program, stack.address, sim.workspace)}
    for entry in stack.live():
        entry.protect = False
        # To rename and to replace by force in one update is refused.
        entry.taint = entry.taint and entry.urn.rpartition("::")[2] in declared
        if entry.type == JOB:
            job = there(sim.azure, entry)
            if job is None or getattr(job, "status", "succeeded") in ("failed", "cancelled"):
                for place, model in enumerate(program.models):
                    if entry.uid == f"{model.uid}.job":
                        program = EDITS["generation"](program, {"model": place})
    sim.programs[lineage] = _with_aliases(program, sim.stacks[lineage].live())


def _with_aliases(program: Program, held: Sequence[Entry]) -> Program:
    """A deployment that was renamed without an alias cannot come: the old one serves its model."""
    models = []
    for model in program.models:
        deployments = tuple(_renamed(each, held) for each in model.deployments)
        models.append(replace(model, deployments=deployments))
    return replace(program, models=tuple(models))


def _renamed(each: Deployed, held: Sequence[Entry]) -> Deployed:
    """With an alias for what the state has of it under an older name."""
    root = each.uid.partition("'")[0]
    same = [entry for entry in held if entry.uid.partition("'")[0] == root]
    if not same or any(entry.uid == each.uid for entry in same):
        return each
    name = same[0].urn.rpartition("::")[2]
    return replace(each, uid=same[0].uid, aliases=(*each.aliases, name))


def _remove_what_blocks(sim: Simulator, lineage: str, outcome: Outcome | None) -> None:
    """Remove one of two deployments, as the error asks.

    An alias does not help where the state has something under the new name too, as a revert may
    bring about; nor where the old one was made by a run that was cut off, and is in no state.
    """
    error, stack = f"{outcome.error if outcome else ''}", sim.stacks[lineage]
    goals = declare(sim.programs[lineage], stack.address, sim.workspace)
    declared = {f"{goal.type}::{goal.name}" for goal in goals}
    if "under its former" in error:
        _force_nothing(sim, lineage)
    if "leave out one of the two" in error:
        _free_the_seeds(sim, lineage)
    blocked = _BLOCKED.search(error)
    if blocked is None:
        return
    held = [e for e in stack.live() if e.outputs.get("deployment_name") == blocked["name"]]
    for entry in held:
        if entry.name not in declared:
            sim.destroy(lineage, Options(targets=(entry.name,)))
    if not held:
        sim.azure.remove_by_hand(blocked["account"], blocked["name"])


def _free_the_seeds(sim: Simulator, lineage: str) -> None:
    """Leave one name of each job to be derived."""
    program = sim.programs[lineage]
    models = tuple(replace(model, seed=None) for model in program.models)
    sim.programs[lineage] = replace(program, models=models)


def _force_nothing(sim: Simulator, lineage: str) -> None:
    """Untaint all, and take back the triggers that no update has followed."""
    held = sim.stacks[lineage].live()
    for entry in held:
        entry.taint = False
    triggers = tuple(sorted((entry.uid, entry.trigger) for entry in held))
    sim.programs[lineage] = replace(sim.programs[lineage], triggers=triggers)


def _converge(sim: Simulator, judge: Judge, lineage: str) -> bool:
    """At most two updates; a third would only hide what is wrong."""
    calm = Event("up", lineage, {"refresh": True})
    for _ in range(2):
        _remove_what_blocks(sim, lineage, up(sim, judge, calm))
        judge.after_event()
        last = preview(sim, judge, calm)
        if last is None or (last.ok and not last.changes):
            judge.after_calm(lineage)
            return True
    if last is None or is_contested(sim, judge, lineage):
        return False
    if last.error is not None:
        judge.blame("stuck", f"{lineage}: {last.error}")
    else:
        judge.blame("restless", f"{lineage}: {last.changes}")
    return False


def shrink(order: Order, fails: Callable[[Order], bool]) -> Order:
    """A shorter order that still fails: events are left out, in ever smaller parts."""
    events: Sequence[Event] = order.events
    size = max(1, len(events) // 2)
    while True:
        shorter = _without_part(order, list(events), size, fails)
        if len(shorter) < len(events):
            events = shorter
            size = min(size, max(1, len(events) // 2))
        elif size > 1:
            size //= 2
        else:
            return Order(tuple(events), order.program, order.seed)


def _without_part(
    order: Order, events: list[Event], size: int, fails: Callable[[Order], bool]
) -> list[Event]:
    place = 0
    while place < len(events):
        fewer = events[:place] + events[place + size :]
        if fails(Order(tuple(fewer), order.program, order.seed)):
            events = fewer
        else:
            place += size
    return events
