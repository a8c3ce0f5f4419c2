"""``python -m benchmarks.bench_validation``: how fast a training file is checked, in what memory.

Ratios within one run, against the digest alone and the cookbook's format check, at two sizes: by
one process on one core, by one process (which digests on a second core) and, as a stack and
``aoai validate`` do it, by as many as the machine has cores, four at most. Targets hold for these.
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
from benchmarks.measure import Result, judge, report, run_all

_MEGABYTE = 1_000_000


def _digest(path: Path) -> str:
    """SHA-256 alone: what has to be done in any case."""
    sha256 = hashlib.sha256()
    buffer = memoryview(bytearray(1 << 18))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            sha256.update(buffer[:count])
    return sha256.hexdigest()


def _load_inspect(processes: int, cores: int = 0) -> Contestant:
    """What this package does: decode, check, count and digest; on so many cores, or on all."""
    # Imported here: not in the memory of the others.
    from aoai.dataset.inspection.inspect import inspect_with  # noqa: PLC0415
    from aoai.dataset.inspection.scan import ScanOptions  # noqa: PLC0415
    from aoai.dataset.inspection.worker_pool import WorkerPool  # noqa: PLC0415

    def run(path: Path) -> None:
        if cores:
            os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:cores]))
        counts = inspect_with(WorkerPool(processes), path, ScanOptions(path.name, keep=100)).counts
        if counts:
            raise ValueError(f"the generated data should have no finding: {dict(counts)}")

    return run


def _processes() -> int:
    return min(len(os.sched_getaffinity(0)), 4)


Contestant = Callable[[Path], object]
CONTESTANTS: dict[str, Callable[[], Contestant]] = {
    "idle": lambda: lambda _: None,
    "digest": lambda: _digest,
    "one core": lambda: _load_inspect(1, cores=1),
    "one process": lambda: _load_inspect(1),
    "shared": lambda: _load_inspect(_processes()),
    "cookbook": lambda: cookbook.count_errors,
}


def main() -> None:
    """Generate data of two sizes, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=500, help="size of the larger file")
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
            results = run_all(names, "benchmarks.bench_validation", path, options.rounds)
            _show(results, path)
            if megabytes == large:
                _judge(results)


def _show(results: dict[str, Result], path: Path) -> None:
    size = path.stat().st_size
    print(f"{'':12}{'MB/s':>8}{'x digest':>10}{'x cookbook':>12}{'MB of memory':>14}")
    for name, result in results.items():
        slower = _ratio(results, name, "digest")
        faster = _ratio(results, "cookbook", name)
        speed = size / result.seconds / _MEGABYTE
        memory = result.memory / _MEGABYTE
        print(f"{name:12}{speed:8.0f}{slower:10.2f}{faster:12.1f}{memory:14.1f}")


def _judge(results: dict[str, Result]) -> None:
    """The targets, and whether they were met in this run."""
    judge("time in times of the digest's:", _ratio(results, "shared", "digest"), most=3.5)
    if "cookbook" in results:
        judge("speed in times of the cookbook's:", _ratio(results, "cookbook", "shared"), least=6)
    judge("memory in MB:", results["shared"].memory / _MEGABYTE, most=64)
    print(f"against one core: {_ratio(results, 'one core', 'shared'):.2f} times as fast")


def _ratio(results: dict[str, Result], name: str, reference: str) -> float:
    """Time of one in times of the other; 0 if one of them was left out."""
    if name not in results or reference not in results:
        return 0.0
    return results[name].seconds / results[reference].seconds


if __name__ == "__main__":
    main()
