"""The data of a whole stack: every bad file is told at once."""

from pathlib import Path

import pytest

from aoai.errors import DatasetError
from components.data import refuse_bad_data
from components.file_settings import FileSettings
from components.settings import ModelSettings
from tests.conftest import write_examples


def model(training: Path, validation: Path | None = None) -> ModelSettings:
    return ModelSettings(
        account="sweden",
        base_model="gpt-4o-mini-2024-07-18",
        training_file=str(training),
        validation_file=str(validation) if validation else None,
    )


def broken(path: Path, line: int) -> Path:
    lines = write_examples(path).read_text().splitlines()
    lines[line - 1] = "{"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_files_that_are_right_pass(tmp_path: Path) -> None:
    good = write_examples(tmp_path / "good.jsonl")
    refuse_bad_data([model(good, good), model(good)])


def test_three_bad_files_are_told_at_once_and_each_only_once(tmp_path: Path) -> None:
    first = broken(tmp_path / "first.jsonl", 3)
    second = broken(tmp_path / "second.jsonl", 5)
    missing = tmp_path / "missing.jsonl"
    with pytest.raises(DatasetError) as refused:
        refuse_bad_data([model(first, second), model(missing, second)])
    text = str(refused.value)
    assert text.startswith("3 files of training data cannot be used:")
    assert f"{first}:3:" in text
    assert text.count(f"{second}:5:") == 1
    assert f"{missing}: no such file" in text


def test_a_file_with_very_many_errors_says_how_many_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("{\n" * 5000)
    with pytest.raises(DatasetError, match=r"more errors; `aoai validate .*many.jsonl` shows all"):
        refuse_bad_data([model(path)])


def test_what_is_not_here_is_not_read() -> None:
    elsewhere = FileSettings(content_url="https://h/a.jsonl")
    there = FileSettings(existing_file_id="file-1")
    refuse_bad_data(
        [
            ModelSettings(
                account="sweden", base_model="m", training_file=elsewhere, validation_file=there
            )
        ]
    )
