"""Whether what the providers print is true."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.lifecycle.evidence import deployed
from tests.lifecycle.program import DEPLOYMENT
from tests.lifecycle.simulator import Simulator

_KEPT = re.compile(
    r"deployment '(?P<name>[^']+)' of account (?P<account>\S+) .*"
    r"is kept: .*run `pulumi refresh` first"
)


def wrong_advice(sim: Simulator, lineage: str, said: str) -> Iterator[str]:
    """Lines that ask for a refresh, where the state has what is live: it would show nothing."""
    known = set()
    for entry in sim.stacks[lineage].live():
        live = deployed(sim.azure, entry) if entry.type == DEPLOYMENT else None
        tag = (live.tags or {}).get("aoai-id", "") if live else ""
        if live and tag.endswith(f".{entry.outputs.get('incarnation')}"):
            known.add((live.account.lower(), live.name.lower()))
    for line in _KEPT.finditer(said):
        if (line["account"].lower(), line["name"].lower()) in known:
            yield line[0]
