"""What the program makes of a job: it waits for it, or looks once (``JobWaiter.collect``)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aoai.azure.clients import connect
from aoai.resources.account import account_of
from aoai.resources.pending import STILL_TO_COME
from aoai.resources.pending_jobs import NOT_SUBMITTED, look_at_pending
from tests.lifecycle.calls import Failed
from tests.lifecycle.engine import CREATE, REPLACE, Deployment
from tests.lifecycle.evidence import there
from tests.lifecycle.faults import Killed
from tests.lifecycle.ledger import Actor
from tests.lifecycle.marks import mark
from tests.lifecycle.program import Goal, Ref
from tests.lifecycle.state import Entry

if TYPE_CHECKING:
    from tests.lifecycle.simulator import Simulator

TRAINING_TIME = 600.0
"""Seconds that a job takes where jobs take time."""

_LOOKS = 10
_JOB = "job_id"


@dataclass
class Collecting:
    """The jobs of one run of a program.

    Attributes:
        failures: why the program ends with an error when all is registered.
    """

    sim: Simulator
    run: Deployment
    failures: list[Failed] = field(default_factory=list)

    def collected(self, goal: Goal) -> Goal:
        """A model with what has come of its job: the job's id, or an empty one."""
        job = self.run.entry(goal.gate)
        if job is None:  # it is not among the targets
            return goal
        job_id = self._job_id(goal, job)
        self._count(goal, job, job_id)
        if job_id is None:
            return goal
        ref = goal.props[_JOB]
        assert isinstance(ref, Ref)
        return replace(goal, props={**goal.props, _JOB: replace(ref, given=job_id)})

    def verdict(self) -> None:
        """End the program as its jobs did, once all is registered.

        Raises:
            Failed: a job failed.
        """
        if self.failures:
            raise self.failures[0]

    def _job_id(self, goal: Goal, job: Entry) -> str | None:
        """None for the job's own id, as far as it is known."""
        preview, detached = self.run.options.preview, goal.wait == "detach"
        if preview and not detached:
            return None
        if not job.id:
            print(NOT_SUBMITTED)
            return STILL_TO_COME
        if job.outputs.get("status") == "succeeded":
            return None
        if detached and (line := self._looked(goal, job)):
            print(line)
            return STILL_TO_COME
        return None if preview or self._succeeds(job) else STILL_TO_COME

    def _looked(self, goal: Goal, job: Entry) -> str | None:
        azure, stack = self.sim.azure, self.run.stack
        azure.settle()
        with azure.on_behalf(Actor(stack.lineage, stack.urn(f"{goal.type}::{goal.name}"), "look")):
            clients = connect(account_of(job.inputs["account"]))
            return look_at_pending(clients, job.id)

    def _succeeds(self, job: Entry) -> bool:
        """Whether it has succeeded, once it has ended; time passes until then."""
        azure = self.sim.azure
        for _ in range(_LOOKS):
            azure.settle()
            if self.sim.interrupt:
                mark("interrupted while a job runs")
                raise Killed
            found = there(azure, job)
            status = getattr(found, "status", "succeeded") if found else "gone"
            if status == "succeeded":
                return True
            if found is None or found.over:
                self.failures.append(Failed(job.urn, f"job {job.id} is {status}"))
                return False
            azure.sleep(TRAINING_TIME / 4)
        raise Failed(job.urn, f"job {job.id} does not end")

    def _count(self, goal: Goal, job: Entry, job_id: str | None) -> None:
        if self.run.options.preview or goal.wait != "detach":
            return
        if job_id == STILL_TO_COME:
            mark("job left to a later update")
        elif self._is_late(goal, job):
            mark("model collected by a later update")

    def _is_late(self, goal: Goal, job: Entry) -> bool:
        """Whether an earlier run has submitted the job, and no run has taken in its model."""
        made = {urn for step, urn in self.run.steps if step in (CREATE, REPLACE)}
        held = [e for e in self.run.stack.live() if (e.type, e.uid) == (goal.type, goal.uid)]
        return job.urn not in made and bool(held) and held[0].inputs.get(_JOB) != job.id
