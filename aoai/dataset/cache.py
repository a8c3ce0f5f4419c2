"""Reports of files that have not changed since, kept outside the repository."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from aoai.dataset.inspection import inspect
from aoai.dataset.report import Report
from aoai.dataset.source import open_source

CHECKS_VERSION = 1
"""Part of every key. Raise it when a check changes, so that old reports are forgotten."""


def inspect_cached(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that users write
    model: str | None = None,
    method: str | None = None,
    validation: bool = False,
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
        cache_dir: where reports are kept; by default ``$XDG_CACHE_HOME/aoai-finetune/reports``.
        now: the time in nanoseconds since 1970.

    Raises:
        DatasetError: the file cannot be read.
        ConfigurationError: there is no such format or method.
    """
    with open_source(path) as source:
        question = (CHECKS_VERSION, str(path), *source.identity, format, model, method, validation)
    directory = cache_dir if cache_dir is not None else default_directory()
    entry = directory / f"{hashlib.sha256(repr(question).encode()).hexdigest()}.msgpack"
    known = _load(entry)
    if known is not None:
        return known
    report = inspect(path, format=format, model=model, method=method, validation=validation)
    if now() - source.identity[-1] > _SETTLED:
        _save(entry, report)
    return report


# A file that changed a moment ago may change again within the resolution of the file system's
# clock, and then look the same: its report is not kept.
_SETTLED = 2_000_000_000


def default_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Where reports are kept unless the caller says otherwise."""
    base = Path(environment.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        home = environment.get("HOME", "")
        base = (
            Path(home) / ".cache" if home else Path(tempfile.gettempdir()) / f"cache-{os.getuid()}"
        )
    return base / "aoai-finetune" / "reports"


def _load(entry: Path) -> Report | None:
    try:
        return msgspec.msgpack.decode(entry.read_bytes(), type=Report, dec_hook=_to_path)
    except (OSError, msgspec.DecodeError):
        return None


def _save(entry: Path, report: Report) -> None:
    # Written aside and renamed: two runs at once never see half a report.
    with contextlib.suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=entry.parent, delete=False) as file:
            file.write(msgspec.msgpack.encode(report, enc_hook=str))
        Path(file.name).replace(entry)


def _to_path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(f"no {kind} in a report")
