"""Why an attempt was not answered, and whether the service can have got the request."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import requests
import urllib3.exceptions

from aoai.azure.http.body import Body
from aoai.azure.http.bounded import TooLong, TooSlow
from aoai.azure.http.content import BrokenOff, UnaskedEncoding


@dataclass(frozen=True)
class NoAnswer:
    """A try without an answer.

    Attributes:
        reason: what happened, in our own words.
        sent: whether the service may have got the whole request.
        worth_repeating: whether another try could end otherwise.
    """

    reason: str
    sent: bool
    worth_repeating: bool = True


def lost(error: requests.RequestException, body: Body | None) -> NoAnswer:
    """What became of a request that was not answered with a status and headers."""
    causes = list(_causes(error))
    if any(isinstance(cause, TooSlow | TooLong) for cause in causes):
        return unread(error)
    if unsent := _unsent(error, causes, body):
        return unsent
    if isinstance(error, requests.ReadTimeout):
        return NoAnswer("no answer in time", sent=True)
    if any(_is_not_http(cause) for cause in causes):
        return NoAnswer("the answer is not valid HTTP", sent=True)
    name = type(causes[-1]).__name__
    return NoAnswer(f"the connection ended before the answer ({name})", sent=True)


def unread(error: Exception) -> NoAnswer:
    """Why an answer could not be read to its end, or at all."""
    for cause in _causes(error):
        if isinstance(cause, TooSlow | BrokenOff):
            return NoAnswer(str(cause), sent=True)
        if isinstance(cause, TooLong | UnaskedEncoding):
            return NoAnswer(str(cause), sent=True, worth_repeating=False)
    return NoAnswer(f"the answer broke off ({type(error).__name__})", sent=True)


def _unsent(
    error: requests.RequestException, causes: list[BaseException], body: Body | None
) -> NoAnswer | None:
    """Why the service cannot have got the request, or None if it may have got it."""
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return NoAnswer(
            "its certificate is not trusted (a private authority goes into REQUESTS_CA_BUNDLE)",
            sent=False,
            worth_repeating=False,
        )
    name = type(causes[-1]).__name__
    if isinstance(error, requests.ConnectTimeout) or any(_is_connecting(c) for c in causes):
        return NoAnswer(f"no connection ({name})", sent=False)
    if not isinstance(error, requests.ConnectionError | requests.Timeout):
        return NoAnswer(f"it cannot be sent ({name})", sent=False, worth_repeating=False)
    if body is not None and len(body) and not body.started:
        # A request whose body was announced but never begun is none to the service.
        return NoAnswer(f"the connection ended before the request ({name})", sent=False)
    return None


def _is_connecting(cause: BaseException) -> bool:
    return isinstance(
        cause,
        urllib3.exceptions.NewConnectionError
        | urllib3.exceptions.NameResolutionError
        | urllib3.exceptions.ConnectTimeoutError
        | urllib3.exceptions.ProxyError,
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
