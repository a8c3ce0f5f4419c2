"""The catalogue as people read it: a table of all models, or one model with its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aoai.catalog import (
    BaseModel,
    Catalog,
    hosting_price,
    inference_prices,
    moved_dates,
    training_hour_price,
    training_price,
)
from aoai.catalog.support import page
from aoai.cli.columns import columns

_HEADINGS = ("MODEL", "METHODS", "TRAINING", "HOSTING", "TRAINS UNTIL", "SERVES UNTIL", "STAGE")
_STAGES = {"GenerallyAvailable": "GA"}
_NOTES = """\
TRAINING is USD for a million tokens (M) or an hour (h) of the first training type that has a
price, HOSTING USD for an hour of SKU Standard. A date is not before which training, or deployments
of fine-tuned models, end. Deprecated: only for subscriptions that have deployed the model before.
`aoai models MODEL` shows all prices, the regions and the sources."""


def as_table(catalog: Catalog, models: Sequence[BaseModel]) -> str:
    """All models, a line each."""
    lines = columns([_HEADINGS, *(_row(catalog, model) for model in models)])
    return "\n".join([*lines, "", _NOTES])


def _row(catalog: Catalog, model: BaseModel) -> tuple[str, ...]:
    name, schedule = model.canonical_name, model.schedule
    hosting = hosting_price(catalog, name, "Standard")
    return (
        name,
        ", ".join(model.training.methods) if model.training else "",
        _training_cell(catalog, model),
        f"{hosting.usd:.2f}/h" if hosting else "",
        str(schedule.training or schedule.base or "") if schedule else "",
        str(schedule.serving or "") if schedule else "",
        _STAGES.get(schedule.stage, schedule.stage) if schedule else "",
    )


def _training_cell(catalog: Catalog, model: BaseModel) -> str:
    for kind in model.training.types if model.training else ():
        if price := training_price(catalog, model.canonical_name, kind):
            return f"{price.usd:.2f}/M"
        if price := training_hour_price(catalog, model.canonical_name, kind):
            return f"{price.usd:.2f}/h"
    return ""


def as_details(catalog: Catalog, models: Sequence[BaseModel]) -> str:
    """Models one by one, a fact a line, with the pages that they are from as numbered notes."""
    numbers: dict[str, int] = {}
    blocks = []
    for model in models:
        lines = [model.canonical_name]
        for name, value, source in _facts(catalog, model):
            number = numbers.setdefault(source, len(numbers) + 1)
            lines.append(f"  {name:24} {value} [{number}]")
        lines += [f"  {sentence}" for sentence in moved_dates(catalog, model)]
        blocks.append("\n".join(lines))
    notes = (f"[{number}] {page(catalog, source)}" for source, number in numbers.items())
    return "\n\n".join([*blocks, "\n".join(notes)])


Fact = tuple[str, str, str]
"""A fact's name, its value, and the key of its source."""


def _facts(catalog: Catalog, model: BaseModel) -> Iterator[Fact]:
    yield from _data(model)
    yield from _training(catalog, model)
    yield from _serving(catalog, model)
    yield from _schedule(model)


def _data(model: BaseModel) -> Iterator[Fact]:
    if model.arm:
        yield "ARM format", model.arm.format, model.arm.source
    if model.text.tokenizer:
        yield "tokenizer", model.text.tokenizer, model.text.source
    if model.data.images is not None:
        yield "images in training data", "yes" if model.data.images else "no", model.data.source
    if model.limits.context_tokens:
        yield "context", f"{model.limits.context_tokens:,} tokens", model.limits.source
    if model.limits.example_tokens:
        yield "training example", f"{model.limits.example_tokens:,} tokens", model.limits.source


def _training(catalog: Catalog, model: BaseModel) -> Iterator[Fact]:
    name, training = model.canonical_name, model.training
    if training is None:
        return
    yield "methods", ", ".join(training.methods), training.source
    yield "training types", ", ".join(training.types), training.source
    if training.regions:
        key = training.regions_source or training.source
        yield "Standard training in", ", ".join(training.regions), key
    for kind in training.types:
        if price := training_price(catalog, name, kind):
            yield f"{kind} training", f"{price.usd:.2f} USD for a million tokens", price.source
        if price := training_hour_price(catalog, name, kind):
            yield f"{kind} training", f"{price.usd:.2f} USD an hour", price.source


def _serving(catalog: Catalog, model: BaseModel) -> Iterator[Fact]:
    serving = model.serving
    if serving is None:
        return
    served = ", ".join(serving.skus) or f"no SKU, but {serving.elsewhere}"
    yield "deployed as", served, serving.source
    if serving.regions:
        yield "Standard deployments in", ", ".join(serving.regions), serving.source
    for sku in serving.skus:
        if price := hosting_price(catalog, model.canonical_name, sku):
            yield f"{sku} hosting", f"{price.usd:.2f} USD an hour", price.source
        if tokens := inference_prices(catalog, model.canonical_name, sku):
            prices, source = tokens
            text = f"{prices.input:g} in, {prices.output:g} out, USD for a million tokens"
            yield f"{sku} tokens", text, source


def _schedule(model: BaseModel) -> Iterator[Fact]:
    schedule = model.schedule
    if schedule is None:
        return
    yield "stage", schedule.stage, schedule.source
    for name, day in (
        ("base model retires", schedule.base),
        ("training ends", schedule.training),
        ("deployments end", schedule.serving),
    ):
        if day is not None:
            yield name, str(day), schedule.source


def comparison_lines(account: str, differences: Sequence[str]) -> Iterator[str]:
    """What an account's list says otherwise, under a headline."""
    if not differences:
        yield f"{account} lists what the catalogue has."
        return
    number = "1 difference" if len(differences) == 1 else f"{len(differences)} differences"
    yield f"{number} between {account} and the catalogue; the account is right:"
    yield from (f"  {difference}" for difference in differences)
