"""The training data of a whole stack, checked before the first resource is declared.

The provider checks each file as well, but it sees one file at a time, and the engine ends a preview
at the first resource that fails. A pull request with three bad files should show
all three, of what the files have to do with each other, and of what the training will cost.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pulumi

from aoai.catalog import (
    Catalog,
    CostLine,
    TrainingEstimate,
    estimate_training,
    priced_types,
)
from aoai.dataset import FileJudgement, Judgement, Severity, Training, judge
from aoai.errors import DatasetError
from aoai.resources import FineTuningJob
from aoai_components.catalog_checks import JobNotes
from aoai_components.model_settings import TRAINING, VALIDATION, ModelSettings

SHOWN_WARNINGS = 10
"""Warnings of a file that a preview shows; ``aoai validate`` shows all."""


@dataclass(frozen=True)
class Forecast:
    """What a preview shows of a model's data.

    Attributes:
        summary: examples, tokens, epochs and cost, or that they are not known, in one line.
        warnings: what will spoil the training, though the service would take it.
        cost: of the training, if the job is submitted.
        notes: what the catalogue of base models has to say of the job.
    """

    summary: str
    warnings: tuple[str, ...]
    cost: CostLine
    notes: JobNotes = field(default_factory=JobNotes)

    async def show(self, job: FineTuningJob) -> None:
        """In a preview, put it on the job's row, if the job would be submitted."""
        # The id, not `job_id`: of a job that is only updated the preview knows no output.
        if not pulumi.runtime.is_dry_run() or await job.id.is_known():
            return
        for error in self.notes.errors:
            pulumi.log.error(error, resource=job)
        for warning in (*self.notes.warnings, *self.warnings):
            pulumi.log.warn(warning, resource=job)
        for text in (self.summary, *self.notes.remarks):
            pulumi.log.info(text, resource=job)


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
        DatasetError: lists, for each file that the service would refuse, what is wrong with it.
    """
    refused: dict[str, list[str]] = {}
    forecasts = {}
    for name, model in models.items():
        if model.is_taken_in:
            continue
        files = _judged(model, catalog).files
        for file in files:
            _note(refused, str(file.path), file.error_lines())
        warnings = (
            str(warning) for file in files for warning in file.of(Severity.WARNING)[:SHOWN_WARNINGS]
        )
        training = next(iter(files), None) if TRAINING in model.paths else None
        summary, cost = _estimated(name, model, training, catalog)
        forecasts[name] = Forecast(summary, (*warnings, *_unset(model, environment)), cost)
    if refused:
        count = "1 file" if len(refused) == 1 else f"{len(refused)} files"
        lines = "\n".join(f"  {line}" for lines in refused.values() for line in lines)
        raise DatasetError(f"{count} of training data cannot be used:\n{lines}")
    return forecasts


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


def _note(refused: dict[str, list[str]], path: str, lines: Iterable[str]) -> None:
    """Note why a file is refused; two models that share it may have different reasons."""
    for line in lines:
        if line not in refused.get(path, ()):
            refused.setdefault(path, []).append(line)


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
        text = f"{unread}: what training will cost is not known"
        return text, CostLine(item, "once", None, unread)
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
    parts = [f"{report.examples} examples", f"{tokens.total} tokens ({tokens.how})"]
    if file.epochs is not None:
        chosen = "" if model.n_epochs else " (likely the service's choice)"
        parts.append(f"{file.epochs} {'epoch' if file.epochs == 1 else 'epochs'}{chosen}")
    text = f"{', '.join(parts)}: {_told_cost(model, estimate, catalog)}"
    return text, CostLine(item, "once", estimate.amount, "; ".join(estimate.notes))


def _told_cost(model: ModelSettings, estimate: TrainingEstimate, catalog: Catalog) -> str:
    if estimate.amount is not None:
        return f"about {estimate.amount} USD to train"
    if estimate.price is not None:
        return f"{estimate.price.usd:,.2f} USD for each hour of training"
    if known := priced_types(catalog, model.base_model):
        only = ", ".join(known)
        return f"no price is known for the training type {model.training_type!r}, only for {only}"
    return f"no price is known for {model.base_model}; write its family's under `prices`"
