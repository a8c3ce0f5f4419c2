"""``python -m tests.lifecycle.mutants``: change the code that decides what is ours; is it noticed?

Each mutant is one small change of a module. Orders are drawn and played against it, up to 2,000;
the first violation kills it. One that lives shows what the judge does not look at, or what no order
does.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.lifecycle.mutant_list import MUTANTS, Mutant

ORDERS = 2_000
_KILLED = 3  # what a process that has killed its mutant ends with

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


def play_against(mutant: Mutant, orders: int, seed: int) -> str:
    """Play orders against a mutant in this process: what has killed it, or an empty text."""
    sys.meta_path.insert(0, _Finder(mutant))
    # Only now, so that everything that they import is changed.
    from tests.lifecycle.azure import Azure
    from tests.lifecycle.draw import draw
    from tests.lifecycle.order import play
    from tests.lifecycle.simulator import workspace

    with tempfile.TemporaryDirectory() as directory:
        os.environ["XDG_CACHE_HOME"] = directory
        azure = Azure()
        place = workspace(azure, Path(directory))
        try:
            for number in range(orders):
                verdict, _ = play(azure, place, draw(seed + number))
                if verdict.violations:
                    found = verdict.violations[0]
                    return f"order {number + 1}, {found.kind}: {found.text}"
        finally:
            azure.close()
    return ""


def _played(mutant: Mutant, given: argparse.Namespace) -> tuple[Mutant, str]:
    """Play against a mutant in a process of its own; what has killed it."""
    command = [sys.executable, "-m", __spec__.name, "--child", mutant.name]
    command += ["--orders", str(given.orders), "--seed", str(given.seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, _KILLED):
        sys.exit(f"{mutant.name} cannot be played:\n{done.stderr}")
    return mutant, done.stdout.strip()


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
    if given.child:
        why = play_against(chosen[0], given.orders, given.seed)
        print(why)
        return _KILLED if why else 0
    killed = 0
    with ThreadPoolExecutor(given.workers) as pool:
        for mutant, why in pool.map(lambda each: _played(each, given), chosen):
            killed += bool(why)
            print(f"{mutant.name:32} {f'killed in {why}' if why else 'lives'}"[:160], flush=True)
    print(f"{killed} of {len(chosen)} mutants killed within {given.orders} orders")
    return int(killed < ENOUGH * len(chosen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
