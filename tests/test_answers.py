"""The sets of answers leave no question out."""

from __future__ import annotations

from dataclasses import fields

import pytest
from aoai_emulator import RunningEmulator
from aoai_emulator.state.settings import Settings

from tests.answers import ANSWERS, LEFT_OUT, OLDER


def test_the_older_answers_answer_every_question_otherwise() -> None:
    usual = {each.name: each.default for each in fields(Settings) if "choices" in each.metadata}
    assert {name for name, value in OLDER.items() if usual.get(name) != value} == set(OLDER)
    assert set(OLDER) - {"operation_retry_after"} == usual.keys() - LEFT_OUT.keys()


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
def test_a_reset_emulator_of_a_test_has_the_answers_that_were_chosen(
    azure: RunningEmulator, answers: dict[str, object]
) -> None:
    in_force = azure.settings()
    assert {name: in_force[name] for name in answers} == answers
