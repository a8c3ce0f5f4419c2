"""Two resources of one owner, of which each would take what the other one has made.

A resource that was renamed keeps its owner, and a new one may be declared under its former name.
"""

from __future__ import annotations

from pulumi.dynamic import CheckFailure


def shared_owner(owner: str, *names: str) -> CheckFailure:
    """The failure of two resources that claim one owner.

    Args:
        owner: of what was made.
        names: the owners that the two would have by the names that they have now.
    """
    former, one, other = (each.partition("/")[2] for each in (owner, *sorted(names)))
    return CheckFailure(
        "",  # of the resource as a whole: the engine would show the owner
        f"`{one}` and `{other}` would share what `{former}` has made, as one of them was renamed: "
        "give the new one a name that this stack has not had before",
    )
