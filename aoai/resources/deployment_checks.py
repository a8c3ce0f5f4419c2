"""What a deployment's inputs may be, where types and choices do not say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.dynamic import CheckFailure

UPGRADE_OPTIONS = (
    "OnceNewDefaultVersionAvailable",
    "OnceCurrentVersionExpired",
    "NoAutoUpgrade",
)
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}")  # ARM's own pattern, 2025-06-01


def deployment_problems(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """What ARM takes of nobody; values may be unknown."""
    capacity, name = news.get("capacity", 1), news.get("deployment_name")
    if isinstance(capacity, int | float) and capacity < 1:
        yield CheckFailure("capacity", "`capacity` must be at least 1")
    if isinstance(name, str) and not _NAME.fullmatch(name):
        text = f"`deployment_name` takes 2 to 64 of a-z A-Z 0-9 . _ -, not {name!r}"
        yield CheckFailure("deployment_name", text)
