"""The training data of a whole stack, judged before the first resource is declared.

The provider judges each file as well, but the engine ends a preview at the first resource that
fails. Whoever opens a pull request with three bad files wants to hear of all three.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aoai.dataset import inspect_cached
from aoai.errors import DatasetError
from components.settings import ModelSettings


def refuse_bad_data(models: Iterable[ModelSettings]) -> None:
    """Read every local file that a model names; each only once, and not again by the provider.

    Raises:
        DatasetError: lists, for each file that the service would refuse, what is wrong with it.
    """
    paths = [file.path for model in models for file in model.files.values()]
    bad = [said for path in dict.fromkeys(filter(None, paths)) if (said := _verdict(Path(path)))]
    if bad:
        files = "1 file" if len(bad) == 1 else f"{len(bad)} files"
        raise DatasetError(f"{files} of training data cannot be used:\n" + "\n".join(bad))


def _verdict(path: Path) -> str:
    """What is wrong with a file, line by line; empty if nothing is."""
    try:
        report = inspect_cached(path)
    except DatasetError as error:
        return f"  {error}"
    lines = [f"  {finding}" for finding in report.errors]
    hidden = report.error_count - len(report.errors)
    if hidden:
        lines.append(f"  {path}: {hidden} more errors; `aoai validate {path}` shows all")
    return "\n".join(lines)
