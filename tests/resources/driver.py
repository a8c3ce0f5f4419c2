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

OWNER = "organization/project/stack/tutor"


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
    outputs: dict[str, Any] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)

    def check(self, **inputs: Any) -> dict[str, Any]:
        pickled = serialize_provider(self.provider)
        sent = {"owner": OWNER, **inputs, "__provider": pickled}
        result = self.provider.check({}, over_the_wire(sent))
        if result.failures:
            raise CheckFailed("\n".join(failure.reason for failure in result.failures))
        return over_the_wire(result.inputs)

    def up(self, **inputs: Any) -> str:
        """Create, update or replace, as diff says; returns what was done."""
        news = self.check(**inputs)
        step = self._step(news)
        self.steps.append(step)
        return step

    def _step(self, news: dict[str, Any]) -> str:
        if not self.id:
            return self._create(news)
        diff = self.provider.diff(self.id, self.outputs, news)
        if not diff.changes:
            return "same"
        if not diff.replaces:
            self._keep(self.provider.update(self.id, self.outputs, news).outs or {}, news)
            return "update"
        old = (self.id, self.outputs)
        if diff.delete_before_replace:
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

    def refresh(self) -> bool:
        """Read; False, and out of state, if it is gone."""
        # Each run of the engine is a new process, which knows nothing yet.
        connect(Account.from_props(self.outputs["account"])).inventory.invalidate()
        result = self.provider.read(self.id, self.outputs)
        if not result.id:
            self.id, self.outputs = "", {}
            return False
        self._keep(result.outs or {}, self.outputs)
        return True

    def destroy(self) -> None:
        self.provider.delete(self.id, self.outputs)
