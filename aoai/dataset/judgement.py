"""Training data judged as what it is used for: read, counted, priced and compared.

The command ``aoai validate`` and the preview of a stack both call ``judge``, so that they agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from aoai.catalog import Catalog, built_in
from aoai.dataset.catalogue import CATALOGUE
from aoai.dataset.cost import TrainingCost, default_epochs, training_cost
from aoai.dataset.decode.source import UNREADABLE_FILE
from aoai.dataset.finding import Finding, Problem, Severity, printable
from aoai.dataset.inspection.cache import (
    compare_cached,
    count_tokens_cached,
    inspect_cached,
)
from aoai.dataset.inspection.inspect import inspect
from aoai.dataset.report import Report
from aoai.dataset.tokens.counting import TokenCount, count_tokens
from aoai.dataset.tokens.tokenizer import find_tokenizer
from aoai.dataset.whole_file.comparison import NO_VALIDATION, compare
from aoai.errors import DatasetError


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What data is judged for: as much of a training as is known.

    Attributes:
        model: base model, or the fine-tuned model that is trained further.
        method: ``supervised``, ``dpo`` or ``reinforcement``.
        format: of the files, if neither method nor model decides it.
        epochs: passes over the training file; by default what the service is likely to choose.
        training_type: ``Standard``, ``DataZone``, ``GlobalStandard`` or ``Developer``.
        other_validation: there is a validation file that is not here, behind a URL for example.
        catalog: facts and prices of models; the built-in catalogue if not given.
    """

    model: str | None = None
    method: str | None = None
    format: str | None = None
    epochs: int | None = None
    training_type: str = "Standard"
    other_validation: bool = False
    catalog: Catalog | None = None


