"""``aoai models`` without an account."""

from __future__ import annotations

import json

import pytest

from aoai.cli import main


def test_the_table_has_the_models_that_can_be_trained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (mini,) = (line for line in lines if line.startswith("gpt-4.1-mini-2025-04-14 "))
    assert mini.split() == [
        "gpt-4.1-mini-2025-04-14",
        "supervised,",
        "dpo",
        "5.50/M",
        "1.70/h",
        "2027-04-14",
        "2027-10-14",
        "Deprecated",
    ]
    assert not any(line.startswith("babbage-002") for line in lines)
    assert max(map(len, lines)) <= 110


def test_retired_models_are_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--all"]) == 0
    assert "babbage-002 " in capsys.readouterr().out


def test_a_model_is_shown_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "gpt-4.1-mini"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("gpt-4.1-mini-2025-04-14\n  ARM format               OpenAI [1]\n")
    assert "  training ends            2027-04-14 [" in out
    assert "] Model retirement schedule, 2026-10-05\n" in out
    assert "went from Legacy to Deprecated" in out


def test_a_name_that_is_not_there_is_met_with_the_near_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models", "gpt-4.1-mimi", "o4-mini"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "gpt-4.1-mimi is not in the catalogue; did you mean gpt-4.1-mini-2025-04-14?\n"
    )
    assert "o4-mini-2025-04-16\n" in out


def test_programs_get_all_facts_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "o4-mini", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (model,) = document["models"]
    assert model["id"] == "o4-mini-2025-04-16"
    assert model["training"]["methods"] == ["reinforcement"]
    assert model["retirement"][0]["training"] == "2027-05-19"
    assert document["sources"]["scheduleOctober"]["date"] == "2026-10-05"
