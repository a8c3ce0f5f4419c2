"""More jobs at once than an account takes in."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from aoai_components.config_errors import in_short
from aoai_components.settings import Settings

_RUNNING, _QUEUED = 3, 20
"""Jobs of an account that run at once, and that may wait (page "Quotas and limits", 2026)."""


def queue_warnings(settings: Settings, submitted: Collection[str]) -> Iterator[str]:
    """Accounts that would refuse some of the jobs of an update.

    Args:
        settings: the stack.
        submitted: the models whose jobs would be submitted.
    """
    found: dict[str, list[str]] = {}
    for key in sorted(submitted):
        account = settings.accounts[settings.models[key].account]
        found.setdefault(str(account), []).append(f"models.{key}")
    for place, keys in found.items():
        if len(keys) > _RUNNING + _QUEUED:
            yield (
                f"{in_short(keys)}: {len(keys)} jobs at once for {place}, which runs {_RUNNING} "
                f"and lets {_QUEUED} wait: it may refuse the others; run the update again for them"
            )
