"""Requests to one host, with tokens, retries and errors that say what to do.

Each attempt ends in one of three ways: not sent (repeat it), answer unknown (repeat it only if that
cannot do harm, else the caller must look first), or refused (an error with the service's words).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus

import requests

from aoai.azure.http.authorization import Access, Bearer, origin
from aoai.azure.http.body import Body, as_body
from aoai.azure.http.exchange import Reply, Request, exchange
from aoai.azure.http.fields import Json
from aoai.azure.http.json_body import TOO_MANY_VALUES, decode, has_too_many_values
from aoai.azure.http.no_answer import NoAnswer
from aoai.azure.http.refusals import redirected, refusal
from aoai.azure.http.response import Response
from aoai.azure.http.retrying import Attempts, RetryPolicy
from aoai.azure.http.urls import host_of, shown
from aoai.errors import (
    ApiError,
    ForwardRefused,
    RequestNotSent,
    ResponseUnknown,
    Throttled,
    Unauthorized,
)

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_UNAUTHORIZED = 401
_REDIRECT, _REFUSED, _FAILED = 300, 400, 500  # HTTP: where each kind of status begins
# Statuses that a gateway may give after the service did the work: time-outs and "too early".
_UNSURE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, 499})
# These redirects mean that nothing was done (RFC 9110); after the others something may have been.
_NOTHING_DONE = frozenset({HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT})
_NO_ROLE = "permissiondenied"  # a 401 of the data plane that is about a role, not about the token


class Repeat(Enum):
    """After which failures the same request may be sent again without looking first."""

    ALWAYS = "a second execution does no harm"
    THROTTLED = "it was turned away (429) or never arrived"
    UNSENT = "it never arrived; for what is billed neither a 429 nor a 401 is believed"


@dataclass(frozen=True)
class _Call:
    """A request with everything that its attempts share."""

    method: str
    url: str
    what: str
    params: Mapping[str, str]
    body: Body | None
    auxiliary_tenant_id: str | None
    repeat: Repeat
    before_send: Callable[[], None] | None
    as_file: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the body holds that must not be shown."""
        return self.body.secrets if self.body is not None else ()


