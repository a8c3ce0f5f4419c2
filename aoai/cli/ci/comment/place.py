"""Where a comment is shown, and what it can point to there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


def _no_link(_path: str, _line: int) -> str:
    return ""


@dataclass(frozen=True)
class Place:
    """What a code host and a run give a comment.

    Attributes:
        limit: characters of a comment that the code host takes.
        alerts: whether it shows ``> [!WARNING]`` as a box.
        host: its name, for a sentence about the limit.
        run_url: of the run that made the comment.
        commit: that the preview was made of.
        moment: of the preview.
        file_link: URL of a line of a file of the repository; empty if there is none.
    """

    limit: int = 65_536
    alerts: bool = True
    host: str = "GitHub"
    run_url: str = ""
    commit: str = ""
    moment: datetime | None = None
    file_link: Callable[[str, int], str] = _no_link
