"""Files from a URL and files that are there already, on the emulator over HTTPS."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.errors import AoaiError, ConfigurationError, OperationFailed
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.training_file import TrainingFileProvider
from tests.conftest import write_examples
from tests.file_content import content_of
from tests.resources.conftest import BASE_MODEL
from tests.resources.driver import CheckFailed, Driven

CANARY = "CanaryCanary%2F0123456789abcdefghijklmnopqrstuv%3D"
SAS = f"sv=2025-01-05&sp=r&sig={CANARY}"
Put = Callable[..., str]


def driven() -> Driven:
    return Driven(TrainingFileProvider())


def files_of(account: Account) -> list[str]:
    return sorted(file.id for file in connect(account).files.list_files())


@pytest.fixture
def put(azure: RunningEmulator, tmp_path: Path) -> Put:
    """Puts examples into the emulator's blob store and gives the blob's URL."""

    def blob(topic: str = "lists", content: bytes | None = None) -> str:
        url = f"{azure.url}/storage/sets/train.jsonl"
        data = content or write_examples(tmp_path / "blob.jsonl", topic=topic).read_bytes()
        headers = {"x-ms-blob-type": "BlockBlob"}
        requests.put(
            f"{url}?sig=x", data=data, headers=headers, verify=str(azure.ca_file), timeout=10
        ).raise_for_status()
        return url

    return blob


@pytest.fixture(autouse=True)
def _signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_SAS", SAS)


def test_a_life_from_a_url(sweden: Account, put: Put) -> None:
    file = driven()
    inputs = {
        "account": sweden.to_props(),
        "content_url": put("lists"),
        "sas_variable": "DATA_SAS",
        "content_version": "1",
    }
    assert file.up(**inputs) == "create"
    assert file.outputs["status"] == "processed"
    assert file.outputs["filename"].startswith("train-")
    assert b"about lists" in content_of(connect(sweden), file.id)
    assert file.outputs.get("sha256") is None
    assert file.up(**inputs) == "same"
    assert file.refresh()
    assert file.up(**inputs) == "same"

    put("dictionaries")
    assert file.up(**inputs) == "same"  # what lies behind the URL is not looked at
    assert file.up(**{**inputs, "content_version": "2"}) == "create, delete"
    assert b"about dictionaries" in content_of(connect(sweden), file.id)
    assert files_of(sweden) == [file.id]

    before = file.id
    renamed = {**inputs, "content_version": "2", "sas_variable": "OTHER_SAS"}
    assert file.up(**renamed) == "update"
    assert file.id == before

    file.destroy()
    assert files_of(sweden) == []
    file.destroy()


def test_what_an_interrupted_run_imported_is_adopted(
    sweden: Account, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = {
        "account": sweden.to_props(),
        "content_url": put(),
        "sas_variable": "DATA_SAS",
    }
    interrupted, next_run = driven(), driven()
    interrupted.up(**inputs)
    monkeypatch.delenv("DATA_SAS")
    next_run.up(**inputs)
    assert files_of(sweden) == [next_run.id] == [interrupted.id]


def test_a_preview_needs_no_signature_but_the_import_does(
    sweden: Account, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATA_SAS")
    inputs = {"account": sweden.to_props(), "content_url": put(), "sas_variable": "DATA_SAS"}
    file = driven()
    news = file.check(**inputs)
    with pytest.raises(ConfigurationError, match="set the environment variable DATA_SAS"):
        file.provider.create(news)
    assert files_of(sweden) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{\n", "jsonl file failed"), (None, "content could not be read")],
    ids=["bad data", "no blob"],
)
def test_an_import_that_fails_says_why_and_leaves_nothing(
    azure: RunningEmulator, sweden: Account, put: Put, content: bytes | None, said: str
) -> None:
    azure.settings(invalid_data="file")
    url = put(content=content)
    url = url if content else url.replace("train", "nowhere")
    with pytest.raises(OperationFailed, match=said) as failed:
        driven().up(account=sweden.to_props(), content_url=url, sas_variable="DATA_SAS")
    assert f"check that a GET of {url} answers" in str(failed.value)
    assert files_of(sweden) == []


def test_the_signature_shows_nowhere(
    azure: RunningEmulator, sweden: Account, put: Put, capfd: pytest.CaptureFixture[str]
) -> None:
    inputs = {"account": sweden.to_props(), "content_url": put(), "sas_variable": "DATA_SAS"}
    file = driven()
    file.up(**inputs)
    echo = {"error": {"code": "fileImportFailed", "message": f"GET ?{SAS}: {CANARY} {SAS}"}}
    azure.fail("status", path="/files/import", status=400, body=json.dumps(echo))
    with pytest.raises(AoaiError) as failed:
        file.up(**{**inputs, "content_version": "2"})
    printed = capfd.readouterr()
    received = json.dumps([azure.requests(), azure.state(), azure.faults()])
    seen = [str(failed.value), repr(failed.value.__context__), repr(file.outputs), received]
    for shown in (*seen, printed.out, printed.err):
        assert "CanaryCanary" not in shown
    assert "fileImportFailed" in str(failed.value)


def test_a_file_that_is_there_is_taken_in_and_left(
    sweden: Account, training_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sha256 = hashlib.sha256(training_file.read_bytes()).hexdigest()
    theirs = connect(sweden).files.create_file(training_file, "theirs.jsonl", sha256=sha256)
    file = driven()
    inputs = {"account": sweden.to_props(), "existing_file_id": theirs.id}
    assert file.up(**inputs) == "create"
    assert (file.id, file.outputs["filename"]) == (theirs.id, "theirs.jsonl")
    assert file.up(**inputs) == "same"
    assert file.refresh()
    file.destroy()
    assert files_of(sweden) == [theirs.id]
    assert f"{theirs.id} stays in account contoso-swedencentral" in capsys.readouterr().out

    connect(sweden).files.delete_file(theirs.id)
    assert not file.refresh()
    with pytest.raises(ConfigurationError, match=theirs.id):
        file.up(**inputs)


def import_somehow(account: Account, url: str, purpose: str = "fine-tune") -> str:
    """Somebody else's import."""
    body = {"purpose": purpose, "filename": "theirs.jsonl", "content_url": f"{url}?{SAS}"}
    answer = connect(account).files.transport.request(
        "POST", "/files/import", params={"api-version": "2024-10-21"}, body=body
    )
    return str(answer.data["id"])


