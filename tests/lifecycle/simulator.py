"""Everything that an order of events acts on: Azure, the stacks, their programs, the engine."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from aoai.azure.clients import use
from tests.lifecycle.azure import ACCOUNTS, Azure
from tests.lifecycle.calls import Calls, Failed
from tests.lifecycle.collect import Collecting
from tests.lifecycle.engine import Deployment, Options
from tests.lifecycle.faults import Killed
from tests.lifecycle.program import Goal, Program, Workspace, declare, identity
from tests.lifecycle.providers import HAS_IDENTITY, start_process
from tests.lifecycle.state import Stack

_REQUEST_ID = re.compile(r" \(request id [^)]*\)")  # the one thing that no seed decides


@dataclass(frozen=True)
class Outcome:
    """How a run of the engine ended.

    Attributes:
        steps: what was done to which URN, or in a preview what will be.
        first: the number of the first deed of this run in the ledger.
        said: what the providers printed.
    """

    steps: tuple[tuple[str, str], ...]
    first: int
    said: str = ""
    error: Failed | None = None
    killed: bool = False

    @property
    def ok(self) -> bool:
        """Whether the run came to its end without an error."""
        return self.error is None and not self.killed

    def announced(self, urn: str) -> set[str]:
        """The steps of one resource."""
        return {step for step, of in self.steps if of == urn}

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The steps that do something."""
        return [(step, urn) for step, urn in self.steps if step != "same"]


@dataclass
class Simulator:
    """One world for one order of events.

    Attributes:
        stacks: by their lineage; ``""`` is the one that an order begins with.
        programs: the program of each stack, as it is at present.
        said: what providers have printed, run by run.
        outcomes: how the runs ended.
        lose_at, lose_in: see :class:`tests.lifecycle.calls.Calls`; for the next run alone.
        interrupt: the next run is killed while it waits for a job.
    """

    azure: Azure
    workspace: Workspace
    stacks: dict[str, Stack] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    lose_at: int = 0
    lose_in: str = ""
    interrupt: bool = False
    trace: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def up(self, lineage: str, options: Options) -> Outcome:
        """Run ``pulumi up`` without its preview, or ``pulumi preview``."""
        stack = self.stacks[lineage]
        goals = declare(self.programs[lineage], stack.address, self.workspace)

        def work(run: Deployment) -> None:
            if options.refresh:
                run.refresh()
            jobs = Collecting(self, run)
            for goal in self._identified(run, goals):
                run.register(jobs.collected(goal) if goal.gate else goal)
            jobs.verdict()
            run.delete_the_rest()

        return self._run(stack, options, work, "preview" if options.preview else "up")

    def _identified(self, run: Deployment, goals: list[Goal]) -> list[Goal]:
        if HAS_IDENTITY:
            run.register(identity())
            return goals
        address, kept = run.stack.address, []
        for goal in goals:
            props = {**goal.props, "owner": f"{address}/{goal.name}"}
            kept.append(replace(goal, props={k: v for k, v in props.items() if k != "address"}))
        return kept

    def refresh(self, lineage: str) -> Outcome:
        """Run ``pulumi refresh``."""
        return self._run(self.stacks[lineage], Options(), lambda run: run.refresh(), "refresh")

    def destroy(self, lineage: str, options: Options = Options()) -> Outcome:  # noqa: B008  frozen
        """Run ``pulumi destroy``; targets bring their dependents."""
        stack = self.stacks[lineage]

        def work(run: Deployment) -> None:
            if options.refresh:
                run.refresh()
            run.delete_the_rest()

        return self._run(stack, options, work, "destroy")

    def _run(self, stack: Stack, options: Options, work, name: str) -> Outcome:  # type: ignore[no-untyped-def]
        calls = Calls(self.azure, stack.lineage, self.lose_at, self.lose_in)
        self.lose_at, self.lose_in = 0, ""
        run = Deployment(stack, calls, options)
        first = len(self.azure.ledger.deeds)
        error, killed, said = None, False, io.StringIO()
        before = use(self.azure.process())
        start_process()
        try:
            with contextlib.redirect_stdout(said), run.open():
                work(run)
        except Failed as failed:
            error = failed
        except Killed:
            killed = True
        finally:
            use(before)
        outcome = Outcome(tuple(run.steps), first, said.getvalue(), error, killed)
        self._note(stack, name, outcome, calls)
        self.said.append(outcome.said)
        self.outcomes.append(outcome)
        self.interrupt = False
        return outcome

    def _note(self, stack: Stack, name: str, outcome: Outcome, calls: Calls) -> None:
        steps = ", ".join(f"{step} {urn.rpartition('::')[2]}" for step, urn in outcome.changes)
        error = _REQUEST_ID.sub("", f"{outcome.error or ''}")
        how = "killed" if outcome.killed else error or "ok"
        self.trace.append(f"{name} {stack.name}/{stack.lineage}: {steps or 'no changes'}; {how}")
        self.trace += [f"  {line}" for line in calls.log]

    def places(self) -> Iterable[str]:
        """The names of the accounts."""
        return ACCOUNTS.values()


def workspace(azure: Azure, directory: Path) -> Workspace:
    """Data and accounts for programs; the directory is filled."""
    return Workspace(directory, {place: azure.account(place) for place in ACCOUNTS})
