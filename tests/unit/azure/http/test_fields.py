"""What a service may send in a field, read without a surprise."""

from __future__ import annotations

import pytest

from aoai.azure.http.fields import integer, number, text
from aoai.azure.http.retrying import http_date, retry_after
from aoai.azure.http.urls import segment


@pytest.mark.parametrize("value", [True, None, "1", [1], float("nan"), float("inf"), 10**400])
def test_what_is_no_finite_number_is_none(value: object) -> None:
    assert integer(value) is None
    assert number(value) is None


def test_whole_numbers_keep_all_their_digits_and_have_64_bits() -> None:
    assert integer(2**53 + 1) == 2**53 + 1
    assert integer(3.0) == 3
    assert integer(1e300) is None
    assert integer(-(2**63)) is None


def test_text_can_always_be_written_and_sent() -> None:
    broken = text("file-\ud800")
    assert broken.encode() == b"file-?"
    assert segment(broken) == "file-%3F"
    assert text("t\u00e9xt \U0001f600") == "t\u00e9xt \U0001f600"
    assert text(7) == ""


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "Mon, 01 Jan 0100 00:00:00 GMT",
        "Mon, 99 Jan 2025 00:00:00 GMT",
        "Mon, 01 Jan 2025 00:00:00 +9999999999",
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
    ],
)
def test_a_date_that_no_clock_shows_is_none(value: str) -> None:
    assert http_date(value) is None
    assert retry_after({"Retry-After": value, "Date": value}) is None
