"""The one pass over a training file: decode, check, count, digest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aoai.dataset.decode.source import Source, open_source
from aoai.dataset.finding import Severity, printable
from aoai.dataset.inspection.formats import choose_format
from aoai.dataset.inspection.scan import Question, Scan
from aoai.dataset.inspection.worker_pool import CannotShare, Crew, share
from aoai.dataset.report import Report
from aoai.dataset.tokens.tokenizer import ESTIMATE, Tokenizer

# Reinforcement fine-tuning has its instructions in the user's message as often as not.
_WITH_SYSTEM = frozenset({"chat", "preference"})


def inspect(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that users write
    model: str | None = None,
    method: str | None = None,
    validation: bool = False,
    keep: int = 100,
    tokenizer: Tokenizer = ESTIMATE,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Check and digest a training file, in one pass and bounded memory.

    A large file is shared among processes, as many as there are cores. The report is the same.

    Args:
        path: a JSONL file. It must not change while it is read.
        format: ``chat``, ``vision``, ``preference``, ``completion`` or ``reinforcement``; by
            default it follows from method and model, or else from the first example.
        model: base model; sets the context length and, for the older ones, the format.
        method: ``supervised``, ``dpo`` or ``reinforcement``.
        validation: a validation file, which has no least number of examples.
        keep: errors and warnings listed in the report; beyond, they are counted only.
        tokenizer: counts the tokens of examples that may be too long for the model:
            ``ESTIMATE``, or the one that ``find_tokenizer`` finds for the model.
        progress: called with the bytes read so far, about every 256 KiB.

    Raises:
        DatasetError: the file is missing, unreadable, not a regular file, or changed meanwhile.
        ConfigurationError: there is no such format or method.
    """
    expected = choose_format(format, model, method)
    question = Question(printable(path), keep, expected.name if expected else None, model)
    return inspect_with(Crew(), path, question, tokenizer, validation, progress)


def inspect_with(
    crew: Crew,
    path: Path,
    question: Question,
    tokenizer: Tokenizer = ESTIMATE,
    validation: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """As ``inspect``, with a say in how the work is shared.

    Raises:
        DatasetError: as for ``inspect``.
    """
    with open_source(path, progress) as source:
        if not crew.takes(source.size):
            scan = _scan_alone(source, question, tokenizer)
            return _report(scan, path, source, validation=validation)
        try:
            scan = share(source, path, question, tokenizer, crew)
            return _report(scan, path, source, validation=validation)
        except CannotShare:
            source.verify_identity(source.identity)
    with open_source(path, progress) as source:
        scan = _scan_alone(source, question, tokenizer)
        return _report(scan, path, source, validation=validation)


def _scan_alone(source: Source, question: Question, tokenizer: Tokenizer) -> Scan:
    scan = Scan(question, tokenizer)
    scan.run(source.lines())
    return scan


def _report(scan: Scan, path: Path, source: Source, *, validation: bool) -> Report:
    """What the pass has found, once it is over."""
    source.verify_unchanged()
    totals, name = scan.totals, scan.format or ""
    totals.finish(source.bytes_read, system=name in _WITH_SYSTEM, validation=validation)
    return Report(
        path=path,
        format="vision" if name == "chat" and totals.images else name,
        examples=totals.examples,
        bytes=source.bytes_read,
        sha256=source.sha256,
        bom=source.bom,
        images=totals.images,
        errors=totals.findings(Severity.ERROR),
        warnings=totals.findings(Severity.WARNING),
        counts=totals.counts,
    )
