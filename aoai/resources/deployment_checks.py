"""What a deployment's inputs may be, where types and choices do not say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.dynamic import CheckFailure

from aoai.azure.lifecycle.deployment_claim import ID_TAG, OWNER_TAG

UPGRADE_OPTIONS = (
    "OnceNewDefaultVersionAvailable",
    "OnceCurrentVersionExpired",
    "NoAutoUpgrade",
)
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}")  # ARM's own pattern, 2025-06-01


MOST_TAGS = 48
"""Tags of a deployment beside the two that say whose it is: ARM takes 50 of a resource."""

_TAG_NAME, _TAG_VALUE = 512, 256  # characters, ARM's limits for all resources
_NOT_IN_A_TAG = frozenset("<>%&\\?/")


def deployment_problems(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """What ARM takes of nobody; values may be unknown."""
    capacity, name = news.get("capacity", 1), news.get("deployment_name")
    content_filter = news.get("rai_policy_name")
    sku = news.get("sku")
    if isinstance(sku, str) and not sku.strip():
        yield CheckFailure("sku", "`sku` is empty; write one such as Standard, or leave it out")
    elif isinstance(sku, str) and sku.split() != [sku]:
        yield CheckFailure("sku", f"`sku` is one word, such as GlobalStandard, not {sku!r}")
    if isinstance(capacity, int | float) and capacity < 1:
        yield CheckFailure("capacity", "`capacity` must be at least 1")
    if isinstance(content_filter, str) and not content_filter.strip():
        text = "`rai_policy_name` is empty; write a content filter of the account, or leave it out"
        yield CheckFailure("rai_policy_name", text)
    yield from _tags(news.get("tags"))
    if isinstance(name, str) and not _NAME.fullmatch(name):
        text = f"`deployment_name` takes 2 to 64 of a-z A-Z 0-9 . _ -, not {name!r}"
        yield CheckFailure("deployment_name", text)


def _tags(tags: Any) -> Iterator[CheckFailure]:
    """What no resource may have as a tag (page "Use tags to organize your Azure resources")."""
    if not isinstance(tags, Mapping):
        return
    if len(tags) > MOST_TAGS:
        text = f"`tags` takes at most {MOST_TAGS}, and {len(tags)} are given"
        yield CheckFailure("tags", text)
    for name, value in tags.items():
        if not name.strip() or len(name) > _TAG_NAME or _NOT_IN_A_TAG & set(name):
            allowed = f"1 to {_TAG_NAME} characters, none of {' '.join(sorted(_NOT_IN_A_TAG))}"
            yield CheckFailure("tags", f"the name {name[:40]!r} of a tag takes {allowed}")
        elif name.lower() in _OURS:
            text = f"the tag {name!r} says whose a deployment is; it is set here, so leave it out"
            yield CheckFailure("tags", text)
        elif name.lower().startswith(_RESERVED):
            text = (
                f"tags that begin with {', '.join(_RESERVED)} are Azure's own, and this is {name!r}"
            )
            yield CheckFailure("tags", text)
        if isinstance(value, str) and len(value) > _TAG_VALUE:
            text = f"the value of the tag {name[:40]!r} has {len(value)} characters of {_TAG_VALUE}"
            yield CheckFailure("tags", text)


_RESERVED = ("microsoft", "azure", "windows")
_OURS = (OWNER_TAG, ID_TAG)
