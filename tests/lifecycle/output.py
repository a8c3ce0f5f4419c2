"""Whether what a run tells the user to do is of any use."""

from __future__ import annotations

from tests.lifecycle.engine import Options
from tests.lifecycle.simulator import Outcome


def asks_in_vain(options: Options, outcome: Outcome) -> bool:
    """Whether an error asks for a refresh, and all of the state was just refreshed."""
    asks = "run again with --refresh" in f"{outcome.error}"
    return asks and options.refresh and not options.targets
