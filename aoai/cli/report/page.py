"""A report as one page: it fetches nothing, runs no script, and is light or dark as its reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources

from aoai.cli.report.chart import Mark, chart
from aoai.cli.report.facts import Curve, DeploymentFact, ModelFact, Report
from aoai.cli.report.wording import NOTHING, charts_of, day, file_line, number, removal, steps, usd

_HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    # Whatever a name holds, nothing is fetched or run.
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
    "'unsafe-inline'\">"
)


def as_page(report: Report) -> str:
    """The report as HTML."""
    title = f"Fine-tuned models of {report.title}"
    css = resources.files("aoai.cli.report").joinpath("page.css").read_text(encoding="utf-8")
    parts = [
        f'<!doctype html><html lang="en"><head>{_HEAD}<title>{escape(title)}</title>',
        f"<style>{css}</style></head><body><header><h1>{escape(title)}</h1>",
        f'<p class="quiet">{report.at:%Y-%m-%d %H:%M} UTC, {escape(report.source)}</p>',
        f"</header><main>{_sums(report)}",
        *(_model(position, model) for position, model in enumerate(report.models)),
        _fleet(report),
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


def _sums(report: Report) -> str:
    soon = sum(bool(removal(deployment)[1]) for deployment in report.fleet)
    sums = [
        (number(len(report.models)), "models"),
        (number(len(report.fleet)), "deployments"),
        (usd(report.monthly), "hosting a month"),
        (number(soon), "removed or soon to be"),
    ]
    items = "".join(f"<li><strong>{escape(value)}</strong>{name}</li>" for value, name in sums)
    return f'<ul class="sums">{items}</ul>'


def _model(position: int, model: ModelFact) -> str:
    return "".join(
        [
            f'<section aria-labelledby="model-{position}">',
            f'<h2 id="model-{position}">{escape(model.key)}</h2>',
            f"<p>{escape(_where(model))}</p>",
            f"<p>{escape(model.sentence)}</p>" if model.sentence else "",
            "" if model.name else f'<p class="warn">job {escape(model.status)}</p>',
            *_charts(position, model),
            _facts(model),
            _lineage(model),
            "</section>",
        ]
    )


def _where(model: ModelFact) -> str:
    place = f"in {model.account} ({model.region})"
    if model.stack:
        place += f", stack {model.stack}"
    return f"{model.base_model}, {model.method}, {place}"


def _charts(position: int, model: ModelFact) -> Iterator[str]:
    marks = [Mark(step=step, label=label) for step, label in steps(model)]
    for kind, (title, curves) in enumerate(charts_of(model)):
        name = f"chart-{position}-{kind}"
        yield f"<h3>{title} by step</h3>"
        yield chart(name, f"{title} of {model.key} by step", curves, marks)
        yield _legend(curves)
        yield _points(curves)


def _legend(curves: Iterable[str]) -> str:
    items = "".join(
        f'<li><svg viewBox="0 0 28 8" aria-hidden="true"><line class="line series-{number}" '
        f'x1="0" x2="28" y1="4" y2="4"/></svg> {escape(name)}</li>'
        for number, name in enumerate(curves)
    )
    return f'<ul class="legend">{items}<li>dotted upright: a checkpoint</li></ul>'


def _points(curves: dict[str, Curve]) -> str:
    values = {name: dict(points) for name, points in curves.items()}
    all_steps = sorted({step for points in values.values() for step in points})
    rows = [
        [f"{step:.0f}", *(_measured(points.get(step)) for points in values.values())]
        for step in all_steps
    ]
    table = _table(["step", *values], rows)
    return f"<details><summary>The points as a table</summary>{table}</details>"


def _measured(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _facts(model: ModelFact) -> str:
    chosen = ", ".join(f"{name} {value}" for name, value in model.hyperparameters.items())
    rows = [
        ["hyperparameters", chosen or NOTHING],
        ["trained tokens", number(model.trained_tokens)],
        ["billed, by list price", usd(model.billed_usd)],
        ["checkpoints", ", ".join(_step(*each) for each in steps(model)) or NOTHING],
        ["serving ends", day(model.retires_at)],
    ]
    return "<h3>Training</h3>" + _table(["", ""], rows)


def _step(step: int, roles: str) -> str:
    return f"step {step} ({roles})" if roles else f"step {step}"


def _lineage(model: ModelFact) -> str:
    """Data, job, model, deployments: in this order each comes from what is above it."""
    made = [escape(file_line(file)) for file in model.files]
    job = f"job <code>{escape(model.job_id)}</code>"
    made.append(job if model.job_id else "no job of this stack")
    if model.name:
        made.append(f"model <code>{escape(model.name)}</code>")
    made += [
        f"deployment <code>{escape(each.name)}</code> in {escape(each.account)} "
        f"({escape(each.region)})"
        for each in model.deployments
    ]
    items = "".join(f"<li>{item}</li>" for item in made)
    return f'<h3>Where it comes from and goes to</h3><ol class="lineage">{items}</ol>'


def _fleet(report: Report) -> str:
    removed = "removed if nobody calls"
    head = ["deployment", "account", "SKU", "calls", "last call", removed, "USD a month"]
    rows = [_deployment(deployment) for deployment in report.fleet]
    return (
        '<section aria-labelledby="fleet"><h2 id="fleet">All deployments</h2>'
        + (_table(head, rows, escaped=True) if rows else "<p>None.</p>")
        + '<p class="quiet">Prices are list prices, for orientation.</p></section>'
    )


def _deployment(deployment: DeploymentFact) -> list[str]:
    text, severity = removal(deployment)
    capacity = f" x {deployment.capacity}" if deployment.capacity is not None else ""
    return [
        f"<code>{escape(deployment.name or deployment.key)}</code>",
        escape(f"{deployment.account} ({deployment.region})"),
        escape(f"{deployment.sku}{capacity}"),
        number(deployment.calls),
        day(deployment.last_call),
        f'<span class="{severity}">{escape(text)}</span>' if severity else escape(text),
        escape(usd(deployment.monthly)),
    ]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], *, escaped: bool = False) -> str:
    def cell(text: str) -> str:
        return text if escaped else escape(text)

    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    top = f"<thead><tr>{top}</tr></thead>" if any(head) else ""
    body = "".join(
        "<tr>" + "".join(f"<td>{cell(text)}</td>" for text in row) + "</tr>" for row in rows
    )
    return f'<div class="wide"><table>{top}<tbody>{body}</tbody></table></div>'
