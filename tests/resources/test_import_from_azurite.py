"""Import from a blob of Azurite by a SAS that Azure's own library made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.errors import OperationFailed
from aoai.resources.training_file import TrainingFileProvider
from tests.azurite import Azurite, azurite
from tests.conftest import write_examples
from tests.file_content import content_of
from tests.resources.driver import Driven

pytestmark = pytest.mark.matrix  # the first time, npm takes half a minute


@pytest.fixture
def storage(
    azure: RunningEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Azurite]:
    """Azurite, trusted by this process, and so by the emulator in it, which fetches from there."""
    (tmp_path / "azurite").mkdir()
    with azurite(tmp_path / "azurite") as storage:
        both = tmp_path / "both.pem"
        both.write_bytes(azure.ca_file.read_bytes() + storage.ca_file.read_bytes())
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        yield storage


def test_a_blob_behind_a_sas_is_imported_and_the_sas_shows_nowhere(
    azure: RunningEmulator,
    sweden: Account,
    storage: Azurite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    content = write_examples(tmp_path / "train.jsonl", count=500).read_bytes()
    url = storage.put("train.jsonl", content)
    inputs = {"account": sweden.to_props(), "content_url": url, "sas_variable": "DATA_SAS"}
    sas = storage.sas("train.jsonl")
    monkeypatch.setenv("DATA_SAS", sas)
    file = Driven(TrainingFileProvider())
    file.up(**inputs)
    assert content_of(connect(sweden), file.id) == content

    expired = storage.sas("train.jsonl", minutes=-1)
    monkeypatch.setenv("DATA_SAS", expired)
    with pytest.raises(OperationFailed, match="check that a GET of") as failed:
        file.up(**inputs, content_version="2")
    assert [each.id for each in connect(sweden).files.list_files()] == [file.id]

    printed = capfd.readouterr()
    texts = [str(failed.value), repr(file.outputs), json.dumps(azure.requests()), *printed]
    for query in (sas, expired):
        signature = parse_qs(query)["sig"][0]
        assert [text for text in texts if signature in text or query in text] == []


def test_without_its_sas_the_blob_stays_closed(sweden: Account, storage: Azurite) -> None:
    url = storage.put("train.jsonl", b"{}\n")
    with pytest.raises(OperationFailed, match="HTTPError"):
        Driven(TrainingFileProvider()).up(account=sweden.to_props(), content_url=url)
