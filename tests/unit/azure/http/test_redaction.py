"""What is taken out of other people's words, and what stays."""

from __future__ import annotations

import pytest

from aoai.azure.http.redaction import redact

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl"
KEY = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        (f"got Authorization: Bearer {JWT}", "eyJ"),
        (f"the token {JWT} is expired", "c2lnbmF0dXJl"),
        ("header bearer opaque.token-1", "opaque"),
        (f"key {KEY} is wrong", KEY),
        ("api-key=abc123 refused", "abc123"),
        ('{"api_key": "abc123"}', "abc123"),
        ("client_secret=hunter2&grant_type=x", "hunter2"),
        ("AccountKey=Zm9vYmFyZm9vYmFy==;", "Zm9v"),
        ("cannot read https://b.blob.core.windows.net/c/t.jsonl?sv=1&sig=abc%3D", "sig=abc"),
        ("cannot read https://b.blob.core.windows.net/c/t.jsonl?sv=1&sig=abc%3D", "sv=1"),
        ("password: hunter2", "hunter2"),
        ("signature Cana%2Fry%2B0123456789abcdefghijklmnopqrstuvw%3D", "Cana"),
        ("k " + "Zm9vYmFy" * 10 + "=", "Zm9vYmFyZm9v"),
    ],
)
def test_what_opens_a_door_is_taken_out(message: str, secret: str) -> None:
    assert secret not in redact(message)


@pytest.mark.parametrize(
    "message",
    [
        "The model 'gpt-4.1-2025-04-14.ft-0123456789abcdef0123456789abcdef-demo' is not supported.",
        "Job ftjob-3c270123456789abcdef0123456789abc does not exist.",
        (
            "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg/providers/"
            "Microsoft.CognitiveServices/accounts/contoso/deployments/ft-prod"
        ),
        "This operation require 120 new capacity in quota Tokens Per Minute (thousands) - X.",
        "Another operation is being performed on the parent resource '/subscriptions/x'.",
    ],
)
def test_what_a_user_needs_stays(message: str) -> None:
    assert redact(message) == message


def test_exact_secrets_are_taken_out_in_any_place() -> None:
    assert redact("xxhunter2yy", ["hunter2", ""]) == "xx[redacted]yy"


def test_it_is_one_bounded_line() -> None:
    shown = redact("a\r\nb\x1b[31m\u2028" + "c " * 10_000)
    assert shown.startswith("a b [31m c")
    assert len(shown) <= 1000


def test_a_long_error_code_is_no_key() -> None:
    assert redact("InvalidAuthenticationTokenTenant: x") == "InvalidAuthenticationTokenTenant: x"
    assert redact("key " + "a1" * 16) == "key [redacted]"
