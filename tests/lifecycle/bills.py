"""How often the training of some inputs may be billed: once, and again where that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.lifecycle.engine import DELETE, REPLACE
from tests.lifecycle.evidence import is_found_again, is_untold, thing_of, training_of
from tests.lifecycle.ledger import Deed
from tests.lifecycle.program import JOB
from tests.lifecycle.simulator import Outcome, Simulator
from tests.lifecycle.state import Entry


@dataclass
class Bills:
    """What was asked for, by the stack and the inputs.

    Attributes:
        demands: how often a training may be billed beyond the first time.
        held: the jobs that the state held when the run began, by their ids.
        known: the ids of all jobs that a state has held, or that are not looked for any more.
    """

    sim: Simulator
    demands: Counter[tuple[str, str]] = field(default_factory=Counter)
    held: dict[str, Entry] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def before_run(self, lineage: str) -> None:
        """Keep in mind what the state holds, also for a delete that is still to be done."""
        self.held = {id_: job.copy() for id_, job in self._jobs(lineage).items()}

    def forced(self, lineage: str, job: Entry) -> None:
        """A job is replaced by force."""
        self.demands[lineage, training_of(job)] += 1

    def released(self, lineage: str, outcome: Outcome) -> None:
        """A job that the state gave up may be trained again if it is not found any more."""
        declared = {entry.urn for entry in self.sim.stacks[lineage].live()}
        for id_ in self.held.keys() - self._jobs(lineage).keys():
            job = self.held[id_]
            found = job.urn in declared and is_found_again(self.sim.azure, job)
            if outcome.announced(job.urn) & {DELETE, REPLACE} and not found:
                self.demands[lineage, training_of(job)] += 1
        self._outrun(lineage)

    def _outrun(self, lineage: str) -> None:
        """What a lost create has made is not found any more, once the state holds a newer one.

        Where suffix and seed are fixed, it may as well be what the state has given up.
        """
        ledger, now = self.sim.azure.ledger, self._jobs(lineage)
        self.known |= now.keys()
        made = [d for d in ledger.deeds if d.verb == "make" and d.thing.kind == "job"]
        newest = {
            deed.actor.resource: deed.number
            for deed in made
            if deed.thing.id in now and _is_fixed(now[deed.thing.id])
        }
        for deed in made:
            newer = deed.number < newest.get(deed.actor.resource, 0)
            if newer and deed.thing.id not in self.known and deed.actor.stack == lineage:
                self.known.add(deed.thing.id)
                self.demands[lineage, ledger.trained[deed.thing.id]] += 1

    def destroyed(self, lineage: str) -> None:
        """The identity of a stack goes with its state: it finds nothing again."""
        for of, key in list(self.sim.azure.ledger.billed):
            if of == lineage:
                self.demands[of, key] += 1

    def orphaned(self, lineage: str, nobody: str) -> None:
        """The state is lost: what was billed was another's."""
        billed = self.sim.azure.ledger.billed
        for of, key in list(billed):
            if of == lineage:
                billed[nobody, key] += billed.pop((of, key))
                self.demands[nobody, key] += billed[nobody, key]

    def ended(self, deed: Deed) -> None:
        """A job that left no model may be trained again, unless the state knows that it had one."""
        if deed.verb == "cancel":
            self.demands[deed.owner, self.sim.azure.ledger.trained.get(deed.thing.id, "")] += 1
        elif deed.verb == "remove":
            entries = [e for each in self.sim.stacks.values() for e in each.entries]
            gone = [
                e for e in entries if thing_of(e) == deed.thing and is_untold(self.sim.azure, e)
            ]
            self.demands.update((deed.owner, training_of(entry)) for entry in gone)

    def wrong(self) -> Iterator[str]:
        """What was billed more often than it was asked for."""
        for (lineage, key), count in self.sim.azure.ledger.billed.items():
            allowed = 1 + self.demands[lineage, key]
            if count > allowed:
                yield f"{lineage}: {count} trainings billed, {allowed} asked: {key}"

    def _jobs(self, lineage: str) -> dict[str, Entry]:
        entries = self.sim.stacks[lineage].entries
        return {entry.id: entry for entry in entries if entry.type == JOB}


def _is_fixed(job: Entry) -> bool:
    """Whether nothing that identifies a training is in the job's names."""
    return bool(job.inputs.get("suffix")) and job.inputs.get("seed") is not None
