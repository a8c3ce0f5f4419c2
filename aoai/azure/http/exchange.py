"""One attempt of one request: what came back, and whether it can have been carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3.exceptions
from requests.auth import AuthBase

from aoai.azure.http.body import Body
from aoai.azure.http.bounded import BoundedAdapter, Limits, assume_started, limited
from aoai.azure.http.content import read_content
from aoai.azure.http.no_answer import NoAnswer, lost, unread
from aoai.azure.http.retrying import RetryPolicy
from aoai.errors import ConfigurationError

_POOL = 16  # connections kept per host: a provider has four threads, an upload some more
_ERROR = 400  # HTTP: from here on the service has refused or failed


class _Session(requests.Session):
    """A session that does not even look at redirects.

    Requests would read the whole body of one, unbounded and decoded, and parse where it leads.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Nowhere."""
        return None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send it; bytes that no connection of ours counts may all have arrived."""
        if not isinstance(self.get_adapter(request.url or ""), BoundedAdapter):
            assume_started()
        return super().send(request, **options)


def new_session() -> requests.Session:
    """A session for one account: pooled, never retrying by itself, keeping no cookies."""
    session = _Session()
    session.mount("https://", BoundedAdapter(pool_maxsize=_POOL, max_retries=0))
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "aoai-finetune"
    # Bytes are then counted as they come: a truncated body shows, and a bomb cannot unfold.
    session.headers["Accept-Encoding"] = "identity"
    return session


@dataclass(frozen=True)
class Request:
    """A request as one attempt sends it."""

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


def exchange(
    session: requests.Session, out: Request, retry_policy: RetryPolicy
) -> Reply | NoAnswer:
    """Send a request once and read its answer, bounded in size and time.

    Raises:
        ConfigurationError: the certificate bundle that the environment names cannot be read.
    """
    if out.body is not None:
        out.body.rewind()
    size = 0 if out.body is None else len(out.body)
    limits = Limits(retry_policy.clock, retry_policy.timeouts.answer, size)
    try:
        with limited(limits):
            response = _send(session, out, retry_policy)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        return lost(error, out.body, started=limits.started)
    except OSError as error:
        problem = type(error).__name__
    else:
        return _read(response)
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


def _read(response: requests.Response) -> Reply | NoAnswer:
    content: bytes | NoAnswer
    with response:
        try:
            content = read_content(response)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            content = unread(error)
    if isinstance(content, NoAnswer):
        if response.status_code < _ERROR:
            return content
        content = b""  # the refusal itself is known; only its words are lost
    return Reply(response.status_code, response.headers, content)