class Transport:
    """Sends requests below one base URL, and to nowhere else.

    Args:
        base_url: for example ``https://NAME.openai.azure.com/openai``.
        access: whose tokens to send.
        session: from ``exchange.new_session``; shared by the transports of one account.
        retry_policy: time-outs, budget, clock, sleep and chance.
        label: the account, in the words of an error message.
        after_write: called after every request that may have changed something.
        headers: sent with every request, such as one that asks for a preview.
    """

    def __init__(
        self,
        base_url: str,
        access: Access,
        *,
        session: requests.Session,
        retry_policy: RetryPolicy | None = None,
        label: str = "",
        after_write: Callable[[], None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._origin = origin(self._base)
        self._access = access
        self._session = session
        self._retry_policy = retry_policy or RetryPolicy()
        self._label = label or self._origin
        self._after_write = after_write
        self._headers = dict(headers or {})

    def __repr__(self) -> str:
        return f"Transport({self._base!r})"

    @property
    def retry_policy(self) -> RetryPolicy:
        """The time-outs, budget, clock, sleep and chance of its requests."""
        return self._retry_policy

    @property
    def label(self) -> str:
        """The account, in the words of an error message."""
        return self._label

    def within(self, budget: float) -> Transport:
        """The same transport, where a request may take ``budget`` seconds with all its attempts."""
        return self._like(replace(self._retry_policy, budget=budget), self._headers)

    def sending(self, headers: Mapping[str, str]) -> Transport:
        """The same transport, with these headers in every request."""
        return self._like(self._retry_policy, headers)

    def _like(self, retry_policy: RetryPolicy, headers: Mapping[str, str]) -> Transport:
        return Transport(
            self._base,
            self._access,
            session=self._session,
            retry_policy=retry_policy,
            label=self._label,
            after_write=self._after_write,
            headers=headers,
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Body | Json | None = None,
        auxiliary_tenant_id: str | None = None,
        repeat: Repeat | None = None,
        before_send: Callable[[], None] | None = None,
        as_file: bool = False,
    ) -> Response:
        """Send a request until it is answered, refused, or out of budget.

        Args:
            method: the HTTP method.
            path: below the base URL; or a whole URL that the service gave, on the same host.
            params: the query.
            body: an object to send as JSON, or a body of its own kind.
            auxiliary_tenant_id: a second tenant whose token is sent beside; resource manager only.
            repeat: after which failures to send it again; by default always for the methods that
                HTTP calls idempotent, and if it was refused unread for the others.
            before_send: called before each attempt; what it raises ends the request.
            as_file: the answer is a file: take its bytes as they are, whatever they hold.

        Raises:
            ApiError: the service refused, with its code, its words and what to do.
            RequestNotSent: it never reached the service.
            ResponseUnknown: it may have been carried out, and cannot simply be repeated.
            ForwardRefused: the answer, or the path, points to another host.
            AuthenticationError: there is no token.
        """
        call = _Call(
            method=method,
            url=self._url(path),
            what=f"{method} {shown(path)} of {self._label}",
            params=params or {},
            body=as_body(body),
            auxiliary_tenant_id=auxiliary_tenant_id,
            repeat=repeat or (Repeat.ALWAYS if method in _IDEMPOTENT else Repeat.THROTTLED),
            before_send=before_send,
            as_file=as_file,
        )
        try:
            return self._perform(call)
        finally:
            if method not in {"GET", "HEAD"} and self._after_write:
                self._after_write()

    def _perform(self, call: _Call) -> Response:
        attempts = Attempts(self._retry_policy)
        renewed = False
        bearer = self._bearer(call)
        while True:
            if call.before_send:
                call.before_send()
            reply = exchange(self._session, self._outgoing(call, bearer), self._retry_policy)
            result = self._understood(reply, as_file=call.as_file)
            if isinstance(result, Response):
                return result
            error = self._error(result, call, bearer)
            if _is_stale_token(error) and call.repeat is Repeat.ALWAYS and not renewed:
                renewed = True
                bearer = self._bearer(call, rejected=bearer)
            elif not _may_repeat(error, result, call) or not attempts.wait(_asked(error)):
                raise error

    def _understood(self, reply: Reply | NoAnswer, *, as_file: bool) -> Response | Reply | NoAnswer:
        """A success as a Response, or as lost if it cannot be read; anything else as it is."""
        if isinstance(reply, NoAnswer) or reply.status >= _REFUSED or _leads_on(reply):
            return reply
        if not HTTPStatus.OK <= reply.status < _REDIRECT:
            reason = f"the answer has the unexpected status {reply.status}"
            return NoAnswer(reason, sent=True, worth_repeating=False)
        if as_file or not reply.content.strip():
            return Response(reply.status, reply.headers, {}, reply.content)
        if has_too_many_values(reply.content):
            return NoAnswer(TOO_MANY_VALUES, sent=True, worth_repeating=False)
        data = decode(reply.content)
        if not isinstance(data, dict):
            return NoAnswer("the answer is not the JSON object that it should be", sent=True)
        return Response(reply.status, reply.headers, data)

    def _error(self, result: Reply | NoAnswer, call: _Call, bearer: Bearer) -> Exception:
        if isinstance(result, NoAnswer):
            if not result.sent:
                return RequestNotSent(f"{call.what} was not sent: {result.reason}.")
            return ResponseUnknown(
                f"{call.what}: {result.reason}; whether it was carried out is not known."
            )
        secrets = (*bearer.secrets, *call.secrets)
        error = (
            refusal(result, call.what, secrets)
            if result.status >= _REFUSED
            else redirected(result, call.what, secrets)
        )
        if _may_be_done(result, error, call.repeat):
            return ResponseUnknown(
                f"{error} Whether it was carried out is not known.",
                refusal=error if isinstance(error, ApiError) else None,
            )
        return error

    def _bearer(self, call: _Call, rejected: Bearer | None = None) -> Bearer:
        return self._access.bearer(self._origin, call.auxiliary_tenant_id, rejected)

    def _outgoing(self, call: _Call, bearer: Bearer) -> Request:
        accepted = "*/*" if call.as_file else "application/json"
        headers = {**self._headers, "Accept": accepted}
        if call.body is not None:
            headers["Content-Type"] = call.body.content_type
        return Request(call.method, call.url, call.params, headers, call.body, bearer)

    def _url(self, path: str) -> str:
        if path.startswith("/") and not path.startswith("//"):
            return self._base + path
        if origin(path) != self._origin:
            msg = (
                f"The service of {self._label} sent a URL of another host ({host_of(path)}), to "
                "which nothing is sent. Check the account's endpoint."
            )
            raise ForwardRefused(msg)
        return path


def _leads_on(reply: Reply) -> bool:
    return _REDIRECT <= reply.status < _REFUSED and bool(reply.headers.get("Location"))


def _is_unsure(status: int) -> bool:
    """Whether a request that got this status may have been carried out all the same."""
    return status in _UNSURE or status >= _FAILED


def _may_be_done(reply: Reply, error: Exception, repeat: Repeat) -> bool:
    """Whether a request that must not be sent twice may have been carried out, whatever it got.

    A 409 is left to the caller: it may as well be about what is there already.
    """
    if repeat is Repeat.ALWAYS:
        return False
    if isinstance(error, ForwardRefused):
        return repeat is Repeat.UNSENT and reply.status not in _NOTHING_DONE
    return _is_stale_token(error) or _is_unsure(reply.status)


def _is_stale_token(error: Exception) -> bool:
    """Whether the service did not take the token; a new one may help."""
    if not isinstance(error, Unauthorized) or error.status != _UNAUTHORIZED:
        return False
    return error.code.lower() != _NO_ROLE


def _may_repeat(error: Exception, result: Reply | NoAnswer, call: _Call) -> bool:
    if isinstance(result, NoAnswer):
        return result.worth_repeating and (call.repeat is Repeat.ALWAYS or not result.sent)
    if isinstance(error, Throttled):
        return call.repeat is not Repeat.UNSENT
    return _is_unsure(result.status) and call.repeat is Repeat.ALWAYS


def _asked(error: Exception) -> float | None:
    return error.retry_after if isinstance(error, ApiError) else None
