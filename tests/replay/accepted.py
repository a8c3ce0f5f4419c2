"""Differences from the records that stay, each with the reason why no user is misled by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Accepted:
    """A kind of difference. ``difference`` is a regular expression for its lines."""

    difference: str
    reason: str
    records: str = ""

    def covers(self, record: str, line: str) -> bool:
        """Whether a difference of a record is of this kind."""
        return bool(re.search(self.records, record) and re.search(self.difference, line))


_PLUMBING: Final = (
    "azureml-internal-forward-count",
    "azureml-model-session",
    "azureml-served-by-cluster",
    "openai-organization",
    "openai-project",
    "request-context",
    "server",
    "skip-error-remapping",
    "x-accel-buffering",
    "x-aspnet-version",
    "x-cache",
    "x-envoy-upstream-service-time",
    "x-ms-middleware-request-id",
    "x-ms-operation-identifier",
    "x-ms-response-type",
    "x-msedge-ref",
    "x-powered-by",
    "x-request-time",
)
_IDS: Final = (
    "x-ms-client-request-id",
    "x-ms-correlation-request-id",
    "x-ms-request-id",
    "x-ms-routing-request-id",
)
_FRAMING: Final = ("connection", "content-encoding", "content-length", "transfer-encoding", "vary")


def _headers(names: tuple[str, ...]) -> str:
    return rf"header ({'|'.join(names)}): (missing|in no record)$"


ACCEPTED: Final = (
    Accepted(
        _headers(_PLUMBING),
        "they name machines and hops behind an answer, which no client reads",
    ),
    Accepted(
        rf"header ({'|'.join(_IDS)}): in no record$",
        "the recorder left the ids of requests out; every answer of Azure has them",
        records="^metric",
    ),
    Accepted(
        r"status: 403, recorded 400: .*RequestDisallowedByPolicy",
        "recorded of a template, which is not offered; a resource is denied with its detail",
        records="^error-policy-violation",
    ),
    Accepted(
        _headers(_FRAMING),
        "the framing of a body is agreed on each connection; HTTP libraries hide it",
    ),
)


def left(record: str, lines: list[str]) -> list[str]:
    """The differences of a record that are not accepted."""
    return [line for line in lines if not any(each.covers(record, line) for each in ACCEPTED)]
