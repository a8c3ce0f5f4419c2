"""Every error that this package raises.

AoaiError
├── ConfigurationError        what was asked for is not valid, whatever the service answers
├── DatasetError              a training file cannot be read
├── ResultsError              a job's result file cannot be read
├── AuthenticationError       no token could be had for a tenant
├── RequestNotSent            the request never reached the service: sending it again is safe
├── ResponseUnknown           the request may have been carried out: look before repeating it
├── ForwardRefused            an answer points to another host, where nothing is sent
├── OperationFailed           a long-running operation ended as failed or cancelled
├── OperationTimedOut         a long-running operation has not ended within its budget
└── ApiError                  the service refused
    ├── InvalidRequest        400, 422
    ├── Unauthorized          401, 403
    ├── NotFound              404, 410
    ├── Conflict              409, 412
    ├── Throttled             429
    └── ServiceFailed         408, 425, 499, 5xx, each time, to a request that is safe to repeat
"""

from __future__ import annotations

from typing import Self


class AoaiError(Exception):
    """Base class: one sentence: what happened, where, and what to do next."""


class ConfigurationError(AoaiError):
    """An input or setting that is not valid."""


class DatasetError(AoaiError):
    """A training file that cannot be read: missing, not a regular file, or changed meanwhile."""


class ResultsError(AoaiError):
    """A job's result file that cannot be read: missing, malformed or too large."""


class AuthenticationError(AoaiError):
    """No token could be had for a tenant."""


class RequestNotSent(AoaiError):
    """The request never left, or never arrived: sending it again is safe."""


class ResponseUnknown(AoaiError):
    """The request may have been carried out; its answer was lost, cannot be read, or is in doubt.

    Attributes:
        refusal: the answer that is in doubt, such as a 401 to a request that is billed; None if
            there was no answer.
    """

    def __init__(self, message: str, *, refusal: ApiError | None = None) -> None:
        super().__init__(message)
        self.refusal = refusal


class ForwardRefused(AoaiError):
    """An answer points to another host: credentials and data are never sent there."""


class OperationFailed(AoaiError):
    """A long-running operation of the service ended as failed or cancelled."""


class OperationTimedOut(AoaiError):
    """A long-running operation has not ended within the time that it was given."""


class ApiError(AoaiError):
    """The service answered and refused.

    Attributes:
        status: HTTP status code.
        code: the service's own error code, for example ``InsufficientQuota``, or empty.
        request_id: the id by which the service's support finds the request; empty if it gave none.
        retry_after: seconds that the service asks to wait before another attempt, if it did.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after

    def advising(self, advice: str) -> Self:
        """The same refusal with one more sentence on what to do."""
        return type(self)(
            f"{self} {advice}",
            status=self.status,
            code=self.code,
            request_id=self.request_id,
            retry_after=self.retry_after,
        )


class InvalidRequest(ApiError):
    """The request is not valid (400, 422)."""


class Unauthorized(ApiError):
    """The caller is not known or lacks a role (401, 403)."""


class NotFound(ApiError):
    """The resource does not exist, or no longer (404, 410)."""


class Conflict(ApiError):
    """Something else is in the way, for the moment or for good (409, 412)."""


class Throttled(ApiError):
    """Too many requests (429)."""


class ServiceFailed(ApiError):
    """The service failed (5xx, or a time-out of its gateway) each time at a request."""
