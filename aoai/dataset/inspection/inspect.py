"""The one pass over a training file: decode, check, count, digest."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from aoai.catalog import Catalog
from aoai.dataset.decode.container import recognise
from aoai.dataset.decode.source import Source, open_source
from aoai.dataset.finding import Severity, printable
from aoai.dataset.inspection.formats import ASKED, allowed_formats, shown_format
from aoai.dataset.inspection.scan import Scan, ScanOptions
from aoai.dataset.inspection.targets import formats_of, target_of
from aoai.dataset.inspection.worker_pool import CannotShare, WorkerPool, share
from aoai.dataset.report import Report
from aoai.dataset.tokens.tokenizer import ESTIMATE, Tokenizer

# Reinforcement fine-tuning has its instructions in the user's message as often as not.
_WITH_SYSTEM = frozenset({"chat", "preference"})
_HEAD = 1 << 20  # bytes that are looked at first, to know what the file is


def inspect(  # noqa: PLR0913 - each is a setting of its own, and named
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that users write
    model: str | None = None,
    method: str | None = None,
    validation: bool = False,
    keep: int = 100,
    tokenizer: Tokenizer = ESTIMATE,
    progress: Callable[[int], None] | None = None,
    catalog: Catalog | None = None,
) -> Report:
    """Check and digest a training file, in one pass and bounded memory.

    A large file is shared among processes, as many as there are cores. The report is the same.

    Args:
        path: a JSONL file. It must not change while it is read.
        format: ``chat``, ``vision``, ``preference``, ``completion`` or ``reinforcement``; by
            default it follows from method and model, or else from most of the first examples.
        model: base model; sets the context length, control tokens, images and possible formats.
        method: ``supervised``, ``dpo`` or ``reinforcement``.
        validation: a validation file, which has no least number of examples.
        keep: errors and warnings listed in the report; beyond, they are counted only.
        tokenizer: counts the tokens of examples that may be too long for the model:
            ``ESTIMATE``, or the one that ``find_tokenizer`` finds for the model.
        progress: called with the bytes read so far, about every 256 KiB.
        catalog: facts about the model; the built-in catalogue if not given.

    Raises:
        DatasetError: the file is missing, unreadable, not a regular file, or changed meanwhile.
        ConfigurationError: there is no such format or method.
    """
    allowed = allowed_formats(format, method, formats_of(model, catalog))
    options = ScanOptions(printable(path), keep, target=target_of(model, method, catalog))
    return inspect_with(WorkerPool(), path, options, tokenizer, validation, progress, allowed)


def inspect_with(
    pool: WorkerPool,
    path: Path,
    options: ScanOptions,
    tokenizer: Tokenizer = ESTIMATE,
    validation: bool = False,
    progress: Callable[[int], None] | None = None,
    allowed: Sequence[str] = (),
) -> Report:
    """As ``inspect``, with the processes, and the formats that the file may have if none is given.

    Raises:
        DatasetError: as for ``inspect``.
    """
    with open_source(path, progress) as source:
        head = source.head(_HEAD)
        problem = recognise(head)
        if problem is not None:
            scan = Scan(options, tokenizer)
            scan.refuse(problem)
            for _ in source.blocks():
                pass  # for the digest alone
            return _report(scan, path, source, validation=validation)
        options = replace(options, format=options.format or _format(head, allowed))
        if not pool.takes(source.size):
            return _report(
                _scan_alone(source, options, tokenizer), path, source, validation=validation
            )
        try:
            scan = share(source, path, options, tokenizer, pool)
            return _report(scan, path, source, validation=validation)
        except CannotShare:
            source.verify_identity(source.identity)
    with open_source(path, progress) as source:
        return _report(_scan_alone(source, options, tokenizer), path, source, validation=validation)


def _format(head: bytes, allowed: Sequence[str]) -> str | None:
    """The format of a file that begins like this; None if nothing shows it yet."""
    if len(allowed) == 1:
        return allowed[0]
    lines = head.removeprefix(BOM_UTF8).split(b"\n", ASKED)[:ASKED]
    if len(head) == _HEAD and len(lines) < ASKED:
        lines.pop()  # it may have been cut
    return shown_format(lines, allowed)


def _scan_alone(source: Source, options: ScanOptions, tokenizer: Tokenizer) -> Scan:
    scan = Scan(options, tokenizer)
    scan.run(source.lines())
    return scan


def _report(scan: Scan, path: Path, source: Source, *, validation: bool) -> Report:
    """What the pass has found, once it is over."""
    source.verify_unchanged()
    totals, name = scan.totals, scan.format or ""
    system = name in _WITH_SYSTEM
    totals.finish(source.bytes_read, scan.target, system=system, validation=validation)
    return Report(
        path=path,
        format="vision" if name == "chat" and totals.images else name,
        examples=totals.examples,
        bytes=source.bytes_read,
        sha256=source.sha256,
        bom=source.bom,
        images=totals.images,
        skipped=totals.skipped,
        grader_fields=totals.grader.first,
        errors=totals.findings(Severity.ERROR),
        warnings=totals.findings(Severity.WARNING),
        error_count=totals.severities.get(Severity.ERROR, 0),
        counts=totals.counts,
    )
