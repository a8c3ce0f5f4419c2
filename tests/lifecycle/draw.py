"""Orders drawn from a seed: each has its own half of the kinds of events, and its own weather."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.lifecycle.events import FIRST, Event
from tests.lifecycle.faults import FAULTS
from tests.lifecycle.order import Order
from tests.lifecycle.program import Deployed, Program, Trained

LONGEST = 25
"""Events of the longest order."""

_WORST = 0.3
_PLACES = ("sweden", "america", "fabrikam")
_REQUESTS = 40  # an update sends about as many: a kill at one of them
_SLOW = 0.3
_FOLLOWED = 0.7
_REFRESHED = 0.6
_HARMED_DESTROYS = 0.3
_WAITS = ("block", "block", "block", "detach", "detach")
_SUBMITTING = 0.05  # programs that end with their job
_ADOPTED = 0.5
_BASE = 0.4
_NAMED = 0.4
_HARMED_FIRST = 0.2
_LAGGING = 0.2
_MIXED = 0.3
_DELETED_FIRST = 0.1
_FIXED = (*((None, None),) * 6, *(("tutor", None),) * 2, (None, 42), *(("tutor", 42),) * 2)
"""Suffix and seed that a program begins with."""
_KILLED = (
    (_REQUESTS, ""),
    (15, "create"),
    (3, "create of a file"),
    (3, "create of a job"),
    (2, "create of a job"),
    (8, "create of a deployment"),
    (6, "delete"),
    (1, "delete of a file"),
    (1, "delete of a job"),
    (2, "delete of a job"),
    (4, "delete of a deployment"),
    (3, "update"),
    (2, "update"),
)
"""Where the engine is killed: at one of the first requests of this, and how many those are."""
_LOST = (
    (4, ""),
    (4, "create"),
    (4, "delete"),
    (1, "create of a file"),
    (1, "create of a job"),
    (2, "create of a deployment"),
    (1, "delete of a file"),
    (1, "delete of a job"),
    (1, "delete of a job"),
    (2, "delete of a deployment"),
)
"""Whose result is lost with it, in the same form."""
_Args = Callable[[Random], Mapping[str, Any]]


def _value(*values: Any) -> _Args:
    return lambda r: {"model": r.randrange(2), "value": r.choice(values)}


def _deployment(*values: Any) -> _Args:
    return lambda r: {
        "model": r.randrange(2),
        "deployment": r.randrange(2),
        "value": r.choice(values),
    }


def _renamed(*values: str) -> _Args:
    return lambda r: {"model": 0, "value": r.choice(values), "alias": r.random() < 0.6}


def _flag(r: Random) -> Mapping[str, Any]:
    """An option of a file, a job, or all deployments of a model."""
    what = r.choice(("", "", "file", "job"))
    return {"model": r.randrange(2), "value": r.random() < 0.6, "what": what}


def _which(r: Random) -> Mapping[str, Any]:
    return {"which": r.randrange(6)}


def _kill(r: Random) -> Mapping[str, Any]:
    """At some request; or at one of the few that belong to a create or a delete."""
    at, where = r.choice(_KILLED)
    return {"kill_at": r.randint(1, at), "kill_in": where, "kill_after": r.random() < 0.6}


def _lose(r: Random) -> Mapping[str, Any]:
    """The result of one of the first steps, or of one of the deletes, which are the last."""
    at, where = r.choice(_LOST)
    return {"lose_at": r.randint(1, at), "lose_in": where}


def _astray(r: Random) -> Mapping[str, Any]:
    """Much of what belongs to one kind of resource goes wrong."""
    names = tuple(fault.name for fault in r.sample(FAULTS, len(FAULTS) // 2))
    what = r.choice(("file", "job", "job", "deployment"))
    return {"rate": round(r.uniform(0.2, 0.7), 3), "kinds": names, "rate_in": f"create of a {what}"}


def _moved(r: Random) -> Mapping[str, Any]:
    """A resource group that an account is moved to, or that its id names."""
    return {"place": r.choice(_PLACES[:2]), "value": r.choice(("rg-ai", "rg-new", "rg-new"))}


DRAWN: Mapping[str, tuple[int, _Args]] = {
    # what a user edits
    "data": (4, _value(0, 1, 2)),
    "epochs": (2, _value(None, 2, 3)),
    "generation": (2, _value(None)),
    "wait": (2, _value("block", "detach")),
    "on-delete": (2, _value("cancel", "delete")),
    "seeded": (1, _value(True, False)),
    "suffix": (1, _value("tutor", None)),
    "seed": (1, _value(42, None)),
    "trigger": (2, lambda r: {"model": r.randrange(2), "which": r.randrange(4)}),
    "capacity": (3, _deployment(1, 2, 3)),
    "team": (2, _deployment("red", "blue", None)),
    "sku": (2, _deployment("Standard", "GlobalStandard")),
    "fixed-name": (2, _deployment(True, False)),
    "on-model-change": (1, _deployment("update", "replace")),
    "adopt": (1, _deployment(True, True, False)),
    "add-deployment": (2, _value(*_PLACES)),
    "add-base": (1, _value(*_PLACES)),
    "remove-deployment": (1, _deployment(None)),
    "add-model": (1, lambda r: {"value": "n", "data": r.randrange(4)}),
    "remove-model": (1, lambda r: {"model": r.randrange(2)}),
    "rename": (2, _renamed("tutor", "teacher")),
    "rename-deployment": (
        2,
        lambda r: {"value": r.choice(("chat", "talk")), "alias": r.random() < 0.6},
    ),
    "lower-case": (1, lambda r: {"value": r.random() < 0.7}),
    "capitals": (1, lambda r: {"value": r.random() < 0.5}),
    "retain": (1, _flag),
    "protect": (2, _flag),
    "delete-first": (2, _flag),
    "create-first": (2, _flag),
    "revert": (4, lambda r: {"back": r.randrange(2)}),
    # what is done with the engine
    "taint": (3, _which),
    "replace": (3, _which),
    "target": (2, _which),
    "refresh": (2, lambda _: {}),
    "preview": (1, lambda _: {}),
    "destroy": (2, lambda _: {}),
    "kill": (6, _kill),
    "lose": (4, _lose),
    "interrupt": (2, lambda _: {"interrupt": True}),
    "astray": (2, _astray),
    "refuse": (2, lambda r: {"refuse": r.choice(("sweden", "northcentralus", "switzerlandwest"))}),
    # what moves a stack
    "move-back-end": (1, lambda r: {"value": r.choice(("acme", "organization"))}),
    "rename-stack": (1, lambda r: {"value": r.choice(("prod", "dev"))}),
    "new-stack": (3, lambda _: {"value": "b", "name": "dev"}),
    "back-end": (1, lambda _: {"value": "c", "name": "dev", "back_end": True}),
    # what others do, and time
    "delete-deployment": (1, _which),
    "remove-tags": (2, _which),
    "add-tag": (2, _which),
    "scale": (1, _which),
    "delete-file": (1, _which),
    "forget-job": (1, _which),
    "clean-up": (1, _which),
    "cancel-job": (1, _which),
    "fail-job": (1, _which),
    "foreign": (1, lambda _: {"name": "prod-m-sweden"}),
    "move-account": (3, _moved),
    "group": (1, _moved),
    "usurp": (1, _which),
    "lose-state": (1, lambda _: {}),
    "copy": (2, _which),
    "letter-case": (1, lambda r: {"value": r.random() < 0.7}),
    "jump": (1, lambda r: {"hours": r.choice((1, 24, 24 * 16))}),
    "pace": (1, lambda r: {"slow": r.random() < 0.6}),
    "lag": (2, lambda r: {"seconds": r.choice((0, 5, 20, 60))}),
}
"""Kinds of events with their weight, and how their arguments are drawn."""

_ADOPTING = ("foreign", "usurp", "lose-state")
_OFTEN = 0.5
_HARMED = ("kill", "lose", "interrupt", "refuse", "astray")
"""Updates that something is done to; they come with an edit, or there would be nothing to harm."""

_FORCED = 0.25  # of those, by --replace
_AGAIN = 0.5
_THEN = (*("fixed-name",) * 2, "lower-case", "epochs", "generation", "revert", "replace", "destroy")
"""What is often done after such an update, which has left what no state knows of."""

_EDITED = (
    "data",
    "data",
    "data",
    "generation",
    "sku",
    "capacity",
    "fixed-name",
    "epochs",
    "epochs",
    "add-deployment",
)


_CHANGING = {
    "file": ("data",),
    "job": ("data", "data", "generation", "epochs"),
    "deployment": ("data", "sku", "generation", "fixed-name", "add-deployment"),
    "update": ("capacity", "capacity", "team", "data"),
}
"""What makes, deletes or updates one of them: there is something to harm."""


def draw(seed: int) -> Order:
    """The order of a seed."""
    random = Random(seed)
    kinds = random.sample(sorted(DRAWN), len(DRAWN) // 2)
    rate = random.choice((0.0, 0.0, random.uniform(0.0, _WORST)))
    length = random.randint(2, random.choice((6, 12, LONGEST)))
    events: list[Event] = [Event("pace", FIRST, {"slow": True})] if random.random() < _SLOW else []
    if random.random() < _LAGGING:
        events.append(Event("lag", FIRST, DRAWN["lag"][1](random)))
    if random.random() < _MIXED:
        events.append(Event("letter-case", FIRST, {"value": True}))
    program = _program(random)
    drawing = _Drawing(random, program, kinds, rate)
    events += drawing.first()
    while len(events) < length:
        events += drawing.some()
    return Order(tuple(events[:LONGEST]), program, seed)


def _program(random: Random) -> Program:
    fixed = "prod-m-sweden" if random.random() < _NAMED else None
    served = [Deployed("m.sweden", "tutor-sweden", "sweden", fixed=fixed)]
    if random.random() < 0.5:
        served.append(Deployed("m.america", "tutor-america", "america"))
    if random.random() < _BASE:
        name = "prod-m-base" if random.random() < _OFTEN else None
        served.append(Deployed("m.base", "tutor-base", "sweden", base=True, fixed=name))
    only, wait = random.random() < _SUBMITTING, random.choice(_WAITS)
    suffix, seed = random.choice(_FIXED)
    model = Trained("m", "tutor", suffix=suffix, seed=seed, submit_only=only, wait=wait)
    uids = ("m.file", "m.job", *(each.uid for each in served))
    first = frozenset(uid for uid in uids if random.random() < _DELETED_FIRST)
    return Program((replace(model, deployments=tuple(served)),), delete_first=first)


@dataclass
class _Drawing:
    """Draws one event after the other.

    Attributes:
        program: what the order begins with.
        kinds: the kinds of events of this order.
        rate: the share of requests that go wrong.
        stacks: the lineages that there are by now.
    """

    random: Random
    program: Program
    kinds: list[str]
    rate: float
    stacks: list[str] = field(default_factory=lambda: [FIRST])

    def first(self) -> list[Event]:
        """The first update; something happens to a few."""
        if self.random.random() >= _HARMED_FIRST:
            return [Event("up", FIRST)]
        harm = DRAWN[self.random.choice(_HARMED)][1](self.random)
        return [Event("up", FIRST, dict(harm)), *self._then(FIRST, harm)]

    def some(self) -> list[Event]:
        """An event, or an edit with the update that follows it."""
        kind = self.random.choices(self.kinds, [DRAWN[each][0] for each in self.kinds])[0]
        args, on = dict(DRAWN[kind][1](self.random)), self.random.choice(self.stacks)
        up = self._up()
        if kind in ("new-stack", "back-end"):
            lineage = str(args["value"])
            self.stacks = sorted({*self.stacks, lineage})
            adopts = Event("adopt-all", lineage, {"value": self.random.random() < _ADOPTED})
            again = [Event("up", on, self._up())] if self.random.random() < _OFTEN else []
            return [Event("new-stack", on, args), adopts, Event("up", lineage, up), *again]
        if kind in _HARMED:
            return [*self._harmed(on, {**up, **args}), *self._then(on, args)]
        if kind in ("replace", "target"):
            return [Event("up", on, {**up, kind: args["which"]})]
        if kind in ("destroy", "refresh", "preview"):
            return [Event(kind, on, {**up, **self._harm(kind)})]
        follows = self.random.random() < _FOLLOWED
        answered = self._answer(kind, on, args) if self.random.random() < _OFTEN else []
        return [Event(kind, on, args), *answered, *([Event("up", on, up)] if follows else [])]

    def _edit(self, kind: str, on: str) -> Event:
        return Event(kind, on, dict(DRAWN[kind][1](self.random)))

    def _harmed(self, on: str, up: dict[str, Any]) -> list[Event]:
        if self.random.random() < _FORCED:
            return [Event("up", on, {**up, "replace": self.random.randrange(6)})]
        where = str(up.get("kill_in") or up.get("lose_in") or "").rpartition(" ")[2]
        edit = self.random.choice(_CHANGING.get(where, _EDITED))
        return [self._edit(edit, on), Event("up", on, up)]

    def _then(self, on: str, harm: Mapping[str, Any]) -> list[Event]:
        """Something else, and another update."""
        if self.random.random() >= _AGAIN:
            return []
        kind, up = self.random.choice(_THEN), self._up()
        if "create of a deployment" in harm.values():
            return [*self._renamed(on), Event("up", on, up)]
        if kind == "replace":
            return [Event("up", on, {**up, "replace": self.random.randrange(2)})]
        if kind == "destroy":
            return [Event(kind, on, up)]
        return [self._edit(kind, on), Event("up", on, up)]

    def _renamed(self, on: str) -> list[Event]:
        """Other names for two deployments, or for one where there is one only."""
        named = any(each.fixed for each in self.program.models[0].deployments)
        return [Event("fixed-name", on, {"deployment": n, "value": not named}) for n in range(2)]

    def _answer(self, kind: str, on: str, args: Mapping[str, Any]) -> list[Event]:
        """What a user often does about it, or next."""
        if kind == "move-account":
            return [Event("group", on, args)]
        if kind in _ADOPTING:
            return [Event("adopt", on, {"model": 0, "deployment": 0, "value": True})]
        if kind in ("add-tag", "remove-tags"):
            return [self._edit("capacity", on)]
        if kind == "create-first":
            return [self._edit("fixed-name", on)]
        if kind in ("rename", "rename-deployment"):
            place = 1 if kind == "rename" else 3  # the job, or the deployment
            return [Event("up", on), Event("up", on, {**self._up(), "replace": place})]
        return []

    def _up(self) -> dict[str, Any]:
        """How an update is called, and what goes wrong in it."""
        up: dict[str, Any] = {"refresh": self.random.random() < _REFRESHED}
        if self.rate:
            up["rate"] = round(self.rate, 3)
            up["kinds"] = tuple(f.name for f in self.random.sample(FAULTS, len(FAULTS) // 2))
        return up

    def _harm(self, kind: str) -> Mapping[str, Any]:
        """What is done to some destroys: much of what they do is deleting."""
        harmed = kind == "destroy" and self.random.random() < _HARMED_DESTROYS
        return self.random.choice((_kill, _lose))(self.random) if harmed else {}
