"""A grader that a stack's YAML names by the path of a JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

_STAND_IN = {"type": "python", "name": "unread", "source": "def grade(sample, item): ..."}
"""In place of a grader that cannot be read, so that nothing more is said of it."""


def with_graders(entries: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """The entries under ``models`` with each grader as a map; what is wrong with a file is noted.

    Args:
        entries: the models of the stack by key.
        problems: takes what is wrong.
    """
    return {key: _with_grader(f"models.{key}", e, problems) for key, e in entries.items()}


def _with_grader(where: str, entry: Any, problems: list[str]) -> Any:
    if not isinstance(entry.grader, str):
        return entry
    grader: Any = _STAND_IN
    try:
        grader = json.loads(Path(entry.grader).read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{where}.grader: {entry.grader} cannot be read: {error.strerror}")
    except ValueError as error:
        problems.append(f"{where}.grader: {entry.grader} is no JSON: {error}")
    return msgspec.structs.replace(entry, grader=grader)
