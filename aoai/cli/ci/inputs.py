"""The files that a pipeline hands over, read into the one object that all texts are made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from aoai.cli.ci.preview import read_preview
from aoai.cli.ci.review import Review, decode_review
from aoai.cli.ci.run_summary import RunSummary, StackSummary, decode
from aoai.cli.input_file import read_bounded
from aoai.errors import ConfigurationError

MAXIMUM_BYTES = 256 << 20
"""Largest file that is read: events of a preview take some kilobytes for each resource."""


def read_summary(
    previews: Sequence[Path], reviews: Sequence[Path], summary: Path | None
) -> RunSummary:
    """The object, from its parts or as another job has written it.

    A review belongs to the preview whose file name begins alike, up to the first dot; where there
    is one preview, every review is its own.

    Args:
        previews: what ``pulumi preview --json`` printed, a file for each stack.
        reviews: what the programs wrote to ``AOAI_REVIEW``.
        summary: the object itself.

    Raises:
        ConfigurationError: a file cannot be read, or belongs to no preview.
    """
    if summary is not None:
        return decode(read_file(summary), str(summary))
    found = {path: decode_review(read_file(path), str(path)) for path in reviews if path.exists()}
    stacks = [_stack(path, found, alone=len(previews) == 1) for path in previews]
    return RunSummary(stacks=tuple(stacks))


def _stack(preview: Path, reviews: dict[Path, Review], *, alone: bool) -> StackSummary:
    name = _name(preview)
    text = read_file(preview) if preview.exists() else ""
    made = read_preview(text, str(preview), name)
    own = [review for path, review in reviews.items() if alone or _name(path) == name]
    if len(own) > 1:
        raise ConfigurationError(f"{preview} has {len(own)} reviews: hand over one for each stack.")
    return msgspec.structs.replace(made, review=own[0]) if own else made


def _name(path: Path) -> str:
    return path.name.partition(".")[0]


def read_file(path: Path) -> str:
    """The text of a file.

    Raises:
        ConfigurationError: it cannot be read, is no regular file, too large or no UTF-8.
    """
    try:
        return read_bounded(path, MAXIMUM_BYTES)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} cannot be read: it is no UTF-8 text.") from None
    except ValueError as error:
        raise ConfigurationError(f"{path} cannot be read: it is {error}.") from None
