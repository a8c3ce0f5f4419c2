"""docs/results.md is run: its commands, on the accounts of the local stack."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.cli import main
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.conftest import write_examples
from tests.documents import blocks
from tests.repository import ROOT
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import Driven

PAGE = Path("docs/results.md")


@pytest.fixture
def jobs(azure: RunningEmulator, sweden: Account, tmp_path: Path) -> dict[str, str]:
    """A job that overfits and one that failed, by their names in the page."""
    file = uploaded(sweden, write_examples(tmp_path / "train.jsonl", count=40))
    good = Driven(FineTuningJobProvider())
    values = {"hyperparameters": {"n_epochs": 6}, "validation_file": file["file_id"], "seed": 7}
    good.up(**inputs_for(sweden, file, **values))
    harmful = write_examples(tmp_path / "harm.jsonl", topic="[emulator:harm=violence]")
    bad = Driven(FineTuningJobProvider())
    bad.up(**inputs_for(sweden, uploaded(sweden, harmful)))
    return {"ftjob-…": good.id, "ftjob-…2": bad.id}


def test_the_commands_of_the_page_print_what_it_shows(
    azure: RunningEmulator,
    jobs: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AOAI_EMULATOR_URL", azure.url)
    monkeypatch.chdir(ROOT)
    shown = [block.text for block in blocks(PAGE) if block.language == "console"]
    assert len(shown) == 3
    for text in shown:
        command, _, output = text.partition("\n")
        words = [jobs.get(word, word) for word in command.removeprefix("$ aoai ").split()]
        assert main(words) == 0
        pattern = re.escape(output.strip()).replace("…", ".*")
        said = capsys.readouterr().out.strip()
        assert re.fullmatch(pattern, said, re.DOTALL), f"{command}\n{said}"
