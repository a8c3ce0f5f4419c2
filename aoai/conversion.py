"""Conversion of plain values to types."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_one_at_a_time = threading.Lock()


def convert(value: Any, kind: type[T], *, strict: bool = True) -> T:
    """``msgspec.convert``, from any thread.

    When msgspec meets a type for the first time it gathers the type's annotations, in Python. A
    thread that meets the type meanwhile ends the process with a segmentation fault (msgspec 0.22,
    Python 3.11). A provider process has four threads that meet the same types at once.

    Raises:
        msgspec.ValidationError: the value does not fit the type.
    """
    with _one_at_a_time:
        return msgspec.convert(value, kind, strict=strict)
