"""Requests to a code host's REST API, with its token, to its own address and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from aoai.errors import ApiError, ConfigurationError, ResponseUnknown

TIMEOUT = (10.0, 60.0)
"""Seconds to connect, and between two parts of an answer."""
ATTEMPTS = 4
MOST_WAIT = 60.0
"""Seconds: a code host that asks for a longer wait is not waited for."""
_BUSY = {429, 502, 503, 504}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_REQUEST_IDS = ("X-GitHub-Request-Id", "X-Request-Id", "X-VSS-E2EID")
_SHOWN = 300  # characters of a code host's own message


class Api:
    """A code host's REST API, with a token.

    Args:
        host: its name, for errors.
        base: its address; https, or http on this machine.
        headers: of each request, with the token.
        advice: what to do where the code host refuses the token.
        sleep: waits, in seconds.
    """

    def __init__(
        self,
        host: str,
        base: str,
        headers: Mapping[str, str],
        advice: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ConfigurationError(f"{base} is no https address: no token is sent there.")
        self.host = host
        self.base = base.rstrip("/")
        self._advice = advice
        self._sleep = sleep
        self._session = requests.Session()
        self._session.headers.update(headers)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The decoded answer of one request; None where it has none.

        Raises:
            ApiError: the code host refuses.
            ResponseUnknown: its answer is lost or is no JSON.
        """
        url = f"{self.base}{path}"
        return self._json(self._answered(method, url, body, parameters, headers), method, url)

    def pages(self, path: str, parameters: Mapping[str, str]) -> Iterator[Any]:
        """The entries of a list, through all pages that the ``Link`` headers name."""
        url: str | None = f"{self.base}{path}"
        query: Mapping[str, str] | None = parameters
        while url:
            answer = self._answered("GET", url, None, query, None)
            yield from self._json(answer, "GET", url) or ()
            following = answer.links.get("next", {}).get("url")
            if following and not following.startswith(f"{self.base}/"):
                raise ResponseUnknown(
                    f"{self.host} links to a next page on another host, which is not read: "
                    f"{following[:100]}"
                )
            url, query = following, None

    def _answered(
        self,
        method: str,
        url: str,
        body: object,
        parameters: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> requests.Response:
        for attempt in range(1, ATTEMPTS + 1):
            answer = self._sent(method, url, body, parameters, headers)
            wait = _wait(answer, method, attempt)
            if wait is None or attempt == ATTEMPTS:
                break
            self._sleep(wait)
        if answer.ok:
            return answer
        raise self._refusal(answer, method, url)

    def _sent(
        self,
        method: str,
        url: str,
        body: object,
        parameters: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> requests.Response:
        try:
            # A redirect could lead the token elsewhere.
            return self._session.request(
                method,
                url,
                json=body,
                params=parameters,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            cause = type(error).__name__
            raise ResponseUnknown(
                f"{self.host} did not answer {method} {_shown(url)} ({cause}); run the step again: "
                "it finds what was written already."
            ) from None

    def _json(self, answer: requests.Response, method: str, url: str) -> Any:
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError:
            # Azure DevOps answers a token that it does not know with a sign-in page.
            raise ResponseUnknown(
                f"{self.host} answered {method} {_shown(url)} with something else than JSON. "
                f"{self._advice}"
            ) from None

    def _refusal(self, answer: requests.Response, method: str, url: str) -> ApiError:
        status = answer.status_code
        found = next((answer.headers[n] for n in _REQUEST_IDS if n in answer.headers), "")
        advice = f" {self._advice}" if status in {401, 403, 404} else ""
        noted = f" (request {found})" if found else ""
        return ApiError(
            f"{self.host} refuses {method} {_shown(url)} with {status}: {_message(answer)}."
            f"{advice}{noted}",
            status=status,
            request_id=found,
        )


def _shown(url: str) -> str:
    return urlsplit(url).path


def _message(answer: requests.Response) -> str:
    """The code host's own words."""
    try:
        found: Any = answer.json()
    except ValueError:
        return answer.reason or "no message"
    text = found.get("message") or found.get("error") if isinstance(found, dict) else None
    return " ".join(str(text or answer.reason or "no message").split())[:_SHOWN].rstrip(".")


def _wait(answer: requests.Response, method: str, attempt: int) -> float | None:
    """Seconds until the request may be sent again; None if it must not be.

    A refusal that names a wait was not carried out; after a failure, another POST could make a
    second comment.
    """
    named = answer.headers.get("Retry-After", "")
    asked = answer.status_code in {403, 429} and named != ""
    failed = answer.status_code in _BUSY and method != "POST"
    if not asked and not failed:
        return None
    wait = float(named) if named.replace(".", "", 1).isdigit() else float(2**attempt)
    return wait if wait <= MOST_WAIT else None
