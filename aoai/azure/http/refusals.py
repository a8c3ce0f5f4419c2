"""A refusal of the service as an exception, with what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from aoai.azure.http.advice import hint
from aoai.azure.http.exchange import Reply
from aoai.azure.http.fields import Json, items, mapping, text
from aoai.azure.http.json_body import decode
from aoai.azure.http.redaction import redact
from aoai.azure.http.retrying import retry_after
from aoai.azure.http.urls import host_of
from aoai.errors import (
    ApiError,
    Conflict,
    ForwardRefused,
    InvalidRequest,
    NotFound,
    ServiceFailed,
    Throttled,
    Unauthorized,
)

# The data plane uses the first two, ARM the others.
_REQUEST_IDS = ("apim-request-id", "x-request-id", "x-ms-request-id", "x-ms-correlation-request-id")
_KINDS: dict[int, type[ApiError]] = {
    400: InvalidRequest,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    408: ServiceFailed,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    422: InvalidRequest,
    425: ServiceFailed,
    429: Throttled,
    499: ServiceFailed,
}


def refusal(reply: Reply, what: str, secrets: Iterable[str] = ()) -> ApiError:
    """The exception for an answer from 400 on.

    Args:
        reply: the answer.
        what: the request, in words that begin a sentence.
        secrets: strings that must not be shown even if the service repeats them.
    """
    error = error_of(decode(reply.content))
    codes = error_codes(error)
    code = redact(codes[0], secrets) if codes else ""
    said = redact(error_text(error), secrets)
    request_id = redact(request_id_of(reply.headers), secrets)
    kind = _KINDS.get(reply.status, ServiceFailed if reply.status >= 500 else ApiError)  # noqa: PLR2004 - HTTP
    head = f"{what}: {reply.status} {code or _phrase(reply.status)}".rstrip()
    sentences = [f"{head}: {said}" if said else f"{head}.", hint(codes, reply.status)]
    if request_id:
        sentences.append(f"(request id {request_id})")
    return kind(
        " ".join(sentence for sentence in sentences if sentence),
        status=reply.status,
        code=code,
        request_id=request_id,
        retry_after=retry_after(reply.headers),
    )


def redirected(reply: Reply, what: str, secrets: Iterable[str] = ()) -> ForwardRefused:
    """The exception for a redirect, which is never followed."""
    target = reply.headers.get("Location", "")
    return ForwardRefused(
        f"{what}: {reply.status}, a redirect to {host_of(target, secrets)}, which is "
        "never followed. Check the account's endpoint."
    )


def error_of(body: object) -> Json:
    """The error object of an answer: wrapped as ``error``, or bare."""
    error = mapping(body).get("error", body)
    return {"message": error} if isinstance(error, str) else mapping(error)


def error_codes(error: Json) -> list[str]:
    """The codes of an error, the outermost first, then those of its parts."""
    inner = mapping(error.get("innererror") or error.get("inner_error"))
    parts = [error, *items(error.get("details")), inner]
    return [code for part in parts if (code := text(part.get("code")))]


def error_text(error: Json) -> str:
    """The message of an error with those of its details."""
    parts = [error, *items(error.get("details"))]
    return " ".join(dict.fromkeys(said for part in parts if (said := text(part.get("message")))))


def request_id_of(headers: Mapping[str, str]) -> str:
    """The id by which the service's support finds the request."""
    return next((headers[name] for name in _REQUEST_IDS if headers.get(name)), "")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
