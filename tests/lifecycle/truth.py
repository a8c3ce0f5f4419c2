"""Whether an update did only what its preview had announced, or what its output says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aoai.resources.pending_jobs import COLLECTED
from tests.lifecycle.engine import CREATE, DELETE, REPLACE, UPDATE
from tests.lifecycle.ledger import Deed
from tests.lifecycle.simulator import Outcome


def unannounced(done: Iterable[Deed], planned: Outcome, outcome: Outcome) -> Iterator[str]:
    """What was billed or removed, and had not been announced."""
    for deed in done:
        announced = planned.announced(deed.actor.resource)
        text = (
            f"{deed.verb} {deed.thing.kind} of {deed.actor.resource.rpartition('::')[2]}, "
            f"the preview had {announced}"
        )
        bills = deed.verb == "make" and deed.thing.kind == "job"
        if bills and not announced & {CREATE, REPLACE}:
            yield text
        if _removes(deed, planned, outcome) and not announced & {DELETE, REPLACE, UPDATE}:
            yield text


def _removes(deed: Deed, planned: Outcome, outcome: Outcome) -> bool:
    """Whether something goes that serves or runs, and nothing but the steps says so."""
    if deed.verb not in ("remove", "cancel") or deed.thing.kind == "file":
        return False
    if deed.thing.id in outcome.said.lower():
        return False
    # Of a job that the program does not wait for, the preview says when it is collected.
    return not (deed.thing.kind == "deployment" and COLLECTED in planned.said)
