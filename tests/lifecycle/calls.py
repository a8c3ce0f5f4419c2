"""The engine's calls to a dynamic provider, with values as they come over the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pulumi.dynamic import DiffResult, ResourceProvider

from aoai.errors import AoaiError
from aoai.resources.base import PROVIDER_KEY
from aoai.resources.pending import PENDING_ID
from tests.lifecycle.azure import Azure
from tests.lifecycle.faults import Killed
from tests.lifecycle.ledger import Actor
from tests.lifecycle.marks import KINDS, mark
from tests.lifecycle.program import DEPLOYMENT
from tests.lifecycle.providers import PICKLED, PROVIDERS
from tests.lifecycle.state import handed_over, over_the_wire

R = TypeVar("R")


class Failed(Exception):
    """A call, or the program, ended with an error; the run ends with it."""

    def __init__(self, urn: str, error: Exception | str) -> None:
        super().__init__(str(error))
        self.urn = urn
        self.error = error

    @property
    def is_defect(self) -> bool:
        """Whether it is none that a user could do something about."""
        ours = isinstance(self.error, AoaiError | str)
        return not ours or "a defect in aoai" in str(self)


@dataclass
class Calls:
    """The calls of one run of the engine.

    Attributes:
        lose_at: the number of the create, update or delete whose result is lost with the engine.
        lose_in: only this counts for it, as ``create`` or ``create of a deployment``; all if empty.
        log: each call with its resource, for a trace.
    """

    azure: Azure
    lineage: str
    lose_at: int = 0
    lose_in: str = ""
    writes: int = 0
    log: list[str] = field(default_factory=list)

    def check(
        self, kind: str, urn: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The inputs as the provider wants them.

        Raises:
            Failed: the provider found something wrong with them.
        """
        sent = over_the_wire({**news, PROVIDER_KEY: PICKLED[kind]})
        result = self._call("check", kind, urn, lambda p: p.check(handed_over(olds), sent))
        if result.failures:
            raise Failed(urn, AoaiError("\n".join(each.reason for each in result.failures)))
        return over_the_wire({**result.inputs, PROVIDER_KEY: PICKLED[kind]})

    def diff(
        self, kind: str, urn: str, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> DiffResult:
        """What the new inputs lead to."""
        return self._call(
            "diff", kind, urn, lambda p: p.diff(id_, handed_over(olds), handed_over(news))
        )

    def create(
        self, kind: str, urn: str, inputs: Mapping[str, Any], key: str
    ) -> tuple[str, dict[str, Any]]:
        """Id and outputs of what was made."""
        result = self._write("create", kind, urn, key, lambda p: p.create(handed_over(inputs)))
        return result.id, self._kept(kind, result.outs or {})

    def update(
        self, kind: str, urn: str, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The outputs of what was changed."""
        if kind == DEPLOYMENT and _account(olds) != _account(news):
            mark("deployment updated to a moved account")
        result = self._write(
            "update",
            kind,
            urn,
            "",
            lambda p: p.update(id_, handed_over(olds), handed_over(news)),
        )
        return self._kept(kind, result.outs or {})

    def read(
        self, kind: str, urn: str, id_: str, outputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
        """Id, outputs and, if the provider gives them, inputs; no id if it is gone."""
        result = self._call("read", kind, urn, lambda p: p.read(id_, handed_over(outputs)))
        inputs = None if result.inputs is None else self._kept(kind, result.inputs)
        return result.id or "", self._kept(kind, result.outs or {}), inputs

    def delete(self, kind: str, urn: str, id_: str, outputs: Mapping[str, Any]) -> None:
        """Delete it."""
        before = len(self.azure.ledger.deeds)
        self._write("delete", kind, urn, "", lambda p: p.delete(id_, handed_over(outputs)))
        done = self.azure.ledger.since(before)
        if kind == DEPLOYMENT and done and _account(outputs) != self._now(outputs):
            mark("deployment deleted after a move")

    def _now(self, outputs: Mapping[str, Any]) -> str:
        """The id that the account of a resource has now."""
        return self.azure.id_of(_account(outputs).rpartition("/")[2]).lower()

    def _kept(self, kind: str, outs: Mapping[str, Any]) -> dict[str, Any]:
        return over_the_wire({**outs, PROVIDER_KEY: PICKLED[kind]})

    def _write(
        self, step: str, kind: str, urn: str, key: str, call: Callable[[ResourceProvider], R]
    ) -> R:
        counts = Actor(self.lineage, urn, step).does(self.lose_in)
        self.writes += counts
        number = self.writes if counts else 0
        name, deeds = KINDS.get(kind, ""), len(self.azure.ledger.deeds)
        try:
            result = self._call(step, kind, urn, call, key)
        except Killed:
            mark(f"killed in the {step} of a {name}")
            raise
        if number and number == self.lose_at:
            mark(f"result of the {step} of a {name} lost")
            raise Killed
        done = self.azure.ledger.deeds[deeds:]
        if step == "create" and getattr(result, "id", "") == PENDING_ID:
            mark(f"{name} recorded before there is a model")
        if step == "create" and name == "deployment" and done and done[-1].verb == "change":
            mark("deployment created, found from an earlier run")
        if not done:
            how = {
                "create": "created, found from an earlier run",
                "delete": "deleted, kept in Azure",
            }
            mark(f"{name} {how.get(step)}")
        return result

    def _call(
        self, step: str, kind: str, urn: str, call: Callable[[ResourceProvider], R], key: str = ""
    ) -> R:
        self.log.append(f"{step} {urn.rpartition('::')[2]}")
        try:
            with self.azure.on_behalf(Actor(self.lineage, urn, step, key)):
                return call(PROVIDERS[kind])
        except Exception as error:
            if "belongs to" in str(error):
                mark("name of somebody else")
            raise Failed(urn, error) from error


def _account(props: Mapping[str, Any]) -> str:
    return str(props["account"]["id"]).lower()
