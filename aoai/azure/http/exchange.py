"""One try of one request: what came back, and whether it can have been carried out."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from aoai.azure.http.retrying import RetryPolicy
from aoai.errors import ConfigurationError

ANSWER_LIMIT = 16 * 1024 * 1024  # bytes; the largest real answers are lists of some 100 kB
_CHUNK = 64 * 1024  # bytes
_POOL = 16  # connections kept per host: a provider has four threads, an upload some more
_ERROR = 400  # HTTP: from here on the service has refused or failed


class Body(Protocol):
    """A request body that can be sent more than once, as a file."""

    content_type: str
    secrets: tuple[str, ...]
    """What must not be shown even if the service repeats it."""

    def __len__(self) -> int:
        """Bytes, for Content-Length."""
        ...

    def __iter__(self) -> Iterator[bytes]:
        """Requests takes what can be iterated for a stream."""
        ...

    def read(self, size: int = -1) -> bytes:
        """The next bytes; it may return more than asked for."""
        ...

    def rewind(self) -> None:
        """Start again, for another try."""
        ...

    @property
    def started(self) -> bool:
        """Whether a byte was read since the last rewind."""
        ...


class BytesBody:
    """A body that is in memory."""

    def __init__(
        self,
        content: bytes,
        content_type: str = "application/json",
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.content_type = content_type
        self.secrets = secrets
        self._content = content
        self._read = False

    def __len__(self) -> int:
        return len(self._content)

    def __iter__(self) -> Iterator[bytes]:
        yield self.read()

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - all of it is small enough to give
        """All of it the first time, then nothing."""
        content = b"" if self._read else self._content
        self._read = True
        return content

    def rewind(self) -> None:
        """Start again."""
        self._read = False

    @property
    def started(self) -> bool:
        """Whether it was read since the last rewind."""
        return self._read


def new_session() -> requests.Session:
    """A session for one account: pooled, never retrying by itself, keeping no cookies."""
    session = requests.Session()
    session.mount("https://", HTTPAdapter(pool_maxsize=_POOL, max_retries=0))
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "aoai-finetune"
    # Bytes are then counted as they come: a truncated body shows, and a bomb cannot unfold.
    session.headers["Accept-Encoding"] = "identity"
    return session


@dataclass(frozen=True)
class Request:
    """A request as one try sends it."""

    method: str
    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: Body | None
    auth: AuthBase


@dataclass(frozen=True)
class Reply:
    """An answer that was read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes


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


def exchange(
    session: requests.Session, out: Request, retry_policy: RetryPolicy
) -> Reply | NoAnswer:
    """Send a request once and read its answer, bounded in size and time.

    Raises:
        ConfigurationError: the certificate bundle that the environment names cannot be read.
    """
    if out.body is not None:
        out.body.rewind()
    try:
        response = _send(session, out, retry_policy)
    except requests.RequestException as error:
        return _lost(error, out.body)
    except OSError as error:
        problem = type(error).__name__
    else:
        return _read(response, retry_policy)
    msg = (
        "The certificates that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names cannot be read "
        f"({problem}). Check the path."
    )
    raise ConfigurationError(msg)


def _send(session: requests.Session, out: Request, retry_policy: RetryPolicy) -> requests.Response:
    return session.request(
        out.method,
        out.url,
        params=dict(out.params),
        # Requests streams whatever has read() and a length.
        data=out.body,
        headers=dict(out.headers),
        auth=out.auth,
        timeout=(retry_policy.timeouts.connect, retry_policy.timeouts.read),
        allow_redirects=False,
        stream=True,
    )


def _read(response: requests.Response, retry_policy: RetryPolicy) -> Reply | NoAnswer:
    with response:
        content = _content(response, retry_policy)
    headers = CaseInsensitiveDict(response.headers)
    if isinstance(content, NoAnswer):
        if response.status_code < _ERROR:
            return content
        content = b""  # the refusal itself is known; only its words are lost
    return Reply(response.status_code, headers, content)


def _content(response: requests.Response, retry_policy: RetryPolicy) -> bytes | NoAnswer:
    deadline = retry_policy.clock() + retry_policy.timeouts.answer
    content = bytearray()
    try:
        # read1 gives what is there, so that a trickle of bytes cannot outlast the deadline.
        while chunk := _next(response):
            content += chunk
            if len(content) > ANSWER_LIMIT:
                return NoAnswer(
                    "the answer is longer than 16 MiB", sent=True, worth_repeating=False
                )
            if retry_policy.clock() > deadline:
                return NoAnswer("the answer came too slowly", sent=True)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        return NoAnswer(f"the answer broke off ({type(error).__name__})", sent=True)
    return bytes(content)


def _next(response: requests.Response) -> bytes:
    raw: Any = response.raw
    chunk: bytes | None = raw.read1(_CHUNK, decode_content=True)
    return chunk or b""


def _lost(error: requests.RequestException, body: Body | None) -> NoAnswer:
    causes = list(_causes(error))
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
    if isinstance(error, requests.ReadTimeout):
        return NoAnswer("no answer in time", sent=True)
    return NoAnswer(f"the connection ended before the answer ({name})", sent=True)


def _is_connecting(cause: BaseException) -> bool:
    return isinstance(
        cause,
        urllib3.exceptions.NewConnectionError
        | urllib3.exceptions.NameResolutionError
        | urllib3.exceptions.ConnectTimeoutError
        | urllib3.exceptions.ProxyError,
    )


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
