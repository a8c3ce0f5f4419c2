"""Reports of files that have not changed since, kept outside the repository."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from aoai.catalog import Catalog
from aoai.dataset.decode.source import open_source
from aoai.dataset.inspection.formats import allowed_formats
from aoai.dataset.inspection.inspect import inspect
from aoai.dataset.inspection.targets import formats_of, target_of
from aoai.dataset.report import Report
from aoai.dataset.rules.image_files import CAN_OPEN_IMAGES
from aoai.dataset.tokens.counting import TokenCount, count_tokens
from aoai.dataset.tokens.tokenizer import Tokenizer
from aoai.dataset.whole_file.comparison import Comparison, compare

ENTRIES = 500
"""Reports kept; the oldest make room."""

_Kept = TypeVar("_Kept")

# A file that changed a moment ago may change again within the resolution of the file system's
# clock, and then look the same: its report is not kept.
_SETTLED = 2_000_000_000


def inspect_cached(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that users write
    model: str | None = None,
    method: str | None = None,
    validation: bool = False,
    catalog: Catalog | None = None,
    cache_dir: Path | None = None,
    now: Callable[[], int] = time.time_ns,
) -> Report:
    """As ``inspect``, but a file that is unchanged since it was last inspected is not read again.

    Unchanged means: same device, inode, size, modification time and change time, to the
    nanosecond. A cache that is broken or cannot be written is as good as none.

    Args:
        path: the file.
        format: as for ``inspect``.
        model: as for ``inspect``.
        method: as for ``inspect``.
        validation: as for ``inspect``.
        catalog: as for ``inspect``.
        cache_dir: where reports are kept; by default ``$XDG_CACHE_HOME/aoai-finetune/reports``.
        now: the time in nanoseconds since 1970.

    Raises:
        DatasetError: the file cannot be read.
        ConfigurationError: there is no such format or method.
    """
    with open_source(path) as source:
        file = source.identity
    allowed = allowed_formats(format, method, formats_of(model, catalog))
    target = target_of(model, method, catalog)
    question = (str(path), *file, allowed, target, validation, CAN_OPEN_IMAGES)
    entry = _entry(cache_dir, "report", question)
    known = _load(entry, _REPORTS)
    if known is not None:
        return known
    report = inspect(
        path, format=format, model=model, method=method, validation=validation, catalog=catalog
    )
    if now() - file[-1] > _SETTLED:
        _save(entry, report)
    return report


def compare_cached(
    training: Report, validation: Report, *, cache_dir: Path | None = None
) -> Comparison:
    """As ``compare``, but files of the same content are compared once.

    Raises:
        DatasetError: a file cannot be read, or is not any more the one that the report is of.
    """
    sides = [
        (str(side.path), side.sha256, side.format, side.grader_fields)
        for side in (training, validation)
    ]
    entry = _entry(cache_dir, "comparison", sides)
    known = _load(entry, _COMPARISONS)
    if known is None:
        known = compare(training, validation)
        _save(entry, known)
    return known


def count_tokens_cached(
    report: Report, tokenizer: Tokenizer, *, cache_dir: Path | None = None
) -> TokenCount:
    """As ``count_tokens``, but the tokens of one content are counted once.

    Raises:
        DatasetError: the file cannot be read any more.
    """
    question = (report.sha256, report.examples, report.format, tokenizer.name)
    entry = _entry(cache_dir, "tokens", question)
    known = _load(entry, _COUNTS)
    if known is None:
        known = count_tokens(report, tokenizer)
        _save(entry, known)
    return known


def default_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Where reports are kept by default."""
    base = Path(environment.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        home = environment.get("HOME", "")
        base = (
            Path(home) / ".cache" if home else Path(tempfile.gettempdir()) / f"cache-{os.getuid()}"
        )
    return base / "aoai-finetune" / "reports"


def _entry(directory: Path | None, kind: str, question: object) -> Path:
    name = hashlib.sha256(repr((_version(), kind, question)).encode()).hexdigest()
    return (directory if directory is not None else default_directory()) / f"{name}.msgpack"


@cache
def _version() -> str:
    """Of the checks: a report by other code or another catalogue than today's is none."""
    package = Path(__file__).parents[2]
    sources = [
        *sorted((package / "dataset").rglob("*.py")),
        *sorted((package / "catalog").glob("*.*")),
    ]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _load(entry: Path, decoder: msgspec.msgpack.Decoder[_Kept]) -> _Kept | None:
    try:
        return decoder.decode(entry.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def _save(entry: Path, value: object) -> None:
    # A full disk, a directory that is read-only, a path that is not UTF-8: then there is no entry.
    with contextlib.suppress(OSError, UnicodeError):
        content = msgspec.msgpack.encode(value, enc_hook=str)
        entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_aside(entry, content)
        newest = sorted(entry.parent.iterdir(), key=lambda path: -path.stat().st_mtime_ns)
        for path in newest[ENTRIES:]:
            path.unlink(missing_ok=True)


def _write_aside(entry: Path, content: bytes) -> None:
    """Write and rename: two runs at once never see half a report, and a failure leaves nothing."""
    with tempfile.NamedTemporaryFile(dir=entry.parent, delete=False) as file:
        aside = Path(file.name)
        try:
            file.write(content)
            file.flush()
            aside.replace(entry)
        except OSError:
            aside.unlink()
            raise


def _to_path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(f"no {kind} in a report")


# Made once, while the module is imported: threads that meet a type at once end the process.
_REPORTS = msgspec.msgpack.Decoder(Report, dec_hook=_to_path)
_COMPARISONS = msgspec.msgpack.Decoder(Comparison, dec_hook=_to_path)
_COUNTS = msgspec.msgpack.Decoder(TokenCount)
