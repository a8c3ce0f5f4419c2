"""Drives a provider as the engine does: the same calls in the same order, values over the wire."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.resources.base import Provider
from aoai.resources.held import forget

OWNER = "0123456789abcdef0123456789abcdef/tutor"
"""As the program makes it: the identity of the stack and the resource's name."""


def over_the_wire(props: dict[str, Any]) -> dict[str, Any]:
    """Properties as they arrive on the other side: whole numbers as floats, nulls dropped."""
    loop = asyncio.new_event_loop()
    try:
        sent = loop.run_until_complete(rpc.serialize_properties(props, {}))
    finally:
        loop.close()
    received: dict[str, Any] = rpc.deserialize_properties(sent, True)
    return received


class CheckFailed(Exception):
    """The engine would end the preview here."""


@dataclass
class Driven:
    """One resource's life under the engine."""

    provider: Provider
    id: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)

    def check(self, **inputs: Any) -> dict[str, Any]:
        """The first check of a run, with the inputs that the state holds."""
        return self._check(self.inputs, inputs)

    def _check(self, olds: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
        pickled = serialize_provider(self.provider)
        sent = {"owner": OWNER, **inputs, "__provider": pickled}
        result = self.provider.check(dict(olds), over_the_wire(sent))
        if result.failures:
            raise CheckFailed("\n".join(failure.reason for failure in result.failures))
        return over_the_wire(result.inputs)

    def up(self, **inputs: Any) -> str:
        """Create, update or replace, as diff says, in a process of its own; what was done."""
        forget()
        return self.up_beside(**inputs)

    def up_beside(self, **inputs: Any) -> str:
        """As ``up``, in the process of the run before: two resources of one program."""
        step = self._step(self.check(**inputs), inputs)
        self.steps.append(step)
        return step

    def forced(self, **inputs: Any) -> str:
        """What ``--replace`` and ``taint`` do: diff is not asked."""
        forget()
        self.check(**inputs)
        return self._replace(inputs, delete_first=False)

    def _step(self, news: dict[str, Any], inputs: dict[str, Any]) -> str:
        if not self.id:
            return self._create(news)
        diff = self.provider.diff(self.id, self.outputs, news)
        if not diff.changes:
            return "same"
        if not diff.replaces:
            self._keep(self.provider.update(self.id, self.outputs, news).outs or {}, news)
            return "update"
        return self._replace(inputs, delete_first=bool(diff.delete_before_replace))

    def _replace(self, inputs: dict[str, Any], *, delete_first: bool) -> str:
        """The engine checks a replacement again, as if it were new."""
        news = self._check({}, inputs)
        old = (self.id, self.outputs)
        if delete_first:
            self.provider.delete(*old)
            self._create(news)
            return "delete, create"
        self._create(news)
        self.provider.delete(*old)
        return "create, delete"

    def _create(self, news: dict[str, Any]) -> str:
        result = self.provider.create(news)
        self.id = result.id
        self._keep(result.outs or {}, news)
        return "create"

    def _keep(self, outs: dict[str, Any], news: dict[str, Any]) -> None:
        self.outputs = over_the_wire({**outs, "__provider": news["__provider"]})
        self.inputs = news

    def refresh(self) -> bool:
        """Read; False, and out of state, if it is gone."""
        forget()
        # Each run of the engine is a new process, which knows nothing yet.
        connect(Account.from_props(self.outputs["account"])).inventory.invalidate()
        result = self.provider.read(self.id, self.outputs)
        if not result.id:
            self.id, self.inputs, self.outputs = "", {}, {}
            return False
        kept = {"__provider": self.outputs["__provider"]}
        self.outputs = over_the_wire({**(result.outs or {}), **kept})
        return True

    def destroy(self) -> None:
        forget()
        self.provider.delete(self.id, self.outputs)
