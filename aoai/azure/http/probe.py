"""One request without a token: whether a host is reached and trusted, and what its clock shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import requests
from requests.auth import AuthBase

from aoai.azure.http.exchange import Request, exchange
from aoai.azure.http.no_answer import UNTRUSTED, NoAnswer
from aoai.azure.http.retrying import RetryPolicy, http_date
from aoai.errors import ConfigurationError


@dataclass(frozen=True)
class Probe:
    """What came of the request.

    Attributes:
        problem: why the host did not answer; empty if it did, with whatever status.
        certificates: whether the problem is the trust in certificates.
        date: the host's clock, UTC; None if it sent none.
    """

    problem: str = ""
    certificates: bool = False
    date: datetime | None = None


class _NoToken(AuthBase):
    """Sets nothing, so that requests does not take a password from ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def probe(origin: str, session: requests.Session, retry_policy: RetryPolicy) -> Probe:
    """Ask a host for its root, once.

    Args:
        origin: scheme, host and port.
        session: what the request goes through.
        retry_policy: its time-outs.
    """
    out = Request("GET", f"{origin}/", {}, {}, None, _NoToken())
    try:
        answer = exchange(session, out, retry_policy)
    except ConfigurationError as error:  # a certificate bundle that cannot be read
        return Probe(str(error), certificates=True)
    if isinstance(answer, NoAnswer):
        return Probe(answer.reason, certificates=answer.reason == UNTRUSTED)
    return Probe(date=http_date(answer.headers.get("Date", "")))