@dataclass(frozen=True, slots=True)
class FileJudgement:
    """Everything that is found out about one file.

    Attributes:
        path: the file.
        report: None if the file could not be read.
        findings: those of the report and of comparisons with other files; errors first.
        counts: findings by code, complete also where the list is cut.
        tokens: of the file, once through; None if it could not be read.
        epochs: of a training on it; None if it is no training file or is billed by the hour.
        cost: of a training on it; None if it is not known.
    """

    path: Path
    report: Report | None
    findings: tuple[Finding, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    tokens: TokenCount | None = None
    epochs: int | None = None
    cost: TrainingCost | None = None

    @property
    def ok(self) -> bool:
        """Whether the service should accept the file."""
        return not self.number(Severity.ERROR)

    def number(self, severity: Severity) -> int:
        """Findings of this severity, listed or not."""
        return sum(n for code, n in self.counts.items() if CATALOGUE[code].severity is severity)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of this severity that are listed."""
        return tuple(finding for finding in self.findings if finding.severity is severity)

    def error_lines(self) -> Iterator[str]:
        """The listed errors as text, and how many more there are."""
        listed = self.of(Severity.ERROR)
        yield from map(str, listed)
        hidden = self.number(Severity.ERROR) - sum(1 + finding.more for finding in listed)
        if hidden > 0:
            yield f"{printable(self.path)}: {hidden:,} more errors; `aoai validate` counts them"

    def with_findings(self, findings: Sequence[Finding]) -> FileJudgement:
        """The same judgement with more findings."""
        counts = Counter(self.counts) + Counter(finding.code for finding in findings)
        merged = sorted((*self.findings, *findings), key=lambda f: (f.severity, f.line))
        return replace(self, findings=tuple(merged), counts=dict(counts))


@dataclass(frozen=True, slots=True)
class Judgement:
    """All files of a training, in the order in which they were given."""

    training: tuple[FileJudgement, ...]
    validation: tuple[FileJudgement, ...]

    @property
    def files(self) -> tuple[FileJudgement, ...]:
        """The training files, then the validation files."""
        return (*self.training, *self.validation)

    def number(self, severity: Severity) -> int:
        """Findings of this severity in all files, listed or not."""
        return sum(file.number(severity) for file in self.files)


class Observer:
    """Is called while large files are read. This one does nothing."""

    def reading(self, path: Path, bytes_read: int) -> None:
        """Called with the bytes of a file that are read so far."""

    def comparing(self, training: Report, validation: Report) -> None:
        """Called when two files are about to be compared."""

    def done(self) -> None:
        """Called when a file is read, or compared with another."""


def judge(
    training: Sequence[Path],
    validation: Sequence[Path] = (),
    *,
    of: Training | None = None,
    cached: bool = False,
    observer: Observer | None = None,
) -> Judgement:
    """Judge the local files of a training. One that cannot be read has a finding with the reason.

    Args:
        training: training files; a job has one, or none here if it is behind a URL.
        validation: validation files; each is compared with every training file.
        of: what the data is used for.
        cached: reports of files that have not changed are taken from the cache, and kept there.
        observer: is called while files are read.

    Raises:
        ConfigurationError: there is no such format or method.
    """
    judge_ = _Judge(of or Training(), cached=cached, observer=observer or Observer())
    trained = [judge_.file(path, validation=False) for path in training]
    lacks = not validation and not judge_.training.other_validation
    return Judgement(
        training=tuple(judge_.trained_on(file, without_validation=lacks) for file in trained),
        validation=tuple(
            judge_.compared(judge_.file(path, validation=True), trained) for path in validation
        ),
    )


class _Judge:
    def __init__(self, training: Training, *, cached: bool, observer: Observer) -> None:
        self.training = training
        self._cached = cached
        self._observer = observer
        self._catalog = training.catalog or built_in()
        self._tokenizer = find_tokenizer(training.model, catalog=self._catalog)

    def file(self, path: Path, *, validation: bool) -> FileJudgement:
        """A file for itself."""
        try:
            report = self._inspected(path, validation=validation)
            judged = FileJudgement(
                path, report, (*report.errors, *report.warnings), dict(report.counts)
            )
            count = count_tokens_cached if self._cached else count_tokens
            return replace(judged, tokens=count(report, self._tokenizer))
        except DatasetError as error:
            return unreadable(path, str(error))
        finally:
            self._observer.done()

    def _inspected(self, path: Path, *, validation: bool) -> Report:
        training = self.training
        if self._cached:
            return inspect_cached(
                path,
                format=training.format,
                model=training.model,
                method=training.method,
                validation=validation,
                catalog=self._catalog,
            )
        return inspect(
            path,
            format=training.format,
            model=training.model,
            method=training.method,
            validation=validation,
            tokenizer=self._tokenizer,
            progress=lambda bytes_read: self._observer.reading(path, bytes_read),
            catalog=self._catalog,
        )

    def trained_on(self, file: FileJudgement, *, without_validation: bool) -> FileJudgement:
        """A training file with epochs and cost."""
        report, tokens, training = file.report, file.tokens, self.training
        if report is None or tokens is None:
            return file
        if report.format == "reinforcement":
            return file.with_findings([_finding(report, NO_VALIDATION)] * without_validation)
        epochs = training.epochs or default_epochs(report.examples)
        cost = training_cost(
            tokens.total,
            epochs,
            training.model or "",
            training_type=training.training_type,
            images=report.images,
            file_bytes=report.bytes,
            catalog=self._catalog,
        )
        return replace(file, epochs=epochs, cost=cost)

    def compared(self, file: FileJudgement, trained: Sequence[FileJudgement]) -> FileJudgement:
        """A validation file with what it has in common with the training files, and has not."""
        for other in trained:
            if file.report is None or other.report is None:
                continue
            self._observer.comparing(other.report, file.report)
            compare_files = compare_cached if self._cached else compare
            try:
                found = compare_files(other.report, file.report).findings
            except DatasetError as error:  # a file that changed since
                found = unreadable(file.path, str(error)).findings
            finally:
                self._observer.done()
            file = file.with_findings(found)
        return file


def unreadable(path: Path, message: str) -> FileJudgement:
    """The judgement of a file that could not be read."""
    name, kind = printable(path), UNREADABLE_FILE
    text = message.removeprefix(f"{name}: ")
    finding = Finding(name, 0, "", kind.code, kind.severity, text)
    return FileJudgement(path, None, (finding,), {finding.code: 1})


def _finding(report: Report, problem: Problem) -> Finding:
    kind, path, message = problem
    return Finding(printable(report.path), 0, path, kind.code, kind.severity, message)
