"""Durations as people write them: ``36h``, ``1d12h``, ``90m``, or in ISO 8601, ``PT36H``."""

from __future__ import annotations

import re
from datetime import timedelta

from aoai.errors import ConfigurationError

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_PLAIN = re.compile(r"(?:\d+(?:\.\d+)?[dhms])+")
_ISO = re.compile(r"P(?:\d+(?:\.\d+)?D)?(?:T(?:\d+(?:\.\d+)?[HMS])+)?", re.IGNORECASE)
_PART = re.compile(r"(\d+(?:\.\d+)?)([dhms])")


def parse_duration(text: str | timedelta) -> timedelta:
    """A duration that is more than nothing.

    Raises:
        ConfigurationError: it is none.
    """
    if isinstance(text, timedelta):
        found = text
    else:
        found = timedelta(0)
        form = text.strip()
        if _PLAIN.fullmatch(form) or _ISO.fullmatch(form):
            for number, unit in _PART.findall(form.lower()):
                found += timedelta(**{_UNITS[unit]: float(number)})
    if found <= timedelta(0):
        raise ConfigurationError(f"a duration such as `36h`, `1d12h` or `PT36H`, not {str(text)!r}")
    return found
