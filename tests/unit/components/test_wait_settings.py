"""What an update does about its jobs, in a stack's file."""

from __future__ import annotations

from tests.stack_settings import read_settings
from tests.unit.components.test_settings import config, message, tutor


def test_a_wait_and_a_deadline_are_of_the_stack_unless_a_model_has_its_own() -> None:
    other = {**tutor()["tutor"], "wait": "block", "deadline": "PT2H"}
    settings = read_settings(
        config(wait="detach", deadline="36h", models={**tutor(), "other": other}), {}
    )
    assert [settings.wait_of(key) for key in ("tutor", "other")] == ["detach", "block"]
    assert [settings.deadline_of(key) for key in ("tutor", "other")] == ["36h", "PT2H"]
    plain = read_settings(config(), {})
    assert (plain.wait_of("tutor"), plain.deadline_of("tutor")) == ("block", None)


def test_a_wait_or_a_deadline_that_is_none_is_told_with_its_key() -> None:
    text = message(wait="detatch", deadline="soon", models=tutor(deadline="36", wait="no"))
    assert "wait: `block` or `detach`, not 'detatch', did you mean `detach`?" in text
    assert "- deadline: a duration such as `36h`" in text
    assert "models.tutor.wait" in text
    assert "models.tutor.deadline" in message(models=tutor(deadline="36"))
