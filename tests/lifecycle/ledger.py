"""Who made, changed and removed what in Azure, and what was billed: the judge's memory.

It sees every request that was carried out, also where the answer never reached the client.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.lifecycle.asgi import Answer, Sent
from tests.lifecycle.marks import KINDS

OTHERS = "others"
"""Owner of what no stack made: a colleague, the portal, a clean-up script."""

_DATA = re.compile(r"^/(?P<account>[^/]+)/openai/(?P<kind>files|fine_tuning/jobs)(/(?P<id>[^/]+))?")
_ARM = re.compile(r"/accounts/(?P<account>[^/]+)/deployments/(?P<id>[^/]+)$", re.IGNORECASE)
_REFUSED, _CREATED = 400, 201


@dataclass(frozen=True)
class Thing:
    """A file, a job or a deployment; a deployment's id is its name in lower case."""

    kind: str
    account: str
    id: str


@dataclass(frozen=True)
class Actor:
    """On whose behalf a request is sent: a stack's state, the resource, what is done to it."""

    stack: str = OTHERS
    resource: str = ""
    step: str = ""
    key: str = ""

    @property
    def kind(self) -> str:
        """What the resource is: a file, a job, a model or a deployment."""
        return KINDS.get(self.resource.split("::")[2], "")

    def does(self, what: str) -> bool:
        """Whether this is what it does: ``delete``, or ``delete of a file``; all if empty."""
        return what in ("", self.step) or what == f"{self.step} of a {self.kind}"


@dataclass(frozen=True)
class Deed:
    """Something that was done to a thing: ``make``, ``change``, ``cancel`` or ``remove``."""

    verb: str
    thing: Thing
    actor: Actor
    number: int
    owner: str


@dataclass
class Ledger:
    """All deeds, in order; who owns what; for which inputs each job was billed.

    Attributes:
        names: of files, as they were sent.
        tags: what others have set on a deployment, since it was made.
        bare: deployments whose tags others have taken away, since they were made.
    """

    deeds: list[Deed] = field(default_factory=list)
    owners: dict[Thing, str] = field(default_factory=dict)
    trained: dict[str, str] = field(default_factory=dict)
    billed: Counter[tuple[str, str]] = field(default_factory=Counter)
    names: dict[Thing, str] = field(default_factory=dict)
    tags: dict[Thing, dict[str, str]] = field(default_factory=dict)
    bare: set[Thing] = field(default_factory=set)

    def note(self, sent: Sent, answer: Answer, actor: Actor) -> None:
        """Take down a request that was carried out."""
        if sent.method == "GET" or answer.status >= _REFUSED:
            return
        found = _deed(sent, answer)
        if found is None:
            return
        verb, thing = found
        owner = self.owners.get(thing, actor.stack)
        self.deeds.append(Deed(verb, thing, actor, len(self.deeds), owner))
        if verb == "make":
            self.owners[thing] = actor.stack
        if verb == "remove":
            self.owners.pop(thing, None)
        if verb in ("make", "remove"):
            self.tags.pop(thing, None)
            self.bare.discard(thing)
        if actor.stack == OTHERS and thing.kind == "deployment" and verb in ("make", "change"):
            self.tags[thing] = _foreign_tags(sent)
            if verb == "change" and b"aoai-id" not in sent.body:
                self.bare.add(thing)
        if verb == "make" and thing.kind == "file":
            self.names[thing] = str(_body(answer)["filename"])
        if verb == "make" and thing.kind == "job":
            self.trained[thing.id] = actor.key
            self.billed[actor.stack, actor.key] += 1

    def ended(self, thing: Thing) -> None:
        """A job failed by itself, and left no model."""
        owner = self.owners.get(thing, OTHERS)
        self.deeds.append(Deed("cancel", thing, Actor(), len(self.deeds), owner))

    def is_taken_for(self, job: Thing, key: str) -> None:
        """A job counts as the training that its stack holds it for."""
        if owner := self.owners.get(job):
            self.billed[owner, self.trained[job.id]] -= 1
            self.billed[owner, key] += 1
            self.trained[job.id] = key

    def since(self, number: int) -> list[Deed]:
        """The deeds from a number on."""
        return self.deeds[number:]

    def disown(self, stack: str, nobody: str) -> None:
        """What a stack owns is nobody's: with its state it has lost its identity."""
        for thing in self.owned_by(stack):
            self.owners[thing] = nobody

    def owned_by(self, stack: str) -> set[Thing]:
        """What a stack has made and nobody removed."""
        return {thing for thing, owner in self.owners.items() if owner == stack}


def _deed(sent: Sent, answer: Answer) -> tuple[str, Thing] | None:
    if match := _ARM.search(sent.path):
        verb = {"PUT": "make" if answer.status == _CREATED else "change", "DELETE": "remove"}
        if sent.method == "DELETE" and answer.status == 204:
            return None
        thing = Thing("deployment", match["account"].lower(), match["id"].lower())
        return verb.get(sent.method, "change"), thing
    match = _DATA.match(sent.path)
    if not match:
        return None
    kind = "file" if match["kind"] == "files" else "job"
    if match["id"] is None or match["id"] == "import":
        return "make", Thing(kind, match["account"], str(_body(answer)["id"]))
    thing = Thing(kind, match["account"], match["id"])
    if sent.method == "DELETE":
        return "remove", thing
    return ("cancel", thing) if sent.path.endswith("/cancel") else None


def _foreign_tags(sent: Sent) -> dict[str, str]:
    """The tags in a request that neither show an owner nor are a program's."""
    tags: dict[str, str] = json.loads(sent.body).get("tags") or {}
    return {k: v for k, v in tags.items() if k != "team" and not k.startswith("aoai-")}


def _body(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.body)
    return found
