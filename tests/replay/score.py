"""How many records the emulator matches; ``python -m tests.replay.score`` replays them all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from aoai_emulator import Emulator, World

from tests.replay.accepted import left
from tests.replay.records import records
from tests.replay.replay import replay

WORLD: Final = Path(__file__).with_name("world.yaml")
_OPEN_FILE: Final = Path(__file__).with_name("open.txt")
OPEN: Final = frozenset(_OPEN_FILE.read_text(encoding="utf-8").split())
"""Records that the emulator does not match yet."""


def matched() -> tuple[int, int]:
    """The records that are matched, and all; ``test_replay`` proves it."""
    return len(records()) - len(OPEN), len(records())


def unmatched() -> dict[str, list[str]]:
    """Every record that is not matched, with its differences."""
    with Emulator(World.load(WORLD)) as azure:
        found = {record.name: left(record.name, replay(azure, record)) for record in records()}
    return {name: lines for name, lines in found.items() if lines}


def main(arguments: list[str]) -> int:
    """Print the differences, of all records or of those whose name holds an argument.

    With ``--write`` the list of records that are not matched is written anew.
    """
    found = unmatched()
    if arguments == ["--write"]:
        _OPEN_FILE.write_text("".join(f"{name}\n" for name in sorted(found)), encoding="utf-8")
        arguments = []
    for name, lines in found.items():
        if not arguments or any(each in name for each in arguments):
            print("\n  ".join([name, *lines]))
    print(f"{len(records()) - len(found)} of {len(records())} records matched")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
