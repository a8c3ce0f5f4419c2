"""``python -m tests.lifecycle --orders 2000 --seed 1``: play orders, show what is wrong."""

from __future__ import annotations

import argparse
import dataclasses
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.lifecycle.azure import Azure
from tests.lifecycle.draw import draw
from tests.lifecycle.marks import MARKS, ROWS
from tests.lifecycle.order import PROGRAM, Order, play, shrink
from tests.lifecycle.program import Workspace
from tests.lifecycle.simulator import workspace


def shown(order: Order) -> str:
    """An order as a test writes it."""
    events = "".join(f"        {each},\n" for each in order.events)
    program = "" if order.program == PROGRAM else f"        program={_brief(order.program)},\n"
    return (
        f"    judged(\n{events}{program}        seed={order.seed},\n        destroyed=True,\n    )"
    )


def _brief(value: Any) -> str:
    """A dataclass without the fields that are as usual."""
    if isinstance(value, tuple):
        return f"({''.join(f'{_brief(item)}, ' for item in value)})"
    if not dataclasses.is_dataclass(value):
        return repr(value)
    fields = [(f, getattr(value, f.name)) for f in dataclasses.fields(value)]
    given = [f"{f.name}={_brief(now)}" for f, now in fields if now != f.default]
    return f"{type(value).__name__}({', '.join(given)})"


def main(arguments: list[str]) -> int:
    """Play the orders; 1 if one of them ended in a violation."""
    parser = argparse.ArgumentParser(prog="python -m tests.lifecycle", description=__doc__)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first order")
    parser.add_argument("--shown", type=int, default=1, help="orders to show of each kind")
    parser.add_argument("--stop", action="store_true", help="end with the first violation")
    parser.add_argument("--trace", action="store_true", help="show what happened in each")
    given = parser.parse_args(arguments)
    gc.set_threshold(10_000)  # an order makes a million values, and few of them in rings
    with tempfile.TemporaryDirectory() as directory:
        os.environ["XDG_CACHE_HOME"] = directory
        azure = Azure()
        gc.freeze()  # all that was imported stays, and is not looked through
        try:
            return _play_all(azure, workspace(azure, Path(directory)), given)
        finally:
            azure.close()


def _play_all(azure: Azure, place: Workspace, given: argparse.Namespace) -> int:
    kinds: Counter[str] = Counter()
    begun, events = time.process_time(), 0
    for seed in range(given.seed, given.seed + given.orders):
        order = draw(seed)
        events += len(order.events)
        verdict, _ = play(azure, place, order)
        if given.stop and verdict.violations:
            print(f"seed {seed}: {verdict.violations[0]}")
            return 1
        for kind in verdict.kinds:
            kinds[kind] += 1
            if kinds[kind] <= given.shown:
                _show(azure, place, order, kind, trace=given.trace)
    spent = time.process_time() - begun
    print(
        f"{given.orders} orders, {events} events, {given.orders / spent:.1f} orders/s of one core"
    )
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}")
    print("how often each situation was met:")
    for row in ROWS:
        print(f"{MARKS[row]:6} {row}")
    return 1 if kinds else 0


def _show(azure: Azure, place: Workspace, order: Order, kind: str, *, trace: bool) -> None:
    short = shrink(order, lambda tried: kind in play(azure, place, tried)[0].kinds)
    verdict, _ = play(azure, place, short)
    print(f"== {kind}, seed {order.seed}")
    for violation in verdict.violations:
        print(f"  {violation.kind}: {violation.text}")
    print(shown(short))
    if trace:
        print("\n".join(f"    {line}" for line in verdict.trace))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
