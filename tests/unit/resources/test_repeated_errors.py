"""One cause, one sentence: what many resources of a run meet is shown in full once."""

from __future__ import annotations

import pytest

from aoai.errors import (
    AoaiError,
    AuthenticationError,
    Conflict,
    InvalidRequest,
    RequestNotSent,
    Unauthorized,
)
from aoai.resources.repeated_errors import RepeatedErrors

TOKEN = (
    "No token for tenant aaaa ({}) from login; AADSTS7000215: the client secret is wrong; run x."
)
ROLE = "{} of account a (eastus): 403 PermissionDenied: no role. (request id {})"
QUOTA = "PUT {} of account a (eastus): 400 InsufficientQuota: 5 of 5. (request id {})"


@pytest.mark.parametrize(
    ("first", "second", "short"),
    [
        (
            AuthenticationError(TOKEN.format("management.azure.com")),
            AuthenticationError(TOKEN.format("cognitiveservices.azure.com")),
            "No token for tenant aaaa: another error of this run has the cause",
        ),
        (
            Unauthorized(ROLE.format("GET /files", 1), status=403, code="PermissionDenied"),
            Unauthorized(ROLE.format("GET /jobs", 2), status=403, code="PermissionDenied"),
            "GET /jobs of account a: another error of this run has the cause",
        ),
        (
            InvalidRequest(QUOTA.format("/a", 1), status=400, code="InsufficientQuota"),
            InvalidRequest(QUOTA.format("/b", 2), status=400, code="InsufficientQuota"),
            "PUT /b of account a: another error of this run has the cause",
        ),
        (
            RequestNotSent("GET /files of account a (eastus) was not sent: not trusted"),
            RequestNotSent("GET /jobs of account a (eastus) was not sent: not trusted"),
            "GET /jobs of account a: another error of this run has the cause",
        ),
    ],
)
def test_a_cause_is_shown_once(first: AoaiError, second: AoaiError, short: str) -> None:
    errors = RepeatedErrors()
    errors.begin()
    assert errors.shortened(first) is first
    assert str(errors.shortened(second)) == short


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            Unauthorized(ROLE.format("GET /a", 1), status=403, code="PermissionDenied"),
            Unauthorized("GET /a of account b (eastus): 403: no role", status=403, code="Other"),
        ),
        (Conflict("the name is taken", status=409), Conflict("the name is taken", status=409)),
        (
            AuthenticationError("No token for tenant a"),
            AuthenticationError("No token for tenant b"),
        ),
    ],
)
def test_what_has_another_cause_or_is_of_one_resource_is_shown_whole(
    first: AoaiError, second: AoaiError
) -> None:
    errors = RepeatedErrors()
    errors.begin()
    assert errors.shortened(first) is first
    assert errors.shortened(second) is second


def test_outside_of_a_run_every_error_is_whole() -> None:
    errors, again = RepeatedErrors(), AuthenticationError("No token for tenant a")
    assert [errors.shortened(again) for _ in range(2)] == [again, again]
