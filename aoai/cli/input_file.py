"""Reading a file that a user names: never a pipe or device, and never without end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAXIMUM_BYTES = 1 << 20
"""Largest file that is read: settings and price tables have a few kilobytes."""


def read_bounded(path: Path, maximum: int = MAXIMUM_BYTES) -> str:
    """The text of a file.

    Args:
        path: a regular file of UTF-8, with or without a byte order mark.
        maximum: bytes that the file may have.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no regular file, is larger than ``maximum`` or is not UTF-8.
    """
    # Opening a FIFO that no process writes to must not hang. Windows has neither flag nor FIFOs.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("not a regular file")
        content = file.read(maximum + 1)
    if len(content) > maximum:
        raise ValueError(f"larger than {maximum >> 20} MiB")
    return content.decode("utf-8-sig")
