"""When two names mean the same thing to Azure: the only place where names are compared.

ARM ignores letter case in ids, names, regions and SKUs, and writes them back in a case of its own
("resourcegroups", "Sweden Central", "standard"). Blanks around a name and a slash at the end of an
id come from copying. None of this is a difference, so code compares with these functions and never
with ``==``.

Source: Azure docs, "Azure Resource Manager: comparisons are case-insensitive" (resource IDs and
names); what ARM answered in 2022 to 2026.
"""

from __future__ import annotations

import re
from functools import lru_cache

_GEOGRAPHY = re.compile(r"^\([^()]*\)")  # "(Europe) Sweden Central", as the portal lists regions
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}")
# "Developer" is the word of the CLI and of training types, "DeveloperTier" that of ARM.
_SKU_ALIASES = {"developer": "developertier"}


@lru_cache(maxsize=1_024)
def id_key(arm_id: str) -> str:
    """An ARM id in the form to compare and to hash: lower case, single slashes, none at the end.

    Empty for a blank id, which is equal to no other.
    """
    segments = [segment.strip().lower() for segment in arm_id.split("/")]
    path = "/".join(segment for segment in segments if segment)
    return f"/{path}" if path else ""


def child_key(arm_id: str) -> str:
    """A child's id in a form that survives a move of its account: ``accounts/…/deployments/…``."""
    return id_key(arm_id).partition("/providers/microsoft.cognitiveservices/")[2]


def name_key(name: str) -> str:
    """The name of a resource, a model or a policy in the form to compare."""
    return name.strip().lower()


def url_key(url: str) -> str:
    """An endpoint in the form to compare, without a slash at its end."""
    return name_key(url).rstrip("/")


def region_key(region: str) -> str:
    """A region in ARM's short form: ``swedencentral``, also for ``(Europe) Sweden Central``."""
    return "".join(_GEOGRAPHY.sub("", region.strip()).split()).lower()


def sku_key(sku: str) -> str:
    """A SKU or a training type in the form to compare.

    ``Developer`` and ``DeveloperTier`` are two words for one thing.
    """
    key = "".join(sku.split()).lower()
    return _SKU_ALIASES.get(key, key)


def same_id(one: str, other: str) -> bool:
    """Whether two ARM ids name one resource; a blank id names none."""
    return bool(id_key(one)) and id_key(one) == id_key(other)


def same_name(one: str, other: str) -> bool:
    """Whether two names are one within the same parent: deployments, accounts, RAI policies."""
    return name_key(one) == name_key(other)


def same_region(one: str, other: str) -> bool:
    """Whether two regions are one, in ARM's short form or in the portal's."""
    return region_key(one) == region_key(other)


def same_sku(one: str, other: str) -> bool:
    """Whether two SKUs, or two training types, are one."""
    return sku_key(one) == sku_key(other)


def same_model(one: str, other: str) -> bool:
    """Whether two names are one model; an alias and its snapshot are not, see below."""
    return name_key(one) == name_key(other)


def is_snapshot_of(snapshot: str, alias: str) -> bool:
    """Whether a model is the other one, or a dated snapshot of it.

    The service writes ``gpt-4.1-2025-04-14`` where ``gpt-4.1`` was asked for.
    """
    name, wanted = name_key(snapshot), name_key(alias)
    return name == wanted or bool(
        name.startswith(wanted) and _SNAPSHOT.fullmatch(name.removeprefix(wanted))
    )
