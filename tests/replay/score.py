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


def matched() -> tuple[int, int]:
    """The records that the emulator matches but for the accepted differences, and all."""
    return len(records()) - len(unmatched()), len(records())


def unmatched() -> dict[str, list[str]]:
    """Every record that is not matched, with its differences."""
    with Emulator(World.load(WORLD)) as azure:
        found = {record.name: left(record.name, replay(azure, record)) for record in records()}
    return {name: lines for name, lines in found.items() if lines}


def main(arguments: list[str]) -> int:
    """Print the differences, of all records or of those whose name holds an argument."""
    found = unmatched()
    for name, lines in found.items():
        if not arguments or any(each in name for each in arguments):
            print("\n  ".join([name, *lines]))
    print(f"{len(records()) - len(found)} of {len(records())} records matched")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
