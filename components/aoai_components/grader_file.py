"""A grader that a stack's YAML names by the path of a JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec


def with_grader(where: str, entry: Any, problems: list[str]) -> Any:
    """An entry with its grader as a map; what is wrong with the file is noted.

    Args:
        where: the entry's key in the stack's file.
        entry: a model of the stack.
        problems: takes what is wrong.
    """
    if not isinstance(entry.grader, str):
        return entry
    grader: Any = {}
    try:
        grader = json.loads(Path(entry.grader).read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{where}.grader: {entry.grader} cannot be read: {error.strerror}")
    except ValueError as error:
        problems.append(f"{where}.grader: {entry.grader} is no JSON: {error}")
    return msgspec.structs.replace(entry, grader=grader)
