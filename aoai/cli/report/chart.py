"""A training's curves as one inline SVG: no script, in the colours of the page.

Drawn here, not by a library: two lines on two axes take less code than making a library's output
fit light, dark and screen readers (docs/adr/0021).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from aoai.cli.report.facts import Curve

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 14, 34
_TICKS = 4


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A step that is marked, such as a checkpoint's; ``label`` may be empty."""

    step: float
    label: str = ""


def chart(name: str, title: str, curves: Mapping[str, Curve], marks: Sequence[Mark] = ()) -> str:
    """The curves of one kind, such as all losses.

    Args:
        name: an id that is unique in the page.
        title: what a screen reader says, before what the curves lead from and to.
        curves: by what they show; the first is drawn solid, the others dashed or dotted.
        marks: drawn as vertical lines.
    """
    finite = {label: _finite(points) for label, points in curves.items()}
    drawn = {label: points for label, points in finite.items() if points}
    if not drawn:
        return ""
    scale = _Scale.of([point for points in drawn.values() for point in points])
    return "".join(
        [
            f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"',
            f' aria-labelledby="{name}-title {name}-text">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-text">{escape(in_words(drawn))}</desc>',
            *_axes(scale),
            *_marks(scale, marks),
            *(_line(scale, number, points) for number, points in enumerate(drawn.values())),
            "</svg>",
        ]
    )


def in_words(curves: Mapping[str, Curve]) -> str:
    """What the curves show, for screen readers."""
    return "; ".join(
        f"{label}: {points[0][1]:.3g} at step {points[0][0]:.0f}, {points[-1][1]:.3g} at step "
        f"{points[-1][0]:.0f}"
        for label, points in curves.items()
        if points
    )


def _finite(points: Curve) -> Curve:
    return tuple(point for point in points if math.isfinite(point[1]))


@dataclass(frozen=True)
class _Scale:
    """Where a point is drawn."""

    first: float
    last: float
    low: float
    high: float

    @classmethod
    def of(cls, points: Sequence[tuple[float, float]]) -> _Scale:
        steps, values = zip(*points, strict=True)
        low, high = min(values), max(values)
        space = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
        first, last = min(steps), max(steps)
        return cls(first, last if last > first else first + 1, low - space, high + space)

    def x(self, step: float) -> float:
        width = WIDTH - _LEFT - _RIGHT
        return round(_LEFT + (step - self.first) / (self.last - self.first) * width, 1)

    def y(self, value: float) -> float:
        height = HEIGHT - _TOP - _BOTTOM
        return round(_TOP + (self.high - value) / (self.high - self.low) * height, 1)


def _axes(scale: _Scale) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        value = scale.low + (scale.high - scale.low) * tick / _TICKS
        step = scale.first + (scale.last - scale.first) * tick / _TICKS
        y, x = scale.y(value), scale.x(step)
        yield f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text class="tick" x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{value:.3g}</text>'
        anchor = "end" if tick == _TICKS else "middle"
        yield (
            f'<text class="tick" x="{x}" y="{HEIGHT - _BOTTOM + 18}" text-anchor="{anchor}">'
            f"{step:.0f}</text>"
        )


def _marks(scale: _Scale, marks: Sequence[Mark]) -> Iterator[str]:
    for mark in marks:
        if scale.first <= mark.step <= scale.last:
            x = scale.x(mark.step)
            yield f'<line class="mark" x1="{x}" x2="{x}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"/>'
            if mark.label:
                anchor = "end" if x > WIDTH / 2 else "start"
                dx = -4 if anchor == "end" else 4
                yield (
                    f'<text class="label" x="{x + dx}" y="{_TOP + 10}" text-anchor="{anchor}">'
                    f"{escape(mark.label)}</text>"
                )


def _line(scale: _Scale, number: int, points: Curve) -> str:
    if len(points) == 1:
        (step, value) = points[0]
        place = f'cx="{scale.x(step)}" cy="{scale.y(value)}"'
        return f'<circle class="dot series-{number}" {place} r="3"/>'
    path = " ".join(f"{scale.x(step)},{scale.y(value)}" for step, value in points)
    return f'<polyline class="line series-{number}" points="{path}"/>'
