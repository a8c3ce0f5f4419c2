"""What must hold, whatever happens: safety, truth, liveness, and no difference by a detour."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.lifecycle.bills import Bills
from tests.lifecycle.copies import Copies
from tests.lifecycle.engine import REPLACE, Options
from tests.lifecycle.evidence import (
    Violation,
    dead_jobs,
    doubles,
    dropped_tags,
    has_other_content,
    is_alike,
    is_left,
    is_wasted,
    made_again,
    outlived,
    there,
    thing_of,
    training_of,
    was_due,
)
from tests.lifecycle.ledger import OTHERS, Deed, Thing
from tests.lifecycle.marks import mark
from tests.lifecycle.output import asks_in_vain
from tests.lifecycle.program import FILE, JOB, Goal, Program, declare
from tests.lifecycle.serving import unserved
from tests.lifecycle.simulator import Outcome, Simulator
from tests.lifecycle.state import Entry
from tests.lifecycle.truth import unannounced


@dataclass
class Judge:
    """Looks after every event whether all is as it should be.

    Attributes:
        past: the programs that a stack had, for reverts.
        alike: jobs that the service shows no difference of to what is wanted.
        removed: jobs whose records others removed: a state may keep them.
        damaged: things that others changed since a refresh: the engine cannot know of it.
        recorded: things that a state has held and is to remove in the end.
        unsure: things whose delete was carried out, and its result lost.
        retained: things that a state has held and has to leave there.
        tagged: deployments that a state has held with a tag of its program, by the stack.
        lost: things that another stack has made anew, by the stack that had them.
        before: what the state held when the run began, by URN.
        unmade: what it then held only to make it again.
        forced: URNs of what the run replaces, changed or not.
        pinned: what a state held when the run began; only its own delete may remove it.
        bills: how often the training of some inputs may be billed.
        copies: what a copy of a state has made anew.
        seen: the number of the first deed that was not judged yet.
        begun: the number of the first deed of the event that is looked at.
        began: when the run began, in seconds since 1970.
        refreshed: whether it refreshes.
    """

    sim: Simulator
    violations: list[Violation] = field(default_factory=list)
    past: dict[str, list[Program]] = field(default_factory=lambda: defaultdict(list))
    damaged: set[Thing] = field(default_factory=set)
    alike: set[Thing] = field(default_factory=set)
    removed: set[Thing] = field(default_factory=set)
    lost: set[tuple[str, Thing]] = field(default_factory=set)
    seen: int = 0
    begun: int = 0
    began: float = 0.0
    refreshed: bool = False
    recorded: set[Thing] = field(default_factory=set)
    retained: set[Thing] = field(default_factory=set)
    tagged: set[tuple[str, Thing]] = field(default_factory=set)
    unsure: set[Thing] = field(default_factory=set)
    before: dict[str, Entry] = field(default_factory=dict)
    unmade: list[Entry] = field(default_factory=list)
    forced: set[str] = field(default_factory=set)
    pinned: set[Thing] = field(default_factory=set)
    bills: Bills = field(init=False)
    copies: Copies = field(init=False)

    def __post_init__(self) -> None:
        self.bills = Bills(self.sim)
        self.copies = Copies(self.sim.azure.ledger)

    def blame(self, kind: str, text: str) -> None:
        """Take down a violation, once."""
        if (found := Violation(kind, text)) not in self.violations:
            self.violations.append(found)

    def before_run(self, lineage: str, options: Options) -> None:
        """A run begins: count the trainings that are asked for by force."""
        stack = self.sim.stacks[lineage]
        self.began, self.refreshed = self.sim.azure.backend.clock.now(), options.refresh
        goals = self._goals(lineage)
        self.before = {entry.urn: entry.copy() for entry in stack.live()}
        unmade = (e for e in stack.entries if e.pending_replacement and not e.delete)
        self.unmade = [entry.copy() for entry in unmade]
        self.forced = set()
        for entry in stack.live():
            goal = goals.get(entry.urn)
            named = goal is not None and f"{goal.type}::{goal.name}" in options.replace
            if not (entry.taint or named or (goal and goal.trigger != entry.trigger)):
                continue
            if entry.type == JOB:
                self.bills.forced(lineage, entry)
            self.forced.add(entry.urn)
        self.bills.before_run(lineage)
        entries = (entry for each in self.sim.stacks.values() for entry in each.entries)
        there = (entry for entry in entries if entry.delete or not entry.pending_replacement)
        self.pinned = {thing for entry in there if (thing := thing_of(entry))}
        if options.refresh:  # it sees what it deletes, before it does
            self.copies.seen(stack)

    def _goals(self, lineage: str) -> dict[str, Goal]:
        """What the program declares, by its URN and by those of its aliases."""
        stack = self.sim.stacks[lineage]
        goals = declare(self.sim.programs[lineage], stack.address, self.sim.workspace)
        names = ((name, goal) for goal in goals for name in (*goal.aliases, goal.name))
        return {stack.urn(f"{goal.type}::{name}"): goal for name, goal in names}

    def orphaned(self, lineage: str) -> None:
        """The state is lost: what it held is nobody's, and the stack begins anew."""
        nobody = f"{lineage} before its state was lost"
        self.recorded -= self.sim.azure.ledger.owned_by(lineage)
        self.sim.azure.ledger.disown(lineage, nobody)
        self.bills.orphaned(lineage, nobody)

    def after_event(self) -> None:
        """After whatever happened: what the states say is there is there, and as they say."""
        self._take_in()
        self.sim.azure.settle()
        for lineage, stack in self.sim.stacks.items():
            for entry in stack.live():
                self._record(lineage, entry)
                self._there(lineage, entry)
        for text in self.bills.wrong():
            self.blame("billed", text)
        for text in dropped_tags(self.sim.azure):
            self.blame("tags", text)
        self.begun = self.seen

    def _take_in(self) -> None:
        """Judge the deeds since the last look."""
        for deed in self.sim.azure.ledger.since(self.seen):
            self._judge(deed)
            if self.copies.is_taken(deed):
                self.blame("touched", f"{deed.actor.stack}: {deed.thing} was made anew by a copy")
        self.seen = len(self.sim.azure.ledger.deeds)

    def _judge(self, deed: Deed) -> None:
        by, owner = deed.actor.stack, deed.owner
        if by == OTHERS:
            self.damaged.add(deed.thing)
            if deed.thing.kind == "job":
                self.bills.ended(deed)
                self.removed |= {deed.thing} if deed.verb == "remove" else set()
            return
        if deed.verb in ("make", "remove"):
            self.recorded.discard(deed.thing)
            self.tagged = {(of, thing) for of, thing in self.tagged if thing != deed.thing}
        if deed.verb == "make":
            self.damaged.discard(deed.thing)
            self._lost_by_others(deed)
            return
        if deed.verb == "cancel":
            mark("running job cancelled by its delete")
            self.bills.ended(deed)
        if deed.verb == "remove" and deed.actor.step != "delete" and self._is_pinned(deed):
            self.blame("touched", f"{by}: a {deed.actor.step} removed {deed.thing}, which is held")
        if is_wasted(self.sim.azure, deed):
            self.blame("wasted", f"{by}: {deed.thing} was uploaded beside its like, and removed")
        if owner == by:
            return
        if deed.verb == "change" and (self._may_adopt(deed) or self._was_its_own(deed)):
            self._lost_by_others(deed)
            self.sim.azure.ledger.owners[deed.thing] = by
            return
        what = f"{deed.verb} {deed.thing.kind} {deed.thing.id} of {owner}"
        self.blame("touched", f"{by} did {what} ({deed.actor.step})")

    def _is_pinned(self, deed: Deed) -> bool:
        """Whether a state holds it; what is replaced by force may go before its successor comes."""
        replaced = self.before.get(deed.actor.resource)
        own = replaced is not None and thing_of(replaced) == deed.thing
        return deed.thing in self.pinned and not (own and deed.actor.resource in self.forced)

    def _was_its_own(self, deed: Deed) -> bool:
        """Two states know a deployment without tags by the second in which it was made."""
        held = self.before.get(deed.actor.resource)
        same = held is not None and thing_of(held) == deed.thing
        return same and deed.thing in self.sim.azure.ledger.bare

    def _lost_by_others(self, deed: Deed) -> None:
        """Another stack makes it anew, or adopts it: who had it before learns it at a refresh."""
        for lineage, stack in self.sim.stacks.items():
            held = {thing_of(entry) for entry in stack.live()}
            if lineage != deed.actor.stack and deed.thing in held:
                self.lost.add((lineage, deed.thing))

    def _may_adopt(self, deed: Deed) -> bool:
        name = deed.actor.resource.rpartition("::")[2]
        program = self.sim.programs.get(deed.actor.stack, Program())
        may = any(d.adopt and d.name == name for m in program.models for d in m.deployments)
        if may:
            mark("taken over with adopt")
        return may

    def _record(self, lineage: str, entry: Entry) -> None:
        """What a state has held; an interrupted create may leave what no state ever knew of."""
        thing = thing_of(entry)
        if thing is None:
            return
        if entry.outputs.get("tags"):
            self.tagged.add((lineage, thing))
        if entry.retain:
            self.recorded.discard(thing)
            self.retained.add(thing)
        else:
            self.recorded.add(thing)

    def _there(self, lineage: str, entry: Entry) -> None:
        thing = thing_of(entry)
        if thing is None or thing in self.damaged or (lineage, thing) in self.lost:
            return
        found = there(self.sim.azure, entry)
        name = entry.urn.split("::", 2)[2].rpartition("/")[2]
        if found is None:
            idle = entry.outputs.get("removed_for_inactivity") or was_due(self.sim.azure, thing)
            if not idle and thing not in self.removed:
                self.blame("gone", f"{lineage}: the state has {name} {thing.id}, Azure has not")
            return
        owner = self.sim.azure.ledger.owners.get(thing, lineage)
        shared = entry.inputs.get("adopt") or entry.outputs.get("taken_over_by")
        if owner not in (lineage, OTHERS) and not (shared or thing in self.sim.azure.ledger.bare):
            self.blame("taken", f"{lineage}: {name} {thing.id} is {owner}'s")
        if entry.type == FILE and has_other_content(self.sim.azure, entry):
            self.blame("other-file", f"{lineage}: {name} {thing.id} has another content")
        if entry.type == JOB:
            self._trained(lineage, entry, getattr(found, "status", "succeeded"))

    def _trained(self, lineage: str, entry: Entry, status: str) -> None:
        trained = self.sim.azure.ledger.trained.get(entry.id)
        if trained not in (None, training_of(entry)) and not self._is_unknowable(entry):
            self.blame("untrained", f"{lineage}: job {entry.id} trained other inputs: {trained}")
        verbs = {
            deed.verb
            for deed in self.sim.azure.ledger.since(self.begun)
            if deed.actor.stack == lineage
            and deed.thing.id == entry.id
            and deed.thing not in self.unsure
        }
        if status == "cancelled" and "cancel" in verbs:
            self.blame("cancelled", f"{lineage}: its own job {entry.id} was cancelled by it")
        if "remove" in verbs and f"{entry.id} is taken again" not in self.sim.said[-1]:
            self.blame("cancelled", f"{lineage}: the record of its own job {entry.id} was removed")

    def _is_unknowable(self, entry: Entry) -> bool:
        """An older generation that a state gave up; it may as well be of an interrupted create.

        So may what is replaced by force, without a refresh and with suffix and seed fixed: the
        output says that it is taken. It is paid for as what it is taken for.
        """
        thing, wanted = thing_of(entry), training_of(entry)
        trained = self.sim.azure.ledger.trained[entry.id]
        said = f"{entry.id} was submitted by an earlier run" in self.sim.said[-1]
        unseen = entry.urn in self.forced and not self.refreshed and said
        if thing and (unseen or (thing not in self.pinned and is_alike(trained, wanted))):
            self.alike.add(thing)
            self.sim.azure.ledger.is_taken_for(thing, wanted)
        return thing in self.alike

    def after_preview(self, lineage: str, outcome: Outcome) -> None:
        """A preview changes nothing, and no error of it is a defect."""
        done = self.sim.azure.ledger.since(outcome.first)
        if done:
            self.blame("preview-acts", f"{lineage}: a preview did {done[0].verb} {done[0].thing}")
        self._no_defect(lineage, outcome)

    def after_refresh(self, lineage: str, outcome: Outcome) -> None:
        """After a refresh the state knows what others did."""
        self._no_defect(lineage, outcome)
        if outcome.ok:
            self._forgive(lineage)

    def after_up(
        self,
        lineage: str,
        options: Options,
        planned: Outcome,
        outcome: Outcome,
    ) -> None:
        """Truth: what the update did was announced; what is wanted serves, or an error says so."""
        self._no_defect(lineage, outcome)
        self.bills.released(lineage, outcome)
        if asks_in_vain(options, outcome):
            self.blame("advice", f"{lineage}: {outcome.error}")
        if not outcome.ok:
            self._unsure(lineage, outcome)
        if options.refresh and outcome.ok and not options.targets:
            self._forgive(lineage)
        if outcome.error is None:
            done = self.sim.azure.ledger.since(outcome.first)
            for text in unannounced(done, planned, outcome):
                self.blame("unannounced", f"{lineage}: {text}")
        new = [e for e in self.sim.stacks[lineage].live() if thing_of(e) not in self.pinned]
        for job in dead_jobs(self.sim.azure, new, self.began):
            self.blame("dead", f"{lineage}: {job} had ended without a model, and was taken")
        if outcome.ok and not options.targets:
            self._serves(lineage)
            self._made_anew(lineage, options, outcome)
            self._left(lineage, "updated")

    def _made_anew(self, lineage: str, options: Options, outcome: Outcome) -> None:
        """What is replaced by force is another one, or the output says why it is not.

        It may say so only where nothing has looked at the state before: see decision 12.
        """
        texts = ("still holds", "by an earlier run: it is taken")
        kept = any(text in outcome.said for text in texts)
        now = {entry.urn: entry for entry in self.sim.stacks[lineage].live()}
        for urn in self.forced & now.keys():
            same = now[urn].id == self.before[urn].id and now[urn].type in (FILE, JOB)
            seen = now[urn].trigger != self.before[urn].trigger  # checked with its old inputs
            again = f"{now[urn].id} is taken again" in outcome.said
            said = again or (kept and not seen and not options.refresh)
            if same and REPLACE in outcome.announced(urn) and not said:
                self.blame("kept", f"{lineage}: {urn} was replaced by force, and is the same")

    def after_destroy(self, lineage: str, options: Options, outcome: Outcome) -> None:
        """Nothing of the stack is left, but for what is retained."""
        self._no_defect(lineage, outcome)
        if asks_in_vain(options, outcome):
            self.blame("advice", f"{lineage}: {outcome.error}")
        if not outcome.ok:
            self.bills.released(lineage, outcome)
            self._unsure(lineage, outcome)
            return
        self._take_in()
        self.bills.destroyed(lineage)
        self._left(lineage, "destroyed")
        for name in outlived(self.sim.azure, lineage, self.before.values()):
            self.blame("left", f"{lineage}: destroyed, deployment {name} is left")
        for name in outlived(self.sim.azure, lineage, made_again(self.before, self.unmade)):
            if f"deployment {name!r} of" not in outcome.said.lower():
                self.blame("left", f"{lineage}: destroyed, nothing names deployment {name}")
        self.sim.azure.ledger.disown(lineage, f"{lineage} before it was destroyed")

    def after_calm(self, lineage: str) -> None:
        """All has converged, and no job runs: each model serves, and no file is there twice."""
        self._serves(lineage, ended=True)
        for id_ in doubles(self.sim.azure, lineage, self.sim.stacks[lineage].entries):
            self.blame("left", f"{lineage}: file {id_} is another one's double")

    def _no_defect(self, lineage: str, outcome: Outcome) -> None:
        if outcome.error is not None and outcome.error.is_defect:
            cause = outcome.error.__cause__ or outcome.error
            self.blame("defect", f"{lineage}: {outcome.error} ({cause!r})")

    def _forgive(self, lineage: str) -> None:
        """What others changed is known to this stack from now on."""
        held = {thing_of(entry) for entry in self.sim.stacks[lineage].entries}
        self.damaged -= {thing for thing in self.damaged if thing in held}
        self.copies.seen(self.sim.stacks[lineage])
        self.lost = {(of, thing) for of, thing in self.lost if of != lineage}

    def _unsure(self, lineage: str, outcome: Outcome) -> None:
        """What was carried out, but not written down, is for the next refresh to find out."""
        live = Counter(thing_of(entry) for entry in self.sim.stacks[lineage].entries)
        done = self.sim.azure.ledger.since(outcome.first)
        if done and done[-1].actor.step == "update":  # the run has ended at it
            self.damaged.add(done[-1].thing)
        for deed in done:
            if deed.actor.step == "delete" and live[deed.thing] == 1:
                self.damaged.add(deed.thing)
                self.unsure.add(deed.thing)

    def _serves(self, lineage: str, *, ended: bool = False) -> None:
        self.sim.azure.settle()
        excused = self.damaged | {thing for of, thing in self.lost if of == lineage}
        tagged = {thing for of, thing in self.tagged if of == lineage}
        for found in unserved(self.sim, lineage, excused, tagged, ended=ended):
            self.blame(found.kind, found.text)

    def _left(self, lineage: str, done: str) -> None:
        """What the state once held and does not any more is gone."""
        self.sim.azure.settle()
        held = {thing_of(entry) for entry in self.sim.stacks[lineage].entries}
        for thing in (self.sim.azure.ledger.owned_by(lineage) & self.recorded) - held:
            if is_left(self.sim.azure, thing):
                self.blame("left", f"{lineage}: {done}, {thing.kind} {thing.id} is left")
