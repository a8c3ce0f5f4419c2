"""Why an attempt was not answered, and whether the service can have got the request."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import requests
import urllib3.exceptions

from aoai.azure.http.body import Body
from aoai.azure.http.bounded import CutHeaders, TooLong, TooSlow
from aoai.azure.http.content import BrokenOff, UnaskedEncoding

UNTRUSTED = "its certificate is not trusted (a private authority goes into REQUESTS_CA_BUNDLE)"
"""The reason of an attempt that ended at the server's certificate."""

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")


@dataclass(frozen=True)
class NoAnswer:
    """An attempt without an answer.

    Attributes:
        reason: what happened, in our own words.
        sent: whether the service may have got the whole request.
        worth_repeating: whether another attempt could end otherwise.
    """

    reason: str
    sent: bool
    worth_repeating: bool = True


def lost(error: Exception, body: Body | None, *, started: bool) -> NoAnswer:
    """What became of a request that was not answered with a status and headers.

    Args:
        error: what requests, or a library below it, raised.
        body: the request's body.
        started: whether a byte of the request went to the network.
    """
    causes = list(_causes(error))
    if any(isinstance(cause, CutHeaders | TooSlow | TooLong) for cause in causes):
        return unread(error)
    if unsent := _unsent(error, causes, body, started=started):
        return unsent
    if isinstance(error, requests.ReadTimeout):
        return NoAnswer("no answer in time", sent=True)
    name = type(causes[-1]).__name__
    if not _is_network(error) or any(_is_not_http(cause) for cause in causes):
        return NoAnswer(f"the answer is not valid HTTP ({name})", sent=True)
    return NoAnswer(f"the connection ended before the answer ({name})", sent=True)


def unread(error: Exception) -> NoAnswer:
    """Why an answer could not be read to its end, or at all."""
    for cause in _causes(error):
        if isinstance(cause, CutHeaders | TooSlow | BrokenOff):
            return NoAnswer(str(cause), sent=True)
        if isinstance(cause, TooLong | UnaskedEncoding):
            return NoAnswer(str(cause), sent=True, worth_repeating=False)
    return NoAnswer(f"the answer broke off ({type(error).__name__})", sent=True)


def _unsent(
    error: Exception, causes: list[BaseException], body: Body | None, *, started: bool
) -> NoAnswer | None:
    """Why the service cannot have got the request, or None if it may have got it."""
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return NoAnswer(UNTRUSTED, sent=False, worth_repeating=False)
    name = type(causes[-1]).__name__
    if proxy := next((c for c in causes if isinstance(c, urllib3.exceptions.ProxyError)), None):
        status = _TUNNEL.search(str(proxy))
        answered = f", which answered {status[1]}" if status else ""
        return NoAnswer(f"no connection through the proxy of HTTPS_PROXY{answered}", sent=False)
    if isinstance(error, requests.ConnectTimeout) or any(_is_connecting(c) for c in causes):
        return NoAnswer(f"no connection ({name})", sent=False)
    if not started and not _is_network(error):
        return NoAnswer(f"it cannot be sent ({name})", sent=False, worth_repeating=False)
    # A request whose body was announced but never begun is none to the service.
    if not started or (_is_network(error) and body is not None and len(body) and not body.started):
        return NoAnswer(f"the connection ended before the request ({name})", sent=False)
    return None


def _is_network(error: Exception) -> bool:
    return isinstance(error, requests.ConnectionError | requests.Timeout)


def _is_connecting(cause: BaseException) -> bool:
    return isinstance(
        cause,
        urllib3.exceptions.NewConnectionError
        | urllib3.exceptions.NameResolutionError
        | urllib3.exceptions.ConnectTimeoutError,
    )


def _is_not_http(cause: BaseException) -> bool:
    hung_up = isinstance(cause, http.client.RemoteDisconnected)
    return isinstance(cause, http.client.HTTPException) and not hung_up


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything that it wraps; requests and urllib3 keep it in three places."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
