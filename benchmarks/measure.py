"""Runs a measured function in a fresh interpreter: time, and peak memory above an idle one."""

from __future__ import annotations

import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Result:
    """Median seconds of several runs, and the largest peak memory in bytes.

    Memory is the sum over all processes of the peak of each, above that of an idle one.
    """

    seconds: float
    memory: int


def run_all(names: list[str], module: str, path: Path, rounds: int) -> dict[str, Result]:
    """Measure contestants of a module, each ``rounds`` times, in turn so that load hits all."""
    idle = _run(module, "idle", path)[1]
    seen: dict[str, list[tuple[float, int]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            seen[name].append(_run(module, name, path))
    return {
        name: Result(median(s for s, _ in runs), max(0, max(m for _, m in runs) - idle))
        for name, runs in seen.items()
    }


def judge(what: str, measured: float, *, least: float = 0, most: float = math.inf) -> None:
    """Print a target and whether this run has met it."""
    bound = f"at least {least:g}" if least else f"at most {most:g}"
    verdict = "met" if least <= measured <= most else "MISSED"
    print(f"target {verdict}: {what} {measured:.2f}, {bound}")


def _run(module: str, name: str, path: Path) -> tuple[float, int]:
    command = [sys.executable, "-m", module, "--contestant", name, str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own module
    seconds, memory = output.split()[-2:]
    return float(seconds), int(memory)


def report(load: Callable[[], Callable[[Path], object]], path: Path, workers: int = 0) -> None:
    """In the fresh interpreter: load the contestant, run it once, print seconds and peak memory.

    Args:
        load: gets the contestant.
        path: the file it runs on.
        workers: processes that it starts.
    """
    contestant = load()
    start = time.perf_counter()
    contestant(path)
    seconds = time.perf_counter() - start
    print(seconds, peak_memory() + (workers and workers * _memory_of_a_child()))


def peak_memory(process: int | str = "self") -> int:
    """Peak resident memory of a process in bytes, from the kernel; of this one if none is named."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmHWM in /proc: run on Linux")


def _memory_of_a_child() -> int:
    """Peak of the largest process that was started, above that of an interpreter that is idle."""
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    command = [sys.executable, "-P", "-c", "print(flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as idle:  # noqa: S603
        if idle.stdout:
            idle.stdout.readline()
        smallest = peak_memory(idle.pid)
        idle.kill()
    return max(0, largest - smallest)
