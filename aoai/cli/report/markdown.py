"""A report as Markdown, for a job summary, an issue or a wiki."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aoai.catalog import Amount
from aoai.cli.bars import bars
from aoai.cli.markdown import prose
from aoai.cli.report.facts import Curve, DeploymentFact, ModelFact, Report
from aoai.cli.report.wording import (
    NOTHING,
    charts_of,
    counted,
    day,
    file_line,
    number,
    removal,
    steps,
    usd,
)

_COLUMNS = 16


def as_markdown(report: Report) -> str:
    """The report as Markdown; whatever a name holds, it is text."""
    lines = [
        f"# Fine-tuned models of {prose(report.title)}",
        "",
        f"{report.at:%Y-%m-%d %H:%M} UTC, {prose(report.source)}.",
        f"{counted(len(report.models), 'model')}, {counted(len(report.fleet), 'deployment')}, "
        "hosting " + _money(report.monthly) + " a month.",
        "",
    ]
    for model in report.models:
        lines += [*_model(model), ""]
    lines += ["## All deployments", "", *_fleet(report)]
    return "\n".join(lines) + "\n"


def sparkline(points: Curve) -> str:
    """A curve in a row of blocks."""
    if not points:
        return ""
    every = max(1, len(points) / _COLUMNS)
    return bars([points[int(i * every)][1] for i in range(min(_COLUMNS, len(points)))])


def _money(amount: Amount | float | None) -> str:
    """Without a dollar sign: two of them are a formula on GitHub."""
    return NOTHING if amount is None else f"{usd(amount).removeprefix('$')} USD"


def _model(model: ModelFact) -> Iterator[str]:
    yield f"## {prose(model.key)}"
    yield ""
    yield prose(f"{model.base_model}, {model.method}, in {model.account} ({model.region}).")
    if model.sentence:
        yield prose(model.sentence)
    if not model.name:
        yield f"Job {prose(model.status)}."
    yield ""
    for title, curves in charts_of(model):
        for name, points in curves.items():
            first, last = points[0][1], points[-1][1]
            yield f"- {title.lower()}, {name}: {sparkline(points)} {first:.3g} to {last:.3g}"
    checkpoints = ", ".join(f"{s} ({roles})" if roles else str(s) for s, roles in steps(model))
    yield f"- checkpoints at steps {checkpoints or NOTHING}"
    billed = _money(model.billed_usd)
    yield f"- {number(model.trained_tokens)} trained tokens, {billed} by list price"
    for file in model.files:
        yield f"- {prose(file_line(file))}"
    job, name = model.job_id or "none of this stack", model.name or NOTHING
    yield f"- job {prose(job)}, model {prose(name)}"


def _fleet(report: Report) -> Iterable[str]:
    if not report.fleet:
        return ["None."]
    head = "| deployment | account | SKU | calls | last call | removed if nobody calls | a month |"
    return [head, "|---|---|---|--:|---|---|--:|", *map(_row, report.fleet)]


def _row(deployment: DeploymentFact) -> str:
    cells = [
        deployment.name or deployment.key,
        f"{deployment.account} ({deployment.region})",
        deployment.sku,
        number(deployment.calls),
        day(deployment.last_call),
        removal(deployment)[0],
        _money(deployment.monthly),
    ]
    return f"| {' | '.join(map(prose, cells))} |"
