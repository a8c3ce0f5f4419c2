"""The training data of a whole stack, checked before the first resource is declared.

The provider checks each file as well, but it sees one file at a time, and the engine ends a preview
at the first resource that fails. A pull request with three bad files should show
all three, of what the files have to do with each other, and of what the training will cost.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aoai.catalog import (
    Catalog,
    CostLine,
    estimate_training,
    priced_types,
)
from aoai.dataset import FileJudgement, Judgement, Severity, Training, judge
from aoai.dataset.rules.fields import CONVERSATION_FIELDS
from aoai.errors import DatasetError
from aoai.resources.graders import item_fields
from aoai.resources.hyperparameters import MOST_EPOCHS
from aoai_components.catalog_checks import JobNotes
from aoai_components.checkpoint_checks import step_advice, step_problems
from aoai_components.config_errors import in_short
from aoai_components.model_settings import TRAINING, VALIDATION, ModelSettings

SHOWN_WARNINGS = 10
"""Warnings of a file that a preview shows; ``aoai validate`` shows all."""


@dataclass(frozen=True)
class Forecast:
    """What a preview shows of a model's data.

    Attributes:
        summary: examples, tokens and epochs, or that they are not known, in one line.
        warnings: what will spoil the training, though the service would take it; each begins with
            the setting that it is about.
        cost: of the training, if the job is submitted.
        notes: what the catalogue of base models has to say of the job.
        files: what is known of each local file, by the setting that names it.
        problems: settings that the data contradicts, each with its key.
    """

    summary: str
    warnings: tuple[str, ...]
    cost: CostLine
    notes: JobNotes = field(default_factory=JobNotes)
    files: Mapping[str, FileJudgement] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


class RefusedData(DatasetError):
    """Training data that the service would refuse.

    Attributes:
        lines: what is wrong, all of it.
        forecasts: what is known of each model all the same.
    """

    def __init__(self, count: int, lines: list[str], forecasts: Mapping[str, Forecast]) -> None:
        files = "1 file" if count == 1 else f"{count} files"
        text = "\n".join(f"  {line}" for line in lines)
        super().__init__(f"{files} of training data cannot be used:\n{text}")
        self.lines = lines
        self.forecasts = forecasts


def judge_data(
    models: Mapping[str, ModelSettings],
    catalog: Catalog,
    environment: Mapping[str, str] = os.environ,
) -> dict[str, Forecast]:
    """Read every local file that a model names; the provider will not read it again.

    Args:
        models: the stack's models by name.
        catalog: of base models, with what the stack states itself.
        environment: where the SAS of a file from a URL will be looked up.

    Raises:
        RefusedData: lists, for each file that the service would refuse, what is wrong with it.
    """
    refused: dict[str, _Refused] = {}
    forecasts = {}
    for name, model in models.items():
        if model.is_taken_in:
            continue
        files = _judged(model, catalog).files
        by_setting = dict(zip(sorted(model.paths), files, strict=True))  # training comes first
        for setting, file in by_setting.items():
            if lines := list(file.error_lines()):
                known = refused.setdefault(str(file.path), _Refused())
                known.keys.append(f"models.{name}.{setting}")
                # Two models that share it may have different reasons.
                known.lines += [line for line in lines if line not in known.lines]
        warnings = (
            f"{setting}: {warning}"
            for setting, file in by_setting.items()
            for warning in file.of(Severity.WARNING)[:SHOWN_WARNINGS]
        )
        training = by_setting.get(TRAINING)
        summary, cost = _estimated(name, model, training, catalog)
        forecasts[name] = Forecast(
            summary,
            (*warnings, *_advised(model, training), *_unset(model, environment)),
            cost,
            files=by_setting,
            problems=(
                *_contradicted(f"models.{name}", model, training),
                *_not_graded(f"models.{name}", model, by_setting),
            ),
        )
    if refused:
        lines = [line for file in refused.values() for line in file.shown()]
        raise RefusedData(len(refused), lines, forecasts)
    return forecasts


@dataclass
class _Refused:
    """Why a file cannot be used, and the settings that name it."""

    keys: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def shown(self) -> Iterator[str]:
        yield f"{in_short(self.keys)}:"
        yield from (f"  {line}" for line in self.lines)


def _judged(model: ModelSettings, catalog: Catalog) -> Judgement:
    """The local files of a model; of one from a URL, or in the account, nothing is known here."""
    paths = {setting: [Path(path)] for setting, path in model.paths.items()}
    return judge(
        paths.get(TRAINING, ()),
        paths.get(VALIDATION, ()),
        of=Training(
            model=model.base_model or None,
            method=model.method,
            epochs=model.n_epochs,
            training_type=_training_type(model),
            other_validation=VALIDATION in model.files.keys() - paths.keys(),
            catalog=catalog,
        ),
        cached=True,
    )


def _training_type(model: ModelSettings) -> str:
    return model.training_type or "Standard"


def _contradicted(where: str, model: ModelSettings, file: FileJudgement | None) -> Iterator[str]:
    """Settings that ask for more than the data has."""
    report = file.report if file else None
    if report is None or not report.examples:
        return
    hyperparameters: Any = model.options.hyperparameters or {}
    batch = hyperparameters.get("batch_size")
    batch = batch if isinstance(batch, int) and batch > 0 else 1
    epochs = model.n_epochs or MOST_EPOCHS
    steps = -(-report.examples // batch) * epochs
    if isinstance(model.checkpoint, int) and model.checkpoint > steps:
        yield (
            f"{where}.checkpoint: the training cannot have a step {model.checkpoint:,}: "
            f"{report.examples:,} examples in {epochs} epochs make at most {steps:,} steps"
        )
    else:
        yield from step_problems(where, model, report.examples)


def _advised(model: ModelSettings, file: FileJudgement | None) -> Iterator[str]:
    if file is not None and file.report is not None:
        yield from step_advice(model, file.report.examples)


def _not_graded(
    where: str, model: ModelSettings, files: Mapping[str, FileJudgement]
) -> Iterator[str]:
    """Fields that the grader reads and the examples have not: each answer would fail there."""
    read = item_fields(model.options.grader) - {*CONVERSATION_FIELDS}
    for setting, file in files.items():
        if file.report is None or file.report.format != "reinforcement":
            continue
        had = file.report.grader_fields
        only = ", ".join(f"`{field}`" for field in had) or "no others"
        for name in sorted(read - {*had}):
            yield (
                f"{where}.grader: reads {{{{item.{name}}}}}, which the examples of {setting} have "
                f"not; beside messages there are {only}"
            )


def _unset(model: ModelSettings, environment: Mapping[str, str]) -> Iterator[str]:
    """Variables that an update will need; a preview may well run where they are not set."""
    for setting, file in model.files.items():
        if file.sas_variable and not environment.get(str(file.sas_variable)):
            yield (
                f"{setting}: the environment variable {file.sas_variable} is not set here; "
                "`pulumi up` needs the SAS in it"
            )


def _estimated(
    name: str, model: ModelSettings, file: FileJudgement | None, catalog: Catalog
) -> tuple[str, CostLine]:
    """What will be trained, with how that is known, and what it will cost."""
    item = f"models.{name}"
    if file is None:
        unread = "the training file is not read here"
        return unread, CostLine(item, "once", None, unread)
    report, tokens = file.report, file.tokens
    if report is None or tokens is None or not file.ok:
        return "", CostLine(item, "once", None)
    estimate = estimate_training(
        catalog,
        model.base_model,
        tokens=tokens.total,
        epochs=file.epochs or 1,
        method=model.method,
        training_type=_training_type(model),
        images=report.images,
        file_bytes=report.bytes,
    )
    parts = [f"{report.examples:,} examples", f"{tokens.total:,} tokens ({tokens.how})"]
    if file.epochs is not None:
        chosen = "" if model.n_epochs else " (likely the service's choice)"
        parts.append(f"{file.epochs} {'epoch' if file.epochs == 1 else 'epochs'}{chosen}")
    notes = estimate.notes if estimate.price else (_without_price(model, catalog),)
    return ", ".join(parts), CostLine(item, "once", estimate.amount, "; ".join(notes))


def _without_price(model: ModelSettings, catalog: Catalog) -> str:
    if model.method == "reinforcement":
        return (
            f"no price of an hour of {_training_type(model)} training is known for "
            f"{model.base_model}; write one under `catalog`"
        )
    if known := priced_types(catalog, model.base_model):
        only = ", ".join(known)
        return f"no price is known for the training type {_training_type(model)}, only for {only}"
    return f"no price is known for {model.base_model}; write its family's under `prices`"
