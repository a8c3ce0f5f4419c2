"""The training data of a whole stack, checked before the first resource is declared.

The provider checks each file as well, but it sees one file at a time, and the engine ends a preview
at the first resource that fails. A pull request with three bad files should show
all three, of what the files have to do with each other, and of what the training will cost.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi

from aoai.catalog import Catalog, priced_types, with_prices
from aoai.dataset import (
    Finding,
    Report,
    Severity,
    compare_cached,
    count_tokens,
    default_epochs,
    find_tokenizer,
    inspect_cached,
    training_cost,
)
from aoai.errors import DatasetError
from aoai.resources import FineTuningJob
from aoai_components.settings import TRAINING, VALIDATION, ModelSettings

SHOWN_WARNINGS = 10
"""Warnings of a file that a preview shows; ``aoai validate`` shows all."""


@dataclass(frozen=True)
class Forecast:
    """What a preview shows of a model's data.

    Attributes:
        summary: examples, tokens, epochs and cost, or that they are not known, in one line.
        warnings: what will spoil the training, though the service would take it.
    """

    summary: str
    warnings: tuple[str, ...]

    async def show(self, job: FineTuningJob) -> None:
        """In a preview, put it on the job's row, if the job would be submitted."""
        # The id, not `job_id`: of a job that is only updated the preview knows no output.
        if not pulumi.runtime.is_dry_run() or await job.id.is_known():
            return
        for warning in self.warnings:
            pulumi.log.warn(warning, resource=job)
        pulumi.log.info(self.summary, resource=job)


def judge_data(
    models: Mapping[str, ModelSettings],
    prices: Mapping[str, float],
    environment: Mapping[str, str] = os.environ,
) -> dict[str, Forecast]:
    """Read every local file that a model names; the provider will not read it again.

    Args:
        models: the stack's models by name.
        prices: USD for a million tokens of Standard training that the stack states, by family.
        environment: where the SAS of a file from a URL will be looked up.

    Raises:
        DatasetError: lists, for each file that the service would refuse, what is wrong with it.
    """
    refused: dict[str, list[str]] = {}
    forecasts, catalog = {}, with_prices(prices)
    for name, model in models.items():
        reports = _reports(model, refused)
        findings = [
            *(
                finding
                for report in reports.values()
                for finding in report.warnings[:SHOWN_WARNINGS]
            ),
            *_compared(reports, refused),
        ]
        warnings = (str(f) for f in findings if f.severity is Severity.WARNING)
        forecasts[name] = Forecast(
            _summary(model, reports.get(TRAINING), catalog),
            (*warnings, *_unset(model, environment)),
        )
    if refused:
        files = "1 file" if len(refused) == 1 else f"{len(refused)} files"
        lines = "\n".join(f"  {line}" for lines in refused.values() for line in lines)
        raise DatasetError(f"{files} of training data cannot be used:\n{lines}")
    return forecasts


def _reports(model: ModelSettings, refused: dict[str, list[str]]) -> dict[str, Report]:
    """The reports of a model's local files; why a file is refused is noted by its name.

    Of a file from a URL, or one that is in the account already, nothing is known here.
    """
    reports = {}
    for setting, path in model.paths.items():
        try:
            report = inspect_cached(
                Path(path), model=model.base_model, validation=setting == VALIDATION
            )
        except DatasetError as error:
            _note(refused, path, [str(error)])
            continue
        reports[setting] = report
        _note(refused, path, report.error_lines())
    return reports


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


def _compared(reports: Mapping[str, Report], refused: dict[str, list[str]]) -> Iterator[Finding]:
    """What a training and a validation file have to do with each other, if both can be used."""
    if set(reports) != {TRAINING, VALIDATION} or not all(r.ok for r in reports.values()):
        return
    for finding in compare_cached(reports[TRAINING], reports[VALIDATION]).findings:
        if finding.severity is Severity.ERROR:
            _note(refused, finding.file, [str(finding)])
        yield finding


def _summary(model: ModelSettings, report: Report | None, catalog: Catalog) -> str:
    """What will be trained and what it will cost, with how that is known."""
    if report is None:
        return "the training file is not read here: what training will cost is not known"
    if not report.ok:
        return ""
    count = count_tokens(report, find_tokenizer(model.base_model))
    epochs = model.n_epochs or default_epochs(report.examples)
    chosen = "" if model.n_epochs else " (likely the service's choice)"
    return (
        f"{report.examples} examples, {count.total} tokens ({count.how}), "
        f"{epochs} {'epoch' if epochs == 1 else 'epochs'}{chosen}: "
        f"{_told_cost(model, report, count.total, epochs, catalog)}"
    )


def _told_cost(
    model: ModelSettings, report: Report, tokens: int, epochs: int, catalog: Catalog
) -> str:
    training_type = model.training_type or "Standard"
    cost = training_cost(
        tokens,
        epochs,
        model.base_model,
        training_type=training_type,
        images=report.images,
        file_bytes=report.bytes,
        catalog=catalog,
    )
    if cost is not None:
        most = f", up to {cost.most:.2f} USD with its images" if cost.most > cost.total else ""
        return f"about {cost.total:.2f} USD to train{most}"
    if known := priced_types(catalog, model.base_model):
        only = ", ".join(known)
        return f"no price is known for the training type {training_type!r}, only for {only}"
    return f"no price is known for {model.base_model}; write its family's under `prices`"
