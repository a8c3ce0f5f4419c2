"""The load check itself works; its figures are for a quiet machine and not for a test."""

from __future__ import annotations

from benchmarks.emulator_load import run


def test_a_mix_of_calls_runs_without_an_error() -> None:
    tally = run(rate=60, seconds=0.6)
    assert tally.errors == []
    assert len(tally.seconds) >= 24
    assert min(tally.memory) > 0
