"""A program that is reached by a detour ends like one that is reached directly, up to ids."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.lifecycle.azure import Azure
from tests.lifecycle.events import FIRST, event
from tests.lifecycle.evidence import thing_of
from tests.lifecycle.order import Order, play
from tests.lifecycle.program import DEPLOYMENT, FILE, IDENTITY, JOB, Workspace, training_key
from tests.lifecycle.simulator import Simulator
from tests.lifecycle.state import Entry

_INPUTS = {
    FILE: ("sha256", "path"),
    JOB: ("hyperparameters", "generation", "suffix", "seed", "on_delete"),
    DEPLOYMENT: ("capacity", "sku", "auto_named", "on_model_change"),
}
_OUTPUTS = {
    FILE: ("status",),
    JOB: ("status",),
    DEPLOYMENT: ("provisioning_state", "capacity", "sku", "removed_for_inactivity"),
}


def differences(azure: Azure, workspace: Workspace, order: Order) -> list[str]:
    """How the end of an order differs from that of its last program alone."""
    verdict, sim = play(azure, workspace, order, destroyed=False)
    if verdict.violations or not _is_comparable(sim):
        return []
    detour = _summary(sim)
    program = sim.programs[FIRST]
    alone = Order((event("up", refresh=True),), program)
    _, direct = play(azure, workspace, alone, destroyed=False)
    return [
        f"{name}: {detour.get(name)} by a detour, {wanted} directly"
        for name, wanted in {**dict.fromkeys(detour), **_summary(direct)}.items()
        if detour.get(name) != wanted
    ]


def _is_comparable(sim: Simulator) -> bool:
    """Whether nothing stands in the way on purpose: others' things, retained ones, idle ones."""
    alone = len(sim.stacks) == 1 and not sim.programs[FIRST].retained
    idle = any(e.outputs.get("removed_for_inactivity") for e in sim.stacks[FIRST].live())
    foreign = any(deed.actor.stack != FIRST for deed in sim.azure.ledger.deeds)
    refused = sim.outcomes[-2].error is not None  # only its user can decide; the last is a preview
    return alone and not idle and not foreign and not refused


def _summary(sim: Simulator) -> dict[str, Any]:
    stack = sim.stacks[FIRST]
    sim.refresh(FIRST)  # a status is as old as the last look
    found: dict[str, Any] = {
        f"state of {entry.type.rpartition(':')[2]} {entry.urn.rpartition('::')[2]}": _shown(
            sim, entry
        )
        for entry in stack.entries
        if entry.type != IDENTITY
    }
    held = {thing_of(entry) for entry in stack.entries}
    kinds = Counter(thing.kind for thing in held if thing is not None)
    found |= {f"held {kind}": count for kind, count in kinds.items()}
    return found


def _shown(sim: Simulator, entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {"live": entry.live}
    shown |= {f"in {name}": entry.inputs.get(name) for name in _INPUTS.get(entry.type, ())}
    shown |= {f"out {name}": entry.outputs.get(name) for name in _OUTPUTS.get(entry.type, ())}
    if entry.type == JOB:
        trained = sim.azure.ledger.trained.get(entry.id)
        shown["trained"] = trained == training_key(entry.uid, entry.inputs)
    return shown
