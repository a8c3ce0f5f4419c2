"""What ``--target`` keeps a run from deleting."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tests.lifecycle.calls import Failed
from tests.lifecycle.state import Entry


def refuse_more_than_targets(
    entries: Sequence[Entry], targets: Collection[str], operated: Collection[str]
) -> None:
    """What depends on a target is not deleted in silence: the run ends instead.

    Args:
        entries: what is left of the old state; what depends on another stands behind it.
        targets: as ``type::name``; all resources are meant if empty.
        operated: the URNs that the program has registered.

    Raises:
        Failed: something would be deleted that is not among the targets.
    """
    below = {entry.urn for entry in entries if entry.name in targets}
    for entry in entries:
        if below & set(entry.dependencies.values()):
            below.add(entry.urn)
    for entry in entries:
        goes = entry.delete or entry.urn not in operated
        if goes and entry.urn in below and entry.name not in targets:
            raise Failed(entry.urn, "it would be deleted and is not among the targets")
