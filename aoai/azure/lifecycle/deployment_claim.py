"""Whose a live deployment is.

Two tags of a deployment name its owner. ``aoai-owner`` is for people: the address of the stack
that made it. ``aoai-id`` is what is compared: a digest of the owner, which follows from a random
value in the stack's state, and the incarnation, a random value of this one deployment. ARM has one
deployment of a name, so a replacement under one name is the same ARM object: the incarnation shows
whether it is still the one that an older entry of the state means.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from aoai.azure.arm.deployments import Deployment

OWNER_TAG = "aoai-owner"
"""ARM tag for people: ``organization/project/stack/name`` of the resource that made it."""

ID_TAG = "aoai-id"
"""ARM tag that is compared: ``<digest of the owner>.<incarnation>``."""

_TAG_LENGTH = 256
"""Characters in a tag's value (ARM: tag limits)."""


def new_incarnation() -> str:
    """A value for a deployment that is made now."""
    return secrets.token_hex(6)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who claims a deployment.

    Attributes:
        key: digest of the owner.
        incarnation: of the deployment that the state holds; empty where none is recorded.
        address: the owner for people.
        created_at: when the deployment that the state holds was made, ISO 8601 to the second.
    """

    key: str
    incarnation: str
    address: str
    created_at: str | None = None

    @property
    def tags(self) -> dict[str, str]:
        """The tags that carry the claim."""
        return {
            OWNER_TAG: self.address[:_TAG_LENGTH],
            ID_TAG: f"{self.key}.{self.incarnation}",
        }

    def of(self, live: Deployment) -> Holder:
        """Whose a live deployment is, seen from this claim."""
        key, _, incarnation = live.tags.get(ID_TAG, "").partition(".")
        if key:
            if key != self.key:
                return Holder.OTHER
            return Holder.THIS if incarnation == self.incarnation else Holder.SAME_OWNER
        # Its tags were taken away, by an Azure Policy or by hand, or it was never ours.
        known = self.created_at is not None and iso(live.created_at) == self.created_at
        return Holder.THIS if known else Holder.UNMARKED


class Holder(Enum):
    """Whose a live deployment is."""

    THIS = "the very deployment that the state holds"
    SAME_OWNER = "made by the same resource, in another run"
    UNMARKED = "made by something else, or its tags are gone"
    OTHER = "of another owner"


def incarnation_of(live: Deployment) -> str:
    """The incarnation in a deployment's tag; empty without one."""
    return live.tags.get(ID_TAG, "").partition(".")[2]


def stack_of(live: Deployment) -> str:
    """What marks the stack that made a live deployment; empty without a tag."""
    return live.tags.get(ID_TAG, "").partition(".")[0].partition("-")[0]


def owner_in_words(live: Deployment) -> str:
    """Who has a live deployment, for people."""
    return live.tags.get(OWNER_TAG) or "something that left no owner tag"


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 to the second, or None."""
    return moment.isoformat(timespec="seconds") if moment else None
