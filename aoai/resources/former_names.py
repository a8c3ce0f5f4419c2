"""The names that a resource had before it was renamed, as the program states them in its aliases.

The engine takes an alias to the state and tells a provider nothing of it. What an interrupted run
made is in no state: it is looked for by the names that its owner had.
"""

from __future__ import annotations

from collections.abc import Iterator

import pulumi


def former_names(name: str, opts: pulumi.ResourceOptions | None) -> list[str]:
    """The names in the aliases of a resource, below its parent's: ``[<parent>/]<name>``.

    Args:
        name: the resource's name.
        opts: its options; an alias that is an output, or of another type only, is left out.
    """
    parents = _parent(opts.parent if opts else None)
    found = (f"{parents}{each}" for each in aliases_of(opts) if each != name)
    return list(dict.fromkeys(found))


def aliases_of(opts: pulumi.ResourceOptions | None) -> Iterator[str]:
    """The names in the aliases that are given in the options."""
    for alias in (opts.aliases if opts else None) or ():
        if isinstance(alias, str):
            yield alias.rpartition("::")[2]
        elif isinstance(alias, pulumi.Alias) and isinstance(alias.name, str):
            yield alias.name


def _parent(parent: pulumi.Resource | None) -> str:
    if parent is None or isinstance(parent, pulumi.runtime.stack.Stack):
        return ""
    return parent.pulumi_resource_name.rpartition("::")[2] + "/"


def former_owners(owner: str, names: list[str] | None) -> list[str]:
    """The owners by these names, in the same stack."""
    identity = owner.partition("/")[0]
    return [f"{identity}/{name}" for name in names or () if f"{identity}/{name}" != owner]
