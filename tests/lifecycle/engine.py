"""A model of the Pulumi engine: which calls a run makes, in which order, and what it keeps.

Read from the engine's source, v3.220.0 (in ``pkg/resource/deploy``: ``step_generator.go``,
``step.go``, ``deployment_executor.go``; ``pkg/backend/snapshot.go``). What it leaves out is listed
in decision 17.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic import DiffResult
from pulumi.output import contains_unknowns

from tests.lifecycle.calls import Calls, Failed
from tests.lifecycle.marks import KINDS, mark
from tests.lifecycle.program import (
    DEPLOYMENT,
    IDENTITY,
    JOB,
    STACK_IDENTITY,
    Goal,
    Ref,
    training_key,
)
from tests.lifecycle.state import Entry, Stack, unknown
from tests.lifecycle.targets import refuse_more_than_targets, refuse_unknown_targets

SAME, CREATE, UPDATE = "same", "create", "update"
REPLACE, DELETE, DROP, SKIP = "replace", "delete", "drop", "skip"


@dataclass(frozen=True)
class Options:
    """The flags of a run; resources are given as ``type::name``.

    Attributes:
        preview: nothing is changed.
        refresh: look first what became of everything.
        targets: only these are touched; all if empty.
        replace: these are replaced, changed or not.
    """

    preview: bool = False
    refresh: bool = False
    targets: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()


@dataclass
class Deployment:
    """One run of the engine on a stack with a program, in a process of its own."""

    stack: Stack
    calls: Calls
    options: Options
    steps: list[tuple[str, str]] = field(default_factory=list)
    _new: list[Entry] = field(default_factory=list)
    _done: set[int] = field(default_factory=set)
    _deleted: set[str] = field(default_factory=set)
    _early: set[int] = field(default_factory=set)
    _operated: set[str] = field(default_factory=set)
    _replaced: set[str] = field(default_factory=set)
    _skipped: set[str] = field(default_factory=set)
    _seen: dict[str, Entry] = field(default_factory=dict)
    _base: list[Entry] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Deployment]:
        """Work on the state; whatever happens, what was done by then is kept in it."""
        dry = self.options.preview
        self._base = [e.copy() for e in self.stack.entries] if dry else list(self.stack.entries)
        try:
            yield self
        finally:
            if not dry:
                self.stack.entries = self.snapshot()

    def snapshot(self) -> list[Entry]:
        """The state as it is written at this moment: what is new, then what is left of the old."""
        return self._new + [entry for entry in self._base if id(entry) not in self._done]

    def refresh(self) -> None:
        """Look what became of everything, also of what is only waiting for its delete.

        Raises:
            Failed: some could not be read; of the others the state is the new one.
        """
        refuse_unknown_targets(self._base, self.options.targets)
        problem: Failed | None = None
        kept: list[Entry] = []
        for entry in self._base:
            try:
                found = self._refreshed(entry)
            except Failed as error:
                problem, found = problem or error, entry
            kept += [found] if found else []
        here = {entry.urn for entry in kept}
        for entry in kept:
            entry.dependencies = {k: u for k, u in entry.dependencies.items() if u in here}
        self._base = kept
        if problem:
            raise problem
        refuse_unknown_targets(kept, self.options.replace)

    def _refreshed(self, entry: Entry) -> Entry | None:
        if entry.pending_replacement or entry.type == IDENTITY or not self._is_within(entry):
            return entry
        id_, outputs, inputs = self.calls.read(entry.type, entry.urn, entry.id, entry.outputs)
        if not id_:
            mark(f"{KINDS[entry.type]} gone at a refresh")
            return None
        if outputs.get("removed_for_inactivity"):
            mark("removed for inactivity")
        found = entry.copy()
        found.id, found.outputs, found.inputs = id_, outputs, inputs or entry.inputs
        # For what it shows of a refresh, the engine asks how far the old inputs are from it.
        self.calls.diff(entry.type, entry.urn, id_, outputs, entry.inputs)
        return found

    def register(self, goal: Goal) -> None:
        """Bring one resource of the program to what is wanted.

        Raises:
            Failed: a call failed, or the engine does not allow it.
        """
        urn = self.stack.urn(f"{goal.type}::{goal.name}")
        old = self._old(goal)
        if not self._is_target(goal):
            mark("only targets changed")
            self._leave(goal, urn, old)
            return
        for name in goal.depends_on:
            if self.stack.urn(name) in self._skipped:
                raise Failed(urn, f"{goal.name} depends on {name}, which is not among the targets")
        raw = self._resolve(goal)
        recreating = urn in self._deleted
        forced = self._is_forced(goal, old)
        olds = {} if old is None or recreating or forced else old.inputs
        inputs = self.calls.check(goal.type, urn, olds, raw)
        if old is None:
            self._create(goal, urn, inputs)
        elif recreating:
            self._deleted.discard(urn)
            self._recreate(goal, urn, old, inputs)
        else:
            self._change(goal, urn, old, raw, inputs, forced=forced)

    def _old(self, goal: Goal) -> Entry | None:
        olds = {entry.urn: entry for entry in self._base if not entry.delete}
        for name in (goal.name, *goal.aliases):
            if found := olds.get(self.stack.urn(f"{goal.type}::{name}")):
                self._operated.add(found.urn)
                return found
        return None

    def _is_target(self, goal: Goal) -> bool:
        name = f"{goal.type}::{goal.name}"
        return not self.options.targets or name in {*self.options.targets, STACK_IDENTITY}

    def _is_forced(self, goal: Goal, old: Entry | None) -> bool:
        return f"{goal.type}::{goal.name}" in self.options.replace or bool(old and old.taint)

    def _leave(self, goal: Goal, urn: str, old: Entry | None) -> None:
        if old is None:
            self._skipped.add(urn)
            self.steps.append((SKIP, urn))
            return
        self._keep(SAME, goal, old.copy(), old)

    def _change(
        self,
        goal: Goal,
        urn: str,
        old: Entry,
        raw: Mapping[str, Any],
        inputs: dict[str, Any],
        *,
        forced: bool,
    ) -> None:
        diff = self._diff(goal, urn, old, inputs, forced=forced)
        if not (diff.changes or old.pending_replacement):
            entry = self._entry(goal, urn, old.id, inputs, old.outputs)
            self._keep(SAME, goal, entry, old)
        elif diff.replaces or old.pending_replacement:
            self._replace(goal, urn, old, raw, inputs, diff, forced=forced)
        else:
            self._update(goal, urn, old, inputs)

    def _diff(
        self, goal: Goal, urn: str, old: Entry, inputs: dict[str, Any], *, forced: bool
    ) -> DiffResult:
        triggered = goal.trigger != old.trigger
        if triggered:
            mark("replaced by a trigger")
        if forced or triggered:  # the engine's own word: the provider is not asked
            return DiffResult(changes=True, replaces=["id"], delete_before_replace=False)
        return self.calls.diff(goal.type, urn, old.id, old.outputs, inputs)

    def _replace(
        self,
        goal: Goal,
        urn: str,
        old: Entry,
        raw: Mapping[str, Any],
        inputs: dict[str, Any],
        diff: DiffResult,
        *,
        forced: bool,
    ) -> None:
        if forced:
            mark(f"{KINDS[goal.type]} replaced by force")
        if old.pending_replacement:
            mark("pending replacement made")
        if goal.protect and old.protect:
            mark("protected")
            raise Failed(urn, f"unable to replace {goal.name}: it is protected")
        if not forced:  # what the provider had taken over from the old one is not carried over
            inputs = self.calls.check(goal.type, urn, {}, raw)
        first = diff.delete_before_replace if goal.delete_first is None else goal.delete_first
        if first:
            self._delete_dependents(old)
            if not old.pending_replacement:
                mark(f"{KINDS[goal.type]} deleted first")
                self._delete_early(old)
            self._recreate(goal, urn, old, inputs)
            return
        entry = self._made(goal, urn, inputs)
        self._keep(REPLACE, goal, entry, None)
        old.delete = True
        self._replaced.add(old.urn)
        if old.pending_replacement:  # it leaves the state, and is deleted in the end all the same
            self._done.add(id(old))

    def _delete_dependents(self, root: Entry) -> None:
        """Delete first what would be replaced because of it, the last dependent first."""
        going, found = {root.urn}, []
        for entry in self._base:
            if entry.urn in self._operated or id(entry) in self._done:
                continue
            changed = {name for name, urn in entry.dependencies.items() if urn in going}
            if not changed:
                continue
            guess = {k: unknown() if k in changed else v for k, v in entry.inputs.items()}
            diff = self.calls.diff(entry.type, entry.urn, entry.id, entry.outputs, guess)
            if diff.replaces:
                going.add(entry.urn)
                found.append(entry)
        for entry in reversed(found):
            if id(entry) not in self._early:
                if entry.protect:
                    raise Failed(entry.urn, "unable to replace: a dependent is protected")
                self._delete_early(entry)
                self._deleted.add(entry.urn)

    def _delete_early(self, old: Entry) -> None:
        self.steps.append((DELETE, old.urn))
        self._early.add(id(old))
        if not (self.options.preview or old.pending_replacement or old.retain):
            self.calls.delete(old.type, old.urn, old.id, old.outputs)
        if old.delete:
            self._done.add(id(old))
        else:
            old.pending_replacement = True

    def _recreate(self, goal: Goal, urn: str, old: Entry, inputs: dict[str, Any]) -> None:
        entry = self._made(goal, urn, inputs)
        self._keep(REPLACE, goal, entry, old)

    def _create(self, goal: Goal, urn: str, inputs: dict[str, Any]) -> None:
        self._keep(CREATE, goal, self._made(goal, urn, inputs), None)

    def _made(self, goal: Goal, urn: str, inputs: dict[str, Any]) -> Entry:
        if self.options.preview:
            return self._entry(goal, urn, "", inputs, inputs)
        key = training_key(goal.uid, inputs) if goal.type == JOB else ""
        id_, outputs = self.calls.create(goal.type, urn, inputs, key)
        return self._entry(goal, urn, id_, inputs, outputs)

    def _update(self, goal: Goal, urn: str, old: Entry, inputs: dict[str, Any]) -> None:
        outputs = inputs
        if goal.type == DEPLOYMENT and inputs["model"] != old.inputs.get("model"):
            mark("model exchanged under a name")
        if not self.options.preview:
            outputs = self.calls.update(goal.type, urn, old.id, old.outputs, inputs)
        self._keep(UPDATE, goal, self._entry(goal, urn, old.id, inputs, outputs), old)

    def _entry(
        self, goal: Goal, urn: str, id_: str, inputs: dict[str, Any], outputs: dict[str, Any]
    ) -> Entry:
        return Entry(
            urn=urn,
            type=goal.type,
            uid=goal.uid,
            id=id_,
            inputs=inputs,
            outputs=outputs,
            dependencies={
                name: self.stack.urn(value.resource)
                for name, value in goal.props.items()
                if isinstance(value, Ref)
            },
            protect=goal.protect,
            retain=goal.retain,
            trigger=goal.trigger,
        )

    def _keep(self, step: str, goal: Goal, entry: Entry, old: Entry | None) -> None:
        self.steps.append((step, entry.urn))
        self._new.append(entry)
        self._seen[f"{goal.type}::{goal.name}"] = entry
        self._operated.add(entry.urn)
        if old is not None:
            self._done.add(id(old))
        if entry.urn != (old.urn if old else entry.urn):
            mark("resource kept by its alias")
            self._renamed(old.urn if old else "", entry.urn)

    def _renamed(self, before: str, after: str) -> None:
        """The state speaks of a renamed resource by its new URN from now on."""
        for entry in self.snapshot():
            if before in entry.dependencies.values():
                entry.dependencies = {
                    k: after if u == before else u for k, u in entry.dependencies.items()
                }

    def entry(self, name: str) -> Entry | None:
        """What is known of a resource that was registered, as ``type::name``."""
        return self._seen.get(name)

    def _resolve(self, goal: Goal) -> dict[str, Any]:
        return {k: self._value(v) if isinstance(v, Ref) else v for k, v in goal.props.items()}

    def _value(self, ref: Ref) -> Any:
        """What an output is by now; a preview knows only what the engine answers to the program."""
        if ref.given is not None:
            return ref.given
        entry = self._seen[ref.resource]
        dry = self.options.preview
        if ref.output == "job_id" and dry:  # the program's own choice, see FineTunedDeployment
            return entry.id or unknown()
        if ref.output == "id":
            return entry.id + ref.then if entry.id else unknown()
        value = entry.outputs.get(ref.output)
        if value is None and dry:
            return unknown()
        return unknown() if contains_unknowns(value) else value

    def delete_the_rest(self) -> None:
        """At the end, delete what is not wanted any more; dependents first.

        Raises:
            Failed: a delete failed; those that were to come are left.
        """
        left = self.snapshot()[len(self._new) :]
        refuse_more_than_targets(self._base, left, self.options.targets, self._operated)
        problem: Failed | None = None
        spared: set[str] = set()
        for entry in reversed(list(self._base)):
            if not self._is_condemned(entry):
                continue
            if entry.urn in spared and not entry.delete:
                spared |= set(entry.dependencies.values())
                continue
            if entry.protect and not entry.delete:
                mark("protected")
                problem = problem or Failed(entry.urn, "it is protected: it cannot be deleted")
                spared |= set(entry.dependencies.values())
                continue
            self._delete(entry)
        if problem:
            raise problem

    def _is_condemned(self, entry: Entry) -> bool:
        if not self._is_within(entry):
            return False
        return not (id(entry) in self._early if entry.delete else entry.urn in self._operated)

    def _is_within(self, entry: Entry) -> bool:
        return not self.options.targets or entry.name in self.options.targets

    def _delete(self, entry: Entry) -> None:
        drop = entry.pending_replacement and not entry.delete
        if drop:
            mark("pending replacement dropped")
        if entry.retain:
            mark("retained")
        if any(new.id == entry.id and new.type == entry.type for new in self._new):
            mark(f"{KINDS.get(entry.type)} of an old entry, held by a new one")
        if entry.urn not in self._replaced and entry.delete:
            mark(f"{KINDS.get(entry.type)} deleted that a failed run has left")
        self.steps.append((DROP if drop else DELETE, entry.urn))
        if not (self.options.preview or entry.retain or drop):
            self.calls.delete(entry.type, entry.urn, entry.id, entry.outputs)
        self._done.add(id(entry))
