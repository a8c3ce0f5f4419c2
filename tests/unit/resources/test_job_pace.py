"""How often a job is looked at."""

from __future__ import annotations

from aoai.resources.job_pace import Pace

HOUR = 3600.0


def looks(pace: Pace, length: float, *, estimated: bool) -> list[float]:
    """When a job of a length is looked at."""
    moments, now = [0.0], 0.0
    while now < length:
        now += pace.pause(now, length - now if estimated else None)
        moments.append(now)
    return moments


def test_it_is_seconds_at_first_and_minutes_later() -> None:
    pace = Pace()
    assert [pace.pause(waited) for waited in (0, 60, 600, 2 * HOUR, 30 * HOUR)] == [
        5,
        5,
        30,
        180,
        180,
    ]


def test_near_the_estimated_end_it_is_seconds_again_and_afterwards_fewer() -> None:
    pace, waited = Pace(), 10 * HOUR
    left = (HOUR, 300, 60, 10, 0, -10, -400, -2 * HOUR)
    assert [pace.pause(waited, remaining) for remaining in left] == [
        180,
        75,
        15,
        5,
        5,
        5,
        100,
        180,
    ]


def test_a_short_job_is_found_within_seconds_and_a_long_one_takes_few_requests() -> None:
    pace = Pace()
    short = looks(pace, 90, estimated=False)
    assert short[-1] - 90 < 10
    long = looks(pace, 30 * HOUR, estimated=True)
    assert long[-1] - 30 * HOUR <= 5
    assert len(long) < 700


def test_a_clock_that_is_wrong_changes_the_pace_within_its_bounds() -> None:
    pace = Pace()
    for skew in (-HOUR, HOUR, -1e9, 1e9):
        assert 5 <= pace.pause(600, 60 + skew) <= 30


def test_a_pause_that_a_stack_sets_is_kept_at_least() -> None:
    assert Pace(shortest=600).pause(0) == 600
