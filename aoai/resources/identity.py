"""Names by which a later run recognises what an earlier, interrupted run of a resource made.

``owner`` is a random value of the stack's state and the resource's name, see
:mod:`aoai.resources.stack_identity`. It goes into every name on the wire as a hash.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import PurePath
from typing import Any

import pulumi

SUFFIX_LENGTH = 18
"""Longest suffix that is derived: the SDKs' documentation allows no more. Names depend on it."""

MOST_SUFFIX = 40
"""Longest suffix that is taken (REST specification since 2024-02-01; 32 were recorded in 2024)."""

_SEED_RANGE = 2**31 - 1


def address_of(name: str) -> str:
    """The resource ``name`` of the running program, for people; it is no proof of anything."""
    return f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}/{name}"


def digest(*parts: Any, length: int) -> str:
    """The first ``length`` hex digits of a SHA-256 over the parts' canonical JSON."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def file_name(path: str, sha256: str, owner: str, replacements: int) -> str:
    """The name on the wire: ``<stem>-<sha8>-<owner6>.jsonl``, in an alphabet of our own."""
    stem = _clean(PurePath(path).stem, 40) or "data"
    made = (owner, replacements) if replacements else (owner,)
    return f"{stem}-{sha256[:8]}-{digest(*made, length=6)}.jsonl"


def job_suffix(owner: str, identity: Any) -> str:
    """A suffix for a job that was given none: the resource's name and eight digits."""
    tail = digest(owner, identity, length=8)
    label = _clean(owner.rsplit("/", 1)[-1], SUFFIX_LENGTH - len(tail) - 1)
    return f"{label}-{tail}" if label else tail


def job_seed(owner: str, identity: Any) -> int:
    """A seed for a job that was given none; the service echoes it, so it shows whose the job is."""
    return int(digest("seed", owner, identity, length=12), 16) % _SEED_RANGE


def deployment_name(owner: str, model: str) -> str:
    """A name for a deployment that was given none: another model gets another name."""
    label = _clean(owner.rsplit("/", 1)[-1], 50) or "deployment"
    return f"{label}-{digest(owner, model, length=6)}"


def _clean(text: str, length: int) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", text).strip("-")[:length].rstrip("-")


def stack_key(identity: str) -> str:
    """The identity of a stack as a deployment's tag has it."""
    return digest("stack", identity, length=10)


def owner_key(owner: str) -> str:
    """The owner as a deployment's tag has it: the stack's part, then the resource's."""
    return f"{stack_key(owner.partition('/')[0])}-{digest('owner', owner, length=20)}"
