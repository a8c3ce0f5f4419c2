"""Random orders of events, and what must hold for the machine that plays them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.answers import LOCATION, OLDER
from tests.lifecycle.__main__ import shown
from tests.lifecycle.azure import Azure
from tests.lifecycle.conftest import Judged
from tests.lifecycle.difference import differences
from tests.lifecycle.draw import DRAWN, LONGEST, draw
from tests.lifecycle.events import EDITS, event
from tests.lifecycle.marks import MARKS, rare
from tests.lifecycle.order import Order, play, shrink
from tests.lifecycle.program import Workspace
from tests.lifecycle.runs import RUNS
from tests.lifecycle.state import over_the_wire
from tests.lifecycle.world import WORLD
from tests.resources.driver import over_the_wire as really_over_the_wire

SAMPLE, WHOLE = 200, 10_000
FEW = 25
"""Orders under each set of answers that is not the usual one."""
FEWEST = 20
"""How often each situation must be met in the whole."""


def ends_in(kind: str, azure: Azure, place: Workspace) -> Callable[[Order], bool]:
    """Whether an order ends in a violation of a kind."""
    return lambda order: kind in play(azure, place, order)[0].kinds


def wrong(azure: Azure, place: Workspace, seeds: range) -> list[str]:
    """Of each kind of violation the first order that ends in it, made short."""
    found: dict[str, str] = {}
    for seed in seeds:
        order = draw(seed)
        for kind in play(azure, place, order)[0].kinds - found.keys():
            short = shrink(order, ends_in(kind, azure, place))
            found[kind] = f"{kind}, seed {seed}:\n{shown(short)}"
    return sorted(found.values())


def test_a_sample_of_orders_ends_without_a_violation(
    session_azure_in_process: Azure, place: Workspace, cached_reports: None
) -> None:
    assert wrong(session_azure_in_process, place, range(1, SAMPLE + 1)) == []


@pytest.mark.parametrize("answers", [OLDER, LOCATION], ids=["older", "location"])
def test_a_few_orders_end_without_a_violation_whatever_azure_answers(
    answers: dict[str, Any], azure_that_answers: Azure, place: Workspace, cached_reports: None
) -> None:
    assert wrong(azure_that_answers, place, range(1, FEW + 1)) == []


@pytest.mark.matrix
def test_all_orders_end_without_a_violation_and_meet_every_situation(
    session_azure_in_process: Azure, place: Workspace, cached_reports: None
) -> None:
    MARKS.clear()
    assert wrong(session_azure_in_process, place, range(1, WHOLE + 1)) == []
    assert rare(FEWEST) == []


@pytest.mark.parametrize("seed", range(1, 41))
def test_a_detour_ends_like_the_direct_way(
    session_azure_in_process: Azure, place: Workspace, cached_reports: None, seed: int
) -> None:
    assert differences(session_azure_in_process, place, draw(seed)) == []


@pytest.mark.parametrize("seed", [3, 5, 8])
def test_the_same_seed_plays_the_same_order(
    session_azure_in_process: Azure, place: Workspace, cached_reports: None, seed: int
) -> None:
    first, _ = play(session_azure_in_process, place, draw(seed))
    second, _ = play(session_azure_in_process, place, draw(seed))
    assert first == second


def test_no_order_is_longer_than_the_longest_and_all_kinds_of_events_are_drawn() -> None:
    orders = [draw(seed) for seed in range(300)]
    assert max(len(order.events) for order in orders) == LONGEST
    known = {*EDITS, *WORLD, *RUNS}
    assert {each.kind for order in orders for each in order.events} <= known
    given = {"kill", "lose", "interrupt", "refuse", "astray", "replace", "target", "back-end"}
    kinds = {*DRAWN} - given  # the others are ways of an update, or of a new stack
    assert kinds <= {each.kind for order in orders for each in order.events}


def test_a_violation_is_made_short(judged: Judged) -> None:
    def fails(order: Order) -> bool:
        kinds = [each.kind for each in order.events]
        return kinds.count("up") > 1 and "taint" in kinds

    events = [event("up"), event("data", value=1), event("taint"), *[event("up")] * 9]
    short = shrink(Order(tuple(events)), fails)
    assert sorted(each.kind for each in short.events) == ["taint", "up", "up"]


def test_the_judge_sees_what_somebody_else_took_away(judged: Judged) -> None:
    assert judged(event("up"), event("delete-deployment"), calm=False).wrong == []
    played = judged(event("up"), event("delete-deployment"), event("up", refresh=True))
    assert played.wrong == []
    assert played.deeds.count("make deployment") == 2, "it was made anew"


def test_values_arrive_as_they_do_over_the_wire() -> None:
    values = {"whole": 1, "none": None, "map": {"x": 2, "y": None}, "list": [1, 2.5, "t", True]}
    assert over_the_wire(values) == really_over_the_wire(values)
