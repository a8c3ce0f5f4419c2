"""The life of a training file, on the emulator over HTTPS."""

from __future__ import annotations

from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.errors import Conflict, DatasetError
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.training_file import TrainingFileProvider
from tests.conftest import write_examples, write_large
from tests.resources.conftest import inputs_for
from tests.resources.driver import CheckFailed, Driven


def driven() -> Driven:
    return Driven(TrainingFileProvider())


def files_of(account: Account) -> list[str]:
    return sorted(file.id for file in connect(account).files.list_files())


def test_a_life_from_create_to_the_second_delete(sweden: Account, training_file: Path) -> None:
    file = driven()
    inputs = {"account": sweden.to_props(), "path": str(training_file)}
    assert file.up(**inputs) == "create"
    assert files_of(sweden) == [file.id]
    assert file.outputs["status"] == "processed"
    assert file.outputs["examples"] == 12

    assert file.up(**inputs) == "same"
    assert file.refresh()
    assert file.up(**inputs) == "same"

    moved = training_file.rename(training_file.with_name("moved.jsonl"))
    assert file.up(account=sweden.to_props(), path=str(moved)) == "update"
    assert file.outputs["path"] == str(moved)
    assert files_of(sweden) == [file.id]

    before = file.id
    write_examples(moved, topic="dictionaries")
    assert file.up(account=sweden.to_props(), path=str(moved)) == "create, delete"
    assert file.id != before
    assert files_of(sweden) == [file.id]

    file.destroy()
    assert files_of(sweden) == []
    file.destroy()


def test_the_name_on_the_wire_carries_content_and_owner(
    sweden: Account, training_file: Path
) -> None:
    file = driven()
    file.up(account=sweden.to_props(), path=str(training_file))
    assert file.outputs["filename"].startswith(f"train-{file.outputs['sha256'][:8]}-")


@pytest.mark.parametrize("topic", ["dictionaries", None], ids=["other content", "no file"])
def test_a_digest_that_the_engine_was_told_to_ignore_keeps_the_old_data(
    sweden: Account, training_file: Path, topic: str | None
) -> None:
    """The engine puts the old value in before it asks."""
    file, inputs = driven(), {"account": sweden.to_props(), "path": str(training_file)}
    file.up(**inputs)
    before = file.id
    if topic:
        write_examples(training_file, topic=topic)
    else:
        training_file.unlink()
    assert file.up(**inputs, sha256=file.inputs["sha256"]) == "same"
    assert files_of(sweden) == [file.id] == [before]


def test_another_account_is_another_file(
    sweden: Account, america: Account, training_file: Path
) -> None:
    file = driven()
    file.up(account=sweden.to_props(), path=str(training_file))
    assert file.up(account=america.to_props(), path=str(training_file)) == "create, delete"
    assert files_of(sweden) == []
    assert files_of(america) == [file.id]


def test_another_way_to_the_same_account_is_no_new_upload(
    sweden: Account, training_file: Path
) -> None:
    file = driven()
    file.up(account=sweden.to_props(), path=str(training_file))
    elsewhere = {**sweden.to_props(), "endpoint": sweden.endpoint.replace("localhost", "127.0.0.1")}
    assert file.up(account=elsewhere, path=str(training_file)) == "update"
    assert file.outputs["account"]["endpoint"] == elsewhere["endpoint"]


def test_a_file_that_somebody_deleted_is_gone_and_made_again(
    sweden: Account, training_file: Path
) -> None:
    file = driven()
    inputs = {"account": sweden.to_props(), "path": str(training_file)}
    file.up(**inputs)
    connect(sweden).files.delete_file(file.id)
    assert not file.refresh()
    assert file.up(**inputs) == "create"


def test_a_file_that_a_job_reads_stays_and_the_user_is_told_what_to_do(
    azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    azure.pace("manual", of="jobs")
    file, job = driven(), Driven(FineTuningJobProvider())
    file.up(account=sweden.to_props(), path=str(training_file))
    job.up(**inputs_for(sweden, file.outputs))
    with pytest.raises(Conflict, match="wait until the job ends, or cancel it, and run again"):
        file.destroy()
    job.destroy()
    file.destroy()
    assert files_of(sweden) == []


def test_what_an_interrupted_run_uploaded_is_adopted(sweden: Account, training_file: Path) -> None:
    inputs = {"account": sweden.to_props(), "path": str(training_file)}
    interrupted, next_run = driven(), driven()
    interrupted.up(**inputs)
    next_run.up(**inputs)
    assert next_run.id == interrupted.id
    assert files_of(sweden) == [next_run.id]


def test_a_broken_line_fails_the_check_with_file_line_and_reason(
    sweden: Account, training_file: Path
) -> None:
    lines = training_file.read_text().splitlines()
    lines[6] = '{"messages": [{"role": "usr", "content": "?"}]}'
    training_file.write_text("\n".join(lines) + "\n")
    with pytest.raises(CheckFailed) as failed:
        driven().up(account=sweden.to_props(), path=str(training_file))
    assert f"{training_file}:7: $.messages[0].role" in str(failed.value)
    assert files_of(sweden) == []


def test_a_missing_file_fails_the_check_with_a_sentence(sweden: Account, tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="no such file"):
        driven().up(account=sweden.to_props(), path=str(tmp_path / "nowhere.jsonl"))


def test_a_file_that_changed_after_the_check_is_not_published(
    sweden: Account, training_file: Path
) -> None:
    file = driven()
    news = file.check(account=sweden.to_props(), path=str(training_file))
    write_examples(training_file, topic="something else")
    with pytest.raises(DatasetError):
        file.provider.create(news)
    assert files_of(sweden) == []


def test_an_input_that_does_not_exist_is_told(sweden: Account, training_file: Path) -> None:
    with pytest.raises(CheckFailed, match="`purpose` is not an input"):
        driven().up(account=sweden.to_props(), path=str(training_file), purpose="fine-tune")


def test_an_account_that_cannot_be_right_is_told(training_file: Path) -> None:
    with pytest.raises(CheckFailed, match="endpoint is not valid"):
        driven().up(account={"id": "sweden"}, path=str(training_file))


def test_a_large_file_goes_by_parts(
    azure: RunningEmulator, sweden: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = write_large(tmp_path / "large.jsonl")
    file = driven()
    file.up(account=sweden.to_props(), path=str(path))
    assert path.stat().st_size > 100_000_000
    assert file.outputs["bytes"] == path.stat().st_size
    sent = [each["path"].rsplit("/")[-1] for each in azure.requests(method="POST", path="/uploads")]
    assert sent == ["uploads", "parts", "parts", "complete"]
    assert list((tmp_path / "aoai-finetune" / "uploads").iterdir()) == []
    file.destroy()
