"""``python -m tests.lifecycle.mutants``: change the code that decides what is ours; is it noticed?

Each mutant is one small change of a module. Orders are drawn and played against it, up to 2,000.
The first violation that the code as it is does not have in the same order kills it. One that lives
shows what the judge does not look at, or what no order does.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.lifecycle.mutant_list import MUTANTS, Mutant

ORDERS = 2_000
_FOUND = 3  # what a process that has found a violation ends with

ENOUGH = 0.9
"""The share of mutants that must be killed."""


class _Loader(SourceFileLoader):
    """Reads a module with one change in it."""

    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """The changed module, never a cached one."""
        path = self.get_filename(fullname)
        return compile(self._mutant.applied(Path(path).read_text("utf-8")), path, "exec")


class _Finder:
    """Finds one module changed, and leaves all others to Python."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, _: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The changed module, if it is the one."""
        spec = PathFinder.find_spec(name, path) if name == self._mutant.module else None
        if spec is not None and spec.origin:
            spec.loader = _Loader(name, spec.origin, self._mutant)
        return spec


def play_orders(mutant: Mutant | None, orders: range) -> tuple[int, str]:
    """Play orders in this process, against a mutant or the code as it is.

    Returns:
        The seed of the first order with a violation and what it is; 0 and an empty text for none.
    """
    if mutant is not None:
        sys.meta_path.insert(0, _Finder(mutant))
    # Only now, so that everything that they import is changed.
    from tests.lifecycle.azure import Azure
    from tests.lifecycle.draw import draw
    from tests.lifecycle.order import play
    from tests.lifecycle.simulator import workspace

    gc.set_threshold(10_000)  # an order makes a million values, and few of them in rings
    gc.freeze()  # all that was imported stays, and is not looked through
    with tempfile.TemporaryDirectory() as directory:
        os.environ["XDG_CACHE_HOME"] = directory
        azure = Azure()
        place = workspace(azure, Path(directory))
        try:
            for seed in orders:
                verdict, _ = play(azure, place, draw(seed))
                if verdict.violations:
                    found = verdict.violations[0]
                    return seed, f"{found.kind}: {found.text}"
        finally:
            azure.close()
    return 0, ""


def _in_a_process(mutant: Mutant | None, orders: range) -> tuple[int, str]:
    """The same as :func:`play_orders`, in a process of its own: it imports everything anew."""
    command = [sys.executable, "-m", __spec__.name, "--child"]
    command += [mutant.name] if mutant else []
    command += ["--orders", str(len(orders)), "--seed", str(orders.start)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    name = mutant.name if mutant else "the code as it is"
    if done.returncode not in (0, _FOUND):
        sys.exit(f"{name} cannot be played:\n{done.stderr}")
    seed, _, why = done.stdout.strip().partition(" ")
    return int(seed), why


def played(mutant: Mutant, orders: range) -> tuple[Mutant, str]:
    """Play orders against a mutant until one kills it: the code as it is has none at that seed."""
    while orders:
        seed, why = _in_a_process(mutant, orders)
        if not seed:
            break
        if not _in_a_process(None, range(seed, seed + 1))[0]:
            return mutant, f"seed {seed}, {why}"
        orders = range(seed + 1, orders.stop)
    return mutant, ""


def _chosen(names: Sequence[str]) -> list[Mutant]:
    unknown = set(names) - {each.name for each in MUTANTS}
    if unknown:
        sys.exit(f"no such mutant: {', '.join(sorted(unknown))}")
    return [each for each in MUTANTS if not names or each.name in names]


def main(arguments: list[str]) -> int:
    """Play against all mutants; 1 if fewer than 90 % are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.lifecycle.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="of mutants; all if left out")
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--seed", type=int, default=1, help="of the first order")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    chosen = _chosen(given.names)
    orders = range(given.seed, given.seed + given.orders)
    if given.child:
        seed, why = play_orders(chosen[0] if given.names else None, orders)
        print(seed, why)
        return _FOUND if seed else 0
    killed = 0
    with ThreadPoolExecutor(given.workers) as pool:
        for done in as_completed([pool.submit(played, each, orders) for each in chosen]):
            mutant, why = done.result()
            killed += bool(why)
            print(f"{mutant.name:32} {f'killed by {why}' if why else 'lives'}"[:180], flush=True)
    print(f"{killed} of {len(chosen)} mutants killed within {given.orders} orders")
    return int(killed < ENOUGH * len(chosen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
