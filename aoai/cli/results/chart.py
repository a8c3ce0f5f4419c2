"""Curves in a terminal: one chart for losses, one for accuracies, one for rewards.

They are drawn by plotille, in Braille dots. Without it, or where the output cannot hold such
characters, the numbers are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aoai.results.curves import Curves, thinned
from aoai.results.metrics import METRICS, Point

INSTALL = 'no curves are drawn: pip install "aoai-finetune[curves]" brings plotille, which draws'

_HEIGHT = 12  # lines: three charts fit on a screen
_LABELS = 14  # columns of the numbers at the left, with the axis
_NARROWEST = 40
_COLOURS = ("bright_blue", "bright_red", "bright_green")
_MARKERS: Final = (None, "x", "o")
_DOTS: Final = 400  # points of one line: two for each column of a very wide terminal
_BRAILLE: Final = "\u2840"


@dataclass(frozen=True)
class Look:
    """What the output can show.

    Attributes:
        columns: its width.
        colours: whether lines differ by colour; they always differ by their marks.
        encoding: of its characters.
    """

    columns: int = 80
    colours: bool = False
    encoding: str = "utf-8"


def charts(curves: Curves, look: Look) -> list[str]:
    """The charts, or one note on why there are none."""
    if not any(curves.of(metric) for metric in METRICS):
        return []
    if not _can_hold_dots(look.encoding):
        return []
    try:
        import plotille  # noqa: PLC0415 - an extra, and the command works without it
    except ImportError:
        return [INSTALL]
    return [_drawn(plotille, name, lines, look) for name, lines in _groups(curves)]


def _can_hold_dots(encoding: str) -> bool:
    try:
        _BRAILLE.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


Lines = Sequence[tuple[str, Sequence[Point]]]


def _groups(curves: Curves) -> Iterator[tuple[str, Lines]]:
    for name, end in (("loss", "_loss"), ("accuracy", "_accuracy"), ("reward", "_reward")):
        metrics = [metric for metric in METRICS if metric.endswith(end) and curves.of(metric)]
        # A loss of some validation examples is noise beside that of all.
        metrics = [metric for metric in metrics if f"full_{metric}" not in metrics]
        if metrics:
            yield name, [(metric, thinned(curves.of(metric), metric, _DOTS)) for metric in metrics]


def _drawn(plotille: Any, name: str, lines: Lines, look: Look) -> str:
    """One chart with its legend."""
    figure = plotille.Figure()
    figure.width = max(_NARROWEST, look.columns) - _LABELS - 9
    figure.height = _HEIGHT
    figure.with_colors = look.colours
    figure.color_mode = "names"
    figure.x_label, figure.y_label = "step", name
    figure.x_ticks_fkt, figure.y_ticks_fkt = _whole, _short
    low, high = _limits([value for _, points in lines for _, value in points])
    figure.set_y_limits(low, high)
    steps = [step for _, points in lines for step, _ in points]
    figure.set_x_limits(0, max(*steps, 1))
    for number, (metric, points) in enumerate(lines):
        figure.plot(
            [step for step, _ in points],
            [value for _, value in points],
            label=metric,
            lc=_COLOURS[number] if look.colours else None,
            marker=_MARKERS[number],
        )
    return _with_legend(str(figure.show(legend=True)), look.columns)


def _with_legend(shown: str, columns: int) -> str:
    """The chart without blanks at line ends, its legend on one line where that fits."""
    chart, _, legend = shown.partition("\n\nLegend:\n-------\n")
    lines = [line.rstrip(" \u2800") for line in chart.splitlines()]
    marks, indent = legend.splitlines(), " " * _LABELS
    in_one = indent + "   ".join(marks)
    fits = len(in_one) <= columns
    return "\n".join([*lines, *([in_one] if fits else [indent + mark for mark in marks])])


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """From 0, or from below it, so that two charts can be compared; never an empty range."""
    low, high = min(0.0, *values), max(values)
    return (low, high) if high > low else (low, low + 1.0)


def _whole(low: float, _high: float) -> str:
    return f"{low:.0f}"


def _short(low: float, _high: float) -> str:
    return f"{low:10.3g}"
