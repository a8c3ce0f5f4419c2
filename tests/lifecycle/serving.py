"""Whether what the program wants serves, after an update that ended without an error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aoai.resources.pending import STILL_TO_COME
from tests.lifecycle.evidence import Violation, deployed, thing_of
from tests.lifecycle.ledger import Thing
from tests.lifecycle.program import DEPLOYMENT, MODEL, Goal, Ref, declare
from tests.lifecycle.simulator import Simulator
from tests.lifecycle.state import Entry


def unserved(
    sim: Simulator, lineage: str, excused: set[Thing], tagged: set[Thing], *, ended: bool
) -> Iterator[Violation]:
    """What the state lacks, and deployments that serve something else than the program wants.

    Args:
        sim: the world.
        lineage: the stack.
        excused: what others changed, and no refresh has seen.
        tagged: deployments that its state has held with a tag of its program.
        ended: no job runs any more, and an update came after that: all models are collected.
    """
    stack = sim.stacks[lineage]
    held = {entry.name: entry for entry in stack.live()}
    looking = _Looking(sim, held, excused, tagged, ended)
    for goal in declare(sim.programs[lineage], stack.address, sim.workspace):
        for kind, text in looking.at(goal):
            yield Violation(kind, f"{lineage}: {text}")


@dataclass(frozen=True)
class _Looking:
    sim: Simulator
    held: dict[str, Entry]
    excused: set[Thing]
    tagged: set[Thing]
    ended: bool

    def at(self, goal: Goal) -> Iterator[tuple[str, str]]:
        """What is wrong with one resource."""
        entry = self.held.get(f"{goal.type}::{goal.name}")
        if entry is None:
            yield "missing", f"`up` is done, the state has no {goal.name}"
        elif goal.type == MODEL and (self.ended or goal.wait == "block"):
            yield from self._model(goal, entry)
        elif goal.type == DEPLOYMENT:
            yield from self._deployment(goal, entry)

    def _model(self, goal: Goal, entry: Entry) -> Iterator[tuple[str, str]]:
        job = self.held.get(goal.gate)
        if job is not None and entry.inputs.get("job_id") != job.id:
            yield "stale", f"{goal.name} is of {entry.inputs.get('job_id')}, the job is {job.id}"

    def _deployment(self, goal: Goal, entry: Entry) -> Iterator[tuple[str, str]]:
        ref = goal.props["model"]  # or the name of a base model
        model = self.held.get(ref.resource) if isinstance(ref, Ref) else None
        wanted = model.outputs.get("fine_tuned_model") if model else None
        if wanted not in (None, STILL_TO_COME, entry.outputs["model"]):
            yield "stale", f"{goal.name} is of {entry.outputs['model']}, the model is {wanted}"
        thing = thing_of(entry)
        if thing is None or thing in self.excused:
            return
        if entry.outputs.get("taken_over_by"):
            yield "taken", f"{goal.name} is {entry.outputs['taken_over_by']}'s, and nothing says so"
        live = deployed(self.sim.azure, entry)
        if live is None:
            return  # said by `gone`, or removed by Azure
        if live.model["name"] != entry.outputs["model"] or live.state != "Succeeded":
            yield "other-model", f"{goal.name} serves {live.model['name']}"
        declared, found = goal.props["tags"] or {}, live.tags or {}
        team = found.get("team") if thing not in self.tagged else None
        # A tag that only a cut-off run has set looks like one of others, and stays.
        settings = goal.props["capacity"], goal.props["sku"], declared.get("team", team)
        now = live.sku.get("capacity"), live.sku_name, found.get("team")
        if settings != now:
            yield "settings", f"{goal.name} has {now}, wanted {settings}"
