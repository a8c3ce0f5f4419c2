"""What is recorded of a resource whose model is still being trained.

A detached update ends before the training does. What depends on the model is recorded all the same,
under an id of its own and with an empty name in place of the model's; nothing is made in Azure for
it. An empty name never takes the place of one that is there: what serves goes on serving.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PENDING_ID = "pending"
"""The id of such a resource; an id cannot be empty."""

STILL_TO_COME = ""
"""In place of a job that has not succeeded, and of a model that is not there yet."""


def keeping(name: str, news: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What ``check`` adds so that an input which is still to come leaves the one before in place.

    Args:
        name: the input.
        news: the inputs as the program gives them.
        before: the inputs that the state holds.
    """
    if news.get(name) == STILL_TO_COME and isinstance(before.get(name), str):
        return {name: before[name]}
    return {}
