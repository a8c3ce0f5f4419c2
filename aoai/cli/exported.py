"""Reading what ``pulumi stack export`` wrote, from a file or the standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from aoai.errors import ConfigurationError


def read_export_text(given: str) -> str:
    """The text of an export.

    Args:
        given: a path, or ``-`` for the standard input.

    Raises:
        ConfigurationError: it cannot be read.
    """
    name = source_name(given)
    try:
        return sys.stdin.read() if given == "-" else Path(given).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{name} cannot be read: it is no UTF-8 text.") from None


def source_name(given: str) -> str:
    """What an error calls a source: its path, or ``the standard input``."""
    return "the standard input" if given == "-" else given
