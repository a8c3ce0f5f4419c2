"""What a provider process remembers of the engine's calls."""

from __future__ import annotations

from itertools import permutations

import pytest

from aoai.resources.held import Held

OLD = ("ftjob-old", {"owner": "s/m", "seed": 1}, 100)
NEW = ("ftjob-new", {"owner": "s/m", "seed": 2}, 200)
UNDATED = ("ftjob-pending", {"owner": "s/m", "seed": 3}, None)


@pytest.mark.parametrize("refreshed", list(permutations([OLD, NEW, UNDATED])))
def test_the_newest_object_is_what_the_resource_has_in_whatever_order_a_refresh_compares(
    refreshed: tuple[tuple[str, dict[str, object], int | None], ...],
) -> None:
    held = Held()
    for id_, inputs, created_at in refreshed:
        held.compared("s/m", id_, inputs, replaced=False, created_at=created_at)
    assert held.checked("s/m", {}) == NEW[1]
