"""What ``--target`` keeps a run from deleting."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tests.lifecycle.calls import Failed
from tests.lifecycle.state import Entry


def refuse_unknown_targets(entries: Sequence[Entry], targets: Collection[str]) -> None:
    """A run that refreshes takes what the state holds for a target, and nothing else.

    A state that holds nothing is not refreshed.

    Args:
        entries: the state; after the refresh, for what is to be replaced.
        targets: as ``type::name``.

    Raises:
        Failed: a target is not in the state.
    """
    known = {entry.name for entry in entries if not entry.delete}
    for name in targets if entries else ():
        if name not in known:
            raise Failed(name, "it is a target and could not be found in the stack")


def refuse_more_than_targets(
    before: Sequence[Entry],
    left: Sequence[Entry],
    targets: Collection[str],
    operated: Collection[str],
) -> None:
    """What depends on a target is not deleted in silence: the run ends instead.

    Args:
        before: the old state; what depends on another stands behind it.
        left: what is left of it; a target that the program has registered is not.
        targets: as ``type::name``; all resources are meant if empty.
        operated: the URNs that the program has registered.

    Raises:
        Failed: something would be deleted that is not among the targets.
    """
    below = {entry.urn for entry in before if entry.name in targets}
    for entry in before:
        if below & set(entry.dependencies.values()):
            below.add(entry.urn)
    for entry in left:
        goes = entry.delete or entry.urn not in operated
        if goes and entry.urn in below and entry.name not in targets:
            raise Failed(entry.urn, "it would be deleted and is not among the targets")
