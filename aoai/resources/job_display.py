"""Shows how far the jobs of a program are: on rows, below the rows, and in a log."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pulumi

from aoai.resources.interruption import waits_for
from aoai.resources.live_line import EngineTerminal, LiveLine
from aoai.resources.progress import Outcome, live_text, outcome_line

QUIET_INTERVAL = 60.0
"""Seconds between two lines of one job where no one watches, if its status stays the same."""

TURN = 3.0
"""Seconds until another job comes first in a line that is too short for all."""


def somebody_watches() -> bool:
    """Whether a live row can be rewritten; elsewhere, as in CI, each line stays in the log."""
    if os.environ.get("CI"):
        return False
    try:
        with Path("/dev/tty").open("rb"):
            return True
    except OSError:
        return False


@dataclass
class JobDisplay:
    """Shows the jobs that a program waits for.

    Attributes:
        watched: whether a person watches the rows; decides how often they are rewritten.
        clock: a monotonic clock in seconds.
        line: the line below the rows.
    """

    watched: bool = field(default_factory=somebody_watches)
    clock: Callable[[], float] = time.monotonic
    line: LiveLine = field(default_factory=lambda: LiveLine(EngineTerminal.of_program()))
    _waiting: list[JobRow] = field(default_factory=list)

    def add(self, name: str, row: pulumi.Resource | None) -> JobRow:
        """Begin with a job.

        Args:
            name: of the job's resource.
            row: the resource on whose row it shows; the stack's if left out.
        """
        added = JobRow(self, name, row, self.clock())
        self._waiting.append(added)
        waits_for([each.name for each in self._waiting])
        return added

    def remove(self, row: JobRow) -> None:
        """End with a job."""
        self._waiting.remove(row)
        waits_for([each.name for each in self._waiting])
        if not self._waiting:
            self.line.clear()

    def live_text(self, width: int) -> str:
        """All jobs, in one line of a width."""
        progress = {row.name: row.parts for row in self._waiting if row.parts}
        return live_text(progress, width, int(self.clock() / TURN))


@dataclass(eq=False)
class JobRow:
    """One job that is waited for."""

    display: JobDisplay
    name: str
    row: pulumi.Resource | None
    since: float
    status: str = ""
    parts: tuple[str, ...] = ()
    _logged_at: float = float("-inf")

    def progress(self, status: str, parts: Sequence[str]) -> None:
        """Show how far the job is; where lines pile up, only for news or once a minute.

        Args:
            status: as the service spells it.
            parts: the most important first: a row is cut where the terminal ends.
        """
        now = self.display.clock()
        self.parts = (*parts, self._passed())
        self.display.line.show(self.display.live_text)
        due = now - self._logged_at >= QUIET_INTERVAL or status != self.status
        if self.display.watched or due:
            self._log(", ".join(self.parts))
            self._logged_at = now
        self.status = status

    def ended(self, status: str) -> None:
        """Show how it ended, if it was waited for at all."""
        self.display.remove(self)
        if self.status:
            self._log(f"{status} after {self._passed()}")

    def outcome(self, outcome: Outcome) -> None:
        """Leave a last line of the job, also in the log of a CI."""
        pulumi.log.info(outcome_line(self.name, outcome))

    def _passed(self) -> str:
        return str(timedelta(seconds=round(self.display.clock() - self.since)))

    def _log(self, text: str) -> None:
        pulumi.log.info(text, resource=self.row, ephemeral=True)
