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
    if given == "-":
        return sys.stdin.read()
    try:
        return Path(given).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{given} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{given} cannot be read: it is no UTF-8 text") from None
