"""``python -m benchmarks.bench_validation``: how fast a training file is checked, in what memory.

Ratios within one run, against the digest alone and the cookbook's format check, at two sizes, by
one process and by as many as the machine has cores (four at most). ``--megabytes 500`` is the size
that the targets were set at.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import cookbook
from benchmarks.data import write_chat
from benchmarks.measure import Result, report, run_all

_MEGABYTE = 1_000_000
_TARGETS = "targets: at most 3.5 times the time of the digest alone, 6 times the cookbook, 64 MB"


def _digest(path: Path) -> str:
    """SHA-256 alone: what has to be done in any case."""
    sha256 = hashlib.sha256()
    buffer = memoryview(bytearray(1 << 18))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            sha256.update(buffer[:count])
    return sha256.hexdigest()


def _load_inspect(processes: int) -> Contestant:
    """What this package does: decode, check, count and digest."""
    # Imported here: not in the memory of the others.
    from aoai.dataset.crew import Crew  # noqa: PLC0415
    from aoai.dataset.inspection import inspect_with  # noqa: PLC0415
    from aoai.dataset.scan import Question  # noqa: PLC0415

    def run(path: Path) -> None:
        counts = inspect_with(Crew(processes), path, Question(path.name, keep=100)).counts
        if counts:
            raise ValueError(f"the generated data should have no finding: {dict(counts)}")

    return run


def _processes() -> int:
    return min(len(os.sched_getaffinity(0)), 4)


Contestant = Callable[[Path], object]
CONTESTANTS: dict[str, Callable[[], Contestant]] = {
    "idle": lambda: lambda _: None,
    "digest": lambda: _digest,
    "inspect": lambda: _load_inspect(1),
    "shared": lambda: _load_inspect(_processes()),
    "cookbook": lambda: cookbook.count_errors,
}


def main() -> None:
    """Generate data of two sizes, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=300, help="size of the larger file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-cookbook", action="store_true", help="it needs 3 times the file")
    parser.add_argument("--contestant", choices=CONTESTANTS, help=argparse.SUPPRESS)
    parser.add_argument("path", nargs="?", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        workers = _processes() - 1 if options.contestant == "shared" else 0
        report(CONTESTANTS[options.contestant], options.path, workers)
        return
    names = [name for name in CONTESTANTS if name != "idle"]
    if options.without_cookbook:
        names.remove("cookbook")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "train.jsonl"
        large, small = options.megabytes, options.megabytes // 4
        for megabytes, tools_every in ((small, 0), (large, 0), (large, 10)):
            examples = write_chat(path, megabytes * _MEGABYTE, tools_every=tools_every)
            kind = "one in ten calls a tool" if tools_every else "no tools"
            print(f"\n{path.stat().st_size / _MEGABYTE:.0f} MB, {examples} examples, {kind}")
            print(f"{_processes()} processes where shared, load {os.getloadavg()[0]:.1f}")
            _show(run_all(names, "benchmarks.bench_validation", path, options.rounds), path)
    print(f"\n{_TARGETS}")


def _show(results: dict[str, Result], path: Path) -> None:
    size = path.stat().st_size
    print(f"{'':10}{'MB/s':>8}{'x digest':>10}{'x cookbook':>12}{'MB of memory':>14}")
    for name, result in results.items():
        slower = result.seconds / results["digest"].seconds
        faster = results["cookbook"].seconds / result.seconds if "cookbook" in results else 0.0
        speed = size / result.seconds / _MEGABYTE
        memory = result.memory / _MEGABYTE
        print(f"{name:10}{speed:8.0f}{slower:10.2f}{faster:12.1f}{memory:14.1f}")


if __name__ == "__main__":
    main()
