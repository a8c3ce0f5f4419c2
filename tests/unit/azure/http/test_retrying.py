"""How long is waited, whatever a server asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from aoai.azure.http.retrying import RETRY_AFTER_LIMIT, Attempts, RetryPolicy, retry_after
from tests.unit.azure.helpers import FakeTime

DATE = "Sat, 21 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("0", 0),
        ("2", 2),
        ("2.5", 2.5),
        ("1e9", 1e9),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("Sat, 99 Nov 2026 12:00:30 GMT", None),
        ("Sat, 21 Nov 99999 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_every_form(asked: str, seconds: float | None) -> None:
    headers = CaseInsensitiveDict({"retry-after": asked, "date": DATE})
    assert retry_after(headers) == seconds


def test_a_date_to_retry_after_means_nothing_without_the_servers_clock() -> None:
    headers = CaseInsensitiveDict({"Retry-After": "Sat, 21 Nov 2026 12:00:30 GMT"})
    assert retry_after(headers) is None


def test_milliseconds_are_more_exact_and_win() -> None:
    headers = CaseInsensitiveDict({"retry-after-ms": "250", "Retry-After": "9"})
    assert retry_after(headers) == 0.25


@given(
    st.one_of(st.none(), st.floats(0, 1e12)),
    st.integers(0, 10_000),
    st.floats(0, 0.999),
)
def test_a_pause_is_bounded_and_at_least_what_was_asked(
    asked: float | None, attempt: int, chance: float
) -> None:
    pause = RetryPolicy(random=lambda: chance).pause(attempt, asked)
    assert min(asked or 0.0, RETRY_AFTER_LIMIT) <= pause <= RETRY_AFTER_LIMIT + 20


def test_pauses_double_and_then_stay() -> None:
    retry_policy = RetryPolicy(random=lambda: 1.0)
    pauses = [retry_policy.pause(attempt, None) for attempt in range(8)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 20, 20]


@given(st.floats(0, 500), st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=50))
def test_waiting_never_exceeds_the_budget(budget: float, asked: list[float | None]) -> None:
    time = FakeTime()
    tries = Attempts(time.retry_policy(budget=budget))
    for seconds in asked:
        tries.wait(seconds)
    assert sum(time.sleeps) <= budget + 1e-6
