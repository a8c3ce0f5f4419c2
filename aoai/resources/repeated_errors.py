"""A fault that many resources of a run meet is shown in full once, and then in a few words.

A sign-in that does not work, a role that is missing or a quota that is used up meets every resource
of an account: the cause is one, and so is the sentence on what to do.
"""

from __future__ import annotations

import re
import threading

from aoai.azure.arm_names import name_key
from aoai.errors import (
    AoaiError,
    ApiError,
    AuthenticationError,
    RequestNotSent,
    Throttled,
    Unauthorized,
)

_AUDIENCE = re.compile(r" \([^()]*\)")  # a token for ARM is refused for the same reason
_ACCOUNT = re.compile(r"account \S+ \([^()]*\)")
_QUOTA = frozenset({"insufficientquota", "quotaexceeded", "deploymentlimitreached"})


class RepeatedErrors:
    """Remembers the causes that were shown; safe to share between threads.

    It is for a process that the engine has started for one run: elsewhere every error is whole.
    """

    def __init__(self) -> None:
        self._active = False
        self._guard = threading.Lock()
        self._shown: set[str] = set()

    def begin(self) -> None:
        """From now on a cause is shown in full once."""
        self._active = True

    def shortened(self, error: AoaiError) -> AoaiError:
        """The error as it is the first time; later a short one that points to it."""
        cause = cause_of(error) if self._active else ""
        if not cause:
            return error
        with self._guard:
            if cause not in self._shown:
                self._shown.add(cause)
                return error
        what = re.split(r"[:;(]", str(error), maxsplit=1)[0].strip()
        return AoaiError(f"{what}: another error of this run has the cause")


def cause_of(error: AoaiError) -> str:
    """What equal faults have in common; empty for a fault of one resource alone."""
    text = str(error)
    account = next(iter(_ACCOUNT.findall(text)), "")
    if isinstance(error, AuthenticationError):
        return _AUDIENCE.sub("", text)
    if isinstance(error, RequestNotSent):
        return f"{account} {text.rpartition(': ')[2]}"
    if isinstance(error, Unauthorized | Throttled):
        return f"{account} {error.status} {error.code}"
    if isinstance(error, ApiError) and name_key(error.code) in _QUOTA:
        return f"{account} {error.code}"
    return ""
