"""``python -m tests.contract.table``: the conformance table, as Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from aoai_emulator.server.support_matrix import Offered, offered

from tests.contract import cases_accounts, cases_arm, cases_data, cases_evals, cases_rest
from tests.contract.cases import CASES, Case
from tests.contract.deviations import DEVIATIONS
from tests.contract.not_offered import NOT_OFFERED
from tests.contract.samples import SAMPLES
from tests.replay.score import matched

assert {
    cases_accounts,
    cases_arm,
    cases_data,
    cases_evals,
    cases_rest,
}
PAGE = Path(__file__).parents[2] / "docs" / "emulator" / "conformance.md"
_HEAD = """\
# Conformance

What the emulator offers, and which official client checks it. `tests/contract` makes each of these
calls, in each version, with the client unchanged, and decodes the answer strictly: a field that the
client's models do not know, a missing required one, a wrong type or status code fails the test.
This page is printed by `python -m tests.contract.table --write` and compared by the suite.
"""


def judges(row: Offered) -> list[Case]:
    """The cases that check a row."""
    data = row.surface.startswith("Data")
    return [case for case in CASES if case.plays(row) and (case.client == "openai") == data]


def page() -> str:
    """The whole page."""
    parts = [_HEAD, "## Score", *_score(), "", "## Calls", *_calls(), ""]
    parts += ["## Where Azure itself differs from the clients' models", *_deviations(), ""]
    parts += ["## Not offered", *_not_offered()]
    return "\n".join(parts) + "\n"


def _table(names: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _score() -> Iterator[str]:
    def sums() -> Iterator[tuple[str, ...]]:
        for surface in [*dict.fromkeys(row.surface for row in offered()), ""]:
            rows = [row for row in offered() if surface in ("", row.surface)]
            yield _sum(surface or "All", rows)

    yield from _table(("Surface", "Calls offered", "Calls by version", "Checked", "Score"), sums())


def _sum(name: str, rows: list[Offered]) -> tuple[str, ...]:
    pairs = sum(len(row.versions) for row in rows)
    checked = sum(len(row.versions) for row in rows if judges(row))
    return name, str(len(rows)), str(pairs), str(checked), f"{100 * checked // pairs} %"


def _calls() -> Iterator[str]:
    def rows() -> Iterator[tuple[str, ...]]:
        for row in offered():
            clients = ", ".join(dict.fromkeys(case.client for case in judges(row)))
            call = f"`{row.method} {_short(row.path)}`"
            yield row.surface, row.operation, call, _versions(row.versions), clients

    yield from _table(("Surface", "Operation", "Call", "Versions", "Checked by"), rows())


def _short(path: str) -> str:
    start = "/subscriptions/{subscription}"
    group = f"{start}/resourceGroups/{{group}}/providers/Microsoft.CognitiveServices"
    return path.replace(group, "…").replace(start, "{s}")


def _versions(versions: tuple[str, ...]) -> str:
    return versions[0] if len(versions) == 1 else f"{versions[0]} … {versions[-1]}"


def _deviations() -> Iterator[str]:
    rows = ((f"`{each.problem}`", ", ".join(each.operations), each.why) for each in DEVIATIONS)
    yield from _table(("Difference", "Operations", "Why it is right"), rows)


def _not_offered() -> Iterator[str]:
    yield from _table(("Surface", "What", "Why"), iter(NOT_OFFERED))


def main(arguments: list[str]) -> int:
    """Print the page, or with --write put it where it belongs."""
    if arguments == ["--write"]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page())
        print("\n".join(figures()))
    return 0


def figures() -> Iterator[str]:
    """What the emulator is held to, in numbers."""
    checked = sum(len(row.versions) for row in offered() if judges(row))
    pairs = sum(len(row.versions) for row in offered())
    yield f"calls checked by official clients: {checked} of {pairs}"
    found, known = matched()
    yield f"recorded answers of Azure matched: {found} of {known}"
    # test_samples sends all of them.
    yield f"commands of the guide that run unchanged: {len(SAMPLES)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
