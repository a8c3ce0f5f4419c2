"""The file ``results.csv`` that a job leaves: a row for each step, a column for each metric.

Azure answers it as it is; OpenAI's own service, and clients that pass its answers on, give it in
base64. Columns of a reinforcement job hold the name of its grader. A cell is empty where nothing
was measured, as between two ends of an epoch.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aoai.errors import ResultsError
from aoai.results.curves import Curves
from aoai.results.metrics import METRICS, metric_name

MAXIMUM_BYTES = 16 * 1024 * 1024
"""Bytes of a file: some 200,000 steps, and the most that is read of any answer."""

COLUMNS = 500
"""Columns of a file: a reinforcement job has some ten for each of its graders."""

_STEP = "step"
_SHOWN = 40  # characters of a value in an error
_LAST_STEP = 2**53  # from there on floats, as Pulumi keeps numbers, skip whole numbers


def read_results(content: bytes, name: str = "results.csv") -> Curves:
    """The measurements in a result file.

    A step that is there twice, as after a pause, counts as it was measured last. A column that is
    not of numbers is left out, unless it is a metric of ``METRICS``.

    Args:
        content: the file, plain or in base64; UTF-8.
        name: what an error calls the file.

    Raises:
        ResultsError: it is no such file; with the line where that shows.
    """
    if len(content) > MAXIMUM_BYTES:
        raise ResultsError(f"{name} has more than {MAXIMUM_BYTES >> 20} MiB: it is no result file.")
    try:
        rows = csv.reader(io.StringIO(_text(content, name), newline=""), strict=True)
        columns = _columns(next(rows, []), name)
        return _curves(columns, _records(rows, columns, name), name)
    except csv.Error as error:
        raise ResultsError(f"{name} is not CSV: {error}.") from None


def read_results_file(path: Path) -> Curves:
    """The measurements in a result file on this machine.

    Raises:
        ResultsError: it cannot be read, or is no such file.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise ResultsError(f"{path} cannot be read: {error.strerror}.") from None
    return read_results(content, str(path))


def _text(content: bytes, name: str) -> str:
    plain = content.removeprefix(b"\xef\xbb\xbf")
    if not plain.strip():
        raise ResultsError(f"{name} is empty.")
    if b"," not in plain and plain.split()[0].lower() != _STEP.encode():
        try:
            plain = base64.b64decode(b"".join(plain.split()), validate=True)
        except binascii.Error:
            raise ResultsError(f"{name} is neither CSV nor CSV in base64.") from None
    try:
        return plain.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        raise ResultsError(f"{name} is not UTF-8.") from None


def _columns(header: Sequence[str], name: str) -> list[str]:
    """The metric of each column; where both spellings of one are there, the usual one counts."""
    if len(header) > COLUMNS:
        raise ResultsError(f"{name} has {len(header):,} columns: it is no result file.")
    given = [cell.strip() for cell in header]
    if [cell.lower() for cell in given].count(_STEP) != 1:
        shown = ", ".join(given)[:_SHOWN] or "an empty line"
        raise ResultsError(f"{name} has no column `step`: its first line is {shown!r}.")
    columns = []
    for cell in given:
        column = _STEP if cell.lower() == _STEP else metric_name(cell)
        columns.append("" if column != cell and column in given else column)
    return columns


Record = tuple[int, int, Mapping[str, str]]
"""The line, the step, and the cells that are not empty."""


def _records(rows: Iterator[list[str]], columns: Sequence[str], name: str) -> Iterator[Record]:
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(columns):
            raise ResultsError(
                f"{name}:{number}: {len(row)} values, and there are {len(columns)} columns."
            )
        cells = {c: cell.strip() for c, cell in zip(columns, row, strict=False) if cell.strip()}
        yield number, _step(cells.pop(_STEP, ""), f"{name}:{number}"), cells


def _step(cell: str, where: str) -> int:
    value = _number(cell)
    if value is None or not 0 <= value < _LAST_STEP or not value.is_integer():
        raise ResultsError(f"{where}: the step is {cell[:_SHOWN]!r}, which is no step.")
    return int(value)


def _curves(columns: Sequence[str], records: Iterator[Record], name: str) -> Curves:
    measured = _measured(columns, records, name)
    return Curves(
        points={
            column: finite
            for column in columns
            if (finite := tuple(p for p in measured.get(column, ()) if math.isfinite(p[1])))
        },
        diverged={
            column: lost[0]
            for column, points in sorted(measured.items())
            if (lost := [step for step, value in points if not math.isfinite(value)])
        },
    )


def _measured(
    columns: Sequence[str], records: Iterator[Record], name: str
) -> dict[str, list[tuple[int, float]]]:
    """Step and value of each column of numbers, in the order of steps.

    A column that is unknown here and has another cell than a number is left out.

    Raises:
        ResultsError: a known metric has a cell that is no number.
    """
    table: dict[str, dict[int, float]] = {column: {} for column in columns}
    no_metric = {_STEP, ""}
    for line, step, cells in records:
        for column, cell in cells.items():
            value = _number(cell)
            if value is not None:
                table[column][step] = value
            elif column in METRICS:
                shown = repr(cell[:_SHOWN])
                raise ResultsError(f"{name}:{line}: {column} is {shown}, which is no number.")
            else:
                no_metric.add(column)
    return {column: sorted(table[column].items()) for column in table.keys() - no_metric}


def _number(cell: str) -> float | None:
    try:
        # Python takes 1_000 for a number; no CSV means that.
        return None if "_" in cell else float(cell)
    except ValueError:
        return None
