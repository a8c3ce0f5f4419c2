"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aoai.errors import ConfigurationError
from aoai.resources.duration import parse_duration


@pytest.mark.parametrize("text", ["36h", "1d12h", "2160m", "PT36H", "P1DT12H", "pt36h", " 36h "])
def test_a_day_and_a_half_is_written_in_many_ways(text: str) -> None:
    assert parse_duration(text) == timedelta(hours=36)


@pytest.mark.parametrize("text", ["", "36", "h", "36 hours", "-1h", "0h", "PT", "P", "1h30", "1w"])
def test_what_is_no_duration_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ConfigurationError, match="such as `36h`"):
        parse_duration(text)
