"""What a provider process remembers of the engine's calls."""

from __future__ import annotations

from itertools import permutations

import pytest

from aoai.resources.held import Held

OLD = ("ftjob-old", {"owner": "s/m", "seed": 1}, 100)
NEW = ("ftjob-new", {"owner": "s/m", "seed": 2}, 200)
FROM_BEFORE = ("ftjob-before", {"owner": "s/m", "seed": 3}, None)


@pytest.mark.parametrize("refreshed", list(permutations([OLD, NEW, FROM_BEFORE])))
def test_what_was_taken_in_last_is_what_a_resource_has_in_whatever_order_it_is_compared(
    refreshed: tuple[tuple[str, dict[str, object], int | None], ...],
) -> None:
    held = Held()
    for id_, inputs, since in refreshed:
        held.compared("s/m", id_, inputs, replaced=False, state={"held_since": since})
    assert held.checked("s/m", {}) == NEW[1]
