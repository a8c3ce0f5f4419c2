"""What the builders of example data share: JSON Lines, and writing files beside the builder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Example = dict[str, Any]


def json_lines(examples: Iterable[Example]) -> bytes:
    """One example a line, UTF-8."""
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in examples)


def training_and_validation(examples: list[Example], validation: int) -> dict[str, bytes]:
    """The two files of a data set: the last examples are for validation."""
    return {
        "train.jsonl": json_lines(examples[:-validation]),
        "validation.jsonl": json_lines(examples[-validation:]),
    }


def write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, and print what was written."""
    for name, content in files.items():
        (directory / name).write_bytes(content)
        print(f"{name}: {len(content.splitlines())} lines, {len(content):,} bytes")