def test_a_file_of_another_purpose_is_refused(sweden: Account, put: Put) -> None:
    theirs = import_somehow(sweden, put(), purpose="batch")
    with pytest.raises(ConfigurationError, match="has the purpose 'batch'"):
        driven().up(account=sweden.to_props(), existing_file_id=theirs)


def test_a_file_of_another_account_is_not_found_and_told(
    sweden: Account, america: Account, training_file: Path
) -> None:
    file = driven()
    file.up(account=america.to_props(), path=str(training_file))
    with pytest.raises(ConfigurationError, match="known in its own account only"):
        driven().up(account=sweden.to_props(), existing_file_id=file.id)


def test_a_bad_file_of_somebody_else_is_told_and_kept(
    azure: RunningEmulator, sweden: Account, put: Put
) -> None:
    azure.settings(invalid_data="file")
    theirs = import_somehow(sweden, put(content=b"{\n"))
    with pytest.raises(OperationFailed, match="name another file and run again"):
        driven().up(account=sweden.to_props(), existing_file_id=theirs)
    assert files_of(sweden) == [theirs]


def test_naming_the_own_file_by_its_id_keeps_it_for_good(
    sweden: Account, training_file: Path
) -> None:
    file = driven()
    file.up(account=sweden.to_props(), path=str(training_file))
    assert file.up(account=sweden.to_props(), existing_file_id=file.id) == "update"
    assert file.up(account=sweden.to_props(), existing_file_id=file.id) == "same"
    file.destroy()
    assert files_of(sweden) == [file.id]


def test_from_a_file_that_is_there_to_a_path_leaves_the_first(
    sweden: Account, tmp_path: Path, training_file: Path
) -> None:
    first, second = driven(), driven()
    first.up(account=sweden.to_props(), path=str(training_file))
    second.up(account=sweden.to_props(), existing_file_id=first.id)
    other = write_examples(tmp_path / "other.jsonl", topic="other things")
    assert second.up(account=sweden.to_props(), path=str(other)) == "create, delete"
    assert files_of(sweden) == sorted([first.id, second.id])


def test_from_a_path_to_a_url_is_another_file(
    sweden: Account, put: Put, training_file: Path
) -> None:
    file = driven()
    file.up(account=sweden.to_props(), path=str(training_file))
    step = file.up(account=sweden.to_props(), content_url=put(), sas_variable="DATA_SAS")
    assert step == "create, delete"
    assert files_of(sweden) == [file.id]


def test_a_job_compares_files_without_a_digest_by_their_id(sweden: Account, put: Put) -> None:
    file, job = driven(), Driven(FineTuningJobProvider())
    inputs = {"account": sweden.to_props(), "content_url": put(), "sas_variable": "DATA_SAS"}
    file.up(**inputs)

    def train() -> str:
        return job.up(
            account=sweden.to_props(),
            model=BASE_MODEL,
            training_file=file.outputs["file_id"],
            training_file_sha256=file.outputs.get("sha256"),
            generation=1,
            on_delete="cancel",
        )

    assert train() == "create"
    assert train() == "same"
    file.up(**{**inputs, "content_version": "2"})
    assert train() == "create, delete"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "give exactly one of `path`, `content_url` and `existing_file_id`, not none"),
        ({"path": "a", "content_url": "https://h/a"}, "not `path` and `content_url`"),
        ({"path": "a", "content_version": "2"}, "`content_version` belongs to a"),
        ({"existing_file_id": "f", "sas_variable": "X"}, "`sas_variable` belongs to a"),
        ({"existing_file_id": ""}, "write the id of a file"),
        ({"existing_file_id": "../jobs"}, "write the id of a file"),
        ({"content_url": f"https://h/a?{SAS}"}, "leave out the query"),
        ({"content_url": "http://h/a"}, "write an https URL"),
        ({"content_url": f"https://u:{CANARY}@h/a"}, "leave out the user"),
        ({"content_url": "https://h/a", "sas_variable": SAS}, "not the SAS itself"),
        ({"content_url": 7}, "`content_url`"),
    ],
)
def test_a_source_that_cannot_be_right_fails_the_check(
    sweden: Account, inputs: dict[str, object], said: str
) -> None:
    with pytest.raises(CheckFailed) as failed:
        driven().check(account=sweden.to_props(), **inputs)
    assert said in str(failed.value)
    assert "Canary" not in str(failed.value)
