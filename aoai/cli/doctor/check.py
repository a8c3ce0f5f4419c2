"""What one check found, and how it is shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """The result of one check.

    Attributes:
        status: ``fail`` keeps the stack from running, ``warn`` keeps a part of it from working.
        name: what was checked, such as ``engine`` or ``sweden: quota``.
        message: what was found.
        fix: the command that fixes it; empty if nothing is wrong or no command helps.
    """

    status: Status
    name: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        line = f"{self.status:<4}  {self.name}: {' '.join(self.message.split())}"
        return f"{line.removesuffix('.')}; run: {self.fix}" if self.fix else line


def as_text(checks: Sequence[Check]) -> str:
    """A line for each check, and the sum."""
    failed, warned = _count(checks, "fail"), _count(checks, "warn")
    total = f"{len(checks)} checks, {failed} failed, {warned} with a warning."
    return "\n".join([*map(str, checks), "", total])


def as_json(checks: Sequence[Check]) -> str:
    """The same for programs."""
    document = {
        "checks": [asdict(check) for check in checks],
        "failed": _count(checks, "fail"),
        "warnings": _count(checks, "warn"),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _count(checks: Sequence[Check], status: Status) -> int:
    return sum(check.status == status for check in checks)
