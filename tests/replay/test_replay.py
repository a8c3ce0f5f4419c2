"""Every record, replayed: the emulator answers as Azure was seen to answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aoai_emulator import Emulator, RunningEmulator, World

from tests.replay.accepted import ACCEPTED, left
from tests.replay.records import Record, records
from tests.replay.replay import replay
from tests.replay.score import WORLD


@pytest.fixture(scope="session")
def lab() -> Iterator[RunningEmulator]:
    """The emulator that the records are replayed on."""
    with Emulator(World.load(WORLD)) as azure:
        yield azure


@pytest.mark.parametrize("record", records(), ids=lambda record: record.name)
def test_the_emulator_answers_as_recorded(lab: RunningEmulator, record: Record) -> None:
    assert left(record.name, replay(lab, record)) == []


def test_every_record_has_a_name_of_its_own() -> None:
    names = [record.name for record in records()]
    assert len(names) == len(set(names)) == 84


def test_few_differences_are_accepted_and_each_still_occurs(lab: RunningEmulator) -> None:
    assert len(ACCEPTED) <= 10
    seen = {
        each.difference
        for record in records()
        for line in replay(lab, record)
        for each in ACCEPTED
        if each.covers(record.name, line)
    }
    assert seen == {each.difference for each in ACCEPTED}
