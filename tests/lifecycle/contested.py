"""When a program wants what only its user can decide on: it need not converge."""

from __future__ import annotations

import re

from tests.lifecycle.evidence import is_left, thing_of
from tests.lifecycle.judge import Judge
from tests.lifecycle.ledger import OTHERS
from tests.lifecycle.simulator import Simulator

_REFUSED = re.compile(r"has a deployment '(?P<name>[^']+)' already, which belongs to")


def is_contested(sim: Simulator, judge: Judge, lineage: str) -> bool:
    """Whether the program wants a name that is another's.

    Or it was told to leave a deployment there, and no other one of its model can come.
    """
    return _wants_a_name_of_others(sim, lineage) or _is_blocked(sim, judge, lineage)


def _wants_a_name_of_others(sim: Simulator, lineage: str) -> bool:
    """A name of people, or one that another stack has and the program fixes.

    Where a name is not fixed, it is chosen so that no other stack has it.
    """
    refused = _REFUSED.search(f"{sim.outcomes[-2].error}")  # the last is a preview
    name = refused["name"].lower() if refused else ""
    models = sim.programs[lineage].models
    fixed = {(each.fixed or "").lower() for model in models for each in model.deployments}
    owners = {owner for thing, owner in sim.azure.ledger.owners.items() if thing.id == name}
    return OTHERS in owners or (name in fixed and bool(owners - {lineage}))


def _is_blocked(sim: Simulator, judge: Judge, lineage: str) -> bool:
    live = {thing_of(entry) for entry in sim.stacks[lineage].live()}
    owners = sim.azure.ledger.owners
    left = {thing for thing in judge.retained - live if owners.get(thing) == lineage}
    return any(thing.kind == "deployment" and is_left(sim.azure, thing) for thing in left)
