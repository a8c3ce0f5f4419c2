"""Orders of events for the real engine, drawn from a seed as they are played.

Left out is what two engines may well do in another order (a failure beside a second model, which is
made at the same time) and what the model leaves out, see decision 17.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from tests.lifecycle.events import Event, event
from tests.lifecycle.program import Deployed, Program, Trained

ROUNDS = 3
"""Updates between the first and the last."""

_Args = Callable[[Random], dict[str, Any]]


def _value(*values: Any) -> _Args:
    return lambda r: {"value": r.choice(values), "deployment": r.randrange(2)}


_EDITS: Mapping[str, tuple[int, _Args]] = {
    "data": (4, _value(0, 1, 2)),
    "epochs": (2, _value(None, 2, 3)),
    "generation": (2, _value(None)),
    "on-delete": (1, _value("cancel", "delete")),
    "seeded": (1, _value(True, False)),
    "capacity": (3, _value(1, 2, 3)),
    "sku": (3, _value("Standard", "GlobalStandard")),
    "fixed-name": (3, _value(True, False)),
    "on-model-change": (2, _value("update", "replace")),
    "add-deployment": (2, _value("america")),
    "remove-deployment": (2, _value(None)),
    "add-model": (1, lambda r: {"value": "n", "data": r.randrange(3)}),
    "remove-model": (1, lambda r: {"model": r.randrange(2)}),
    "lower-case": (1, _value(True, False)),
    "retain": (2, _value(True, False)),
    "protect": (2, _value(True, False)),
    "delete-first": (1, _value(True, False)),
    "revert": (4, lambda r: {"back": r.randrange(2)}),
}
_RENAMES: Mapping[str, _Args] = {
    "rename": lambda r: {"model": 0, "value": r.choice(("tutor", "teacher")), "alias": True},
    "rename-deployment": lambda r: {"value": r.choice(("chat", "talk")), "alias": True},
}
_BETWEEN = ("taint", "refresh", "delete-deployment", "delete-file", "forget-job", "destroy")


def program(random: Random) -> Program:
    """The program that an order begins with."""
    fixed = random.choice((None, None, "prod-m-sweden"))
    served = [Deployed("m.sweden", "tutor-sweden", "sweden", fixed=fixed)]
    if random.random() < 0.4:
        served.append(Deployed("m.america", "tutor-america", "america"))
    return Program((Trained("m", "tutor", deployments=tuple(served)),))


def drawn(random: Random, now: Callable[[], Program]) -> Iterator[Event]:
    """An order, drawn on.

    Args:
        now: the program as the events so far have left it.
    """
    yield event("up", refresh=True)
    for _ in range(ROUNDS):
        if random.random() < 0.12:
            kind = random.choice(sorted(_RENAMES))
            yield event(kind, **_RENAMES[kind](random))
            yield event("up", refresh=random.random() < 0.5)
            continue
        for _ in range(random.choice((1, 1, 2))):
            kinds = list(_EDITS)
            kind = random.choices(kinds, [_EDITS[each][0] for each in kinds])[0]
            yield event(kind, **_EDITS[kind][1](random))
        if random.random() < 0.4:
            yield event(random.choice(_BETWEEN), which=random.randrange(6))
        refresh = random.random() < 0.6
        if random.random() < 0.3:
            yield event("preview", refresh=refresh)
        yield event("up", refresh=refresh, **_harm(random, now()))
    yield event("up", refresh=True)


def _harm(random: Random, declared: Program) -> dict[str, Any]:
    """What is done to an update, or how it is limited."""
    how = random.choice(("", "", "refuse", "refuse", "replace", "target"))
    if how in ("replace", "target"):
        return {how: random.randrange(5)} if declared.models else {}
    if how == "refuse" and len(declared.models) == 1:
        places = [each.place for each in declared.models[0].deployments]
        return {"refuse": "northcentralus" if "america" in places else "sweden"}
    return {}
