"""What has happened in the orders that were played, counted: what never happens tests nothing.

Each row is a situation that the identity of resources has an answer to: a row of the table of
events in decision 12, or a moment at which a run was cut off. They are seen from outside: in the
calls of a run, in its steps, and in what was done in Azure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tests.lifecycle.program import DEPLOYMENT, FILE, JOB, MODEL

KINDS: Mapping[str, str] = {
    FILE: "file",
    JOB: "job",
    MODEL: "model",
    DEPLOYMENT: "deployment",
}
MADE = ("file", "job", "deployment")

ROWS: tuple[str, ...] = (
    *(f"{kind} replaced by force" for kind in KINDS.values()),
    "replaced by a trigger",
    "running job cancelled by its delete",
    *(f"answer in the create of a {kind} lost" for kind in MADE),
    *(f"{kind} of an old entry, held by a new one" for kind in MADE),
    *(f"{kind} created, found from an earlier run" for kind in MADE),
    *(f"{kind} deleted, kept in Azure" for kind in ("file", "deployment")),
    *(f"{kind} deleted that a failed run has left" for kind in MADE),
    *(f"{kind} gone at a refresh" for kind in ("file", "deployment")),
    *(f"killed in the {step} of a {kind}" for step in ("create", "delete") for kind in MADE),
    *(f"result of the {step} of a {kind} lost" for step in ("create", "delete") for kind in MADE),
    "killed in the update of a deployment",
    "interrupted while a job runs",
    "job left to a later update",
    "model collected by a later update",
    "model recorded before there is a model",
    "deployment recorded before there is a model",
    "wait changed",
    "pending replacement made",
    "pending replacement dropped",
    "model exchanged under a name",
    "deployment deleted first",
    "refused for quota",
    "name of somebody else",
    "resource kept by its alias",
    "renamed without an alias",
    "stack renamed",
    "state moved to another back end",
    "state lost",
    "state copied",
    "same stack name, another state",
    "account written in another way",
    "base model spelled in another way",
    "account moved",
    "deployment deleted after a move",
    "deployment updated to a moved account",
    "id in another letter case",
    "only targets changed",
    "retained",
    "protected",
    "removed for inactivity",
    "tags of a deployment removed",
    "tags of a deployment set by others",
    "another deployment under the name",
    "taken over with adopt",
    "record of a job gone",
    "trained model removed",
    "destroyed",
)
"""Every situation that orders must have been in."""

MARKS: Counter[str] = Counter()
"""How often each row was met in this process."""


def mark(row: str) -> None:
    """Count a situation, if it is one of the rows."""
    MARKS[row] += 1


def rare(least: int) -> list[str]:
    """The rows that were met less often than that."""
    return [row for row in ROWS if MARKS[row] < least]
