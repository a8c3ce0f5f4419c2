"""Data from a blob, on the real engine: trained from, and its signature in nothing that is left."""

from __future__ import annotations

import hashlib

import pytest
import requests
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from tests.engine.conftest import Project

pytestmark = pytest.mark.engine

CANARY = "CanaryCanary%2F0123456789abcdefghijklmnopqrstuv%3D"


def test_a_blob_is_trained_from_and_its_signature_is_nowhere(
    project: Project, azure: RunningEmulator, sweden: Account
) -> None:
    url = f"{azure.url}/storage/sets/train.jsonl"
    headers = {"x-ms-blob-type": "BlockBlob"}
    data = project.train.read_bytes()
    requests.put(
        f"{url}?sig=x", data=data, headers=headers, verify=str(azure.ca_file), timeout=10
    ).raise_for_status()
    theirs = connect(sweden).files.create_file(
        project.train, "theirs.jsonl", sha256=sha256_of(data)
    )
    project.environment["DATA_SAS"] = f"sv=2025-01-05&sig={CANARY}"
    project.configure(
        models={
            "tutor": {
                "account": "sweden",
                "baseModel": "gpt-4.1-mini-2025-04-14",
                "trainingFile": {"contentUrl": url, "sasVariable": "DATA_SAS"},
                "validationFile": {"existingFileId": theirs.id},
            }
        },
        deployments={},
    )
    project.stack()
    commands = (("up", "--yes"), ("preview", "--expect-no-changes"), ("destroy", "--yes"))
    shown = [project.run(*command) for command in commands]
    assert [each.returncode for each in shown] == [0, 0, 0], [each.stdout for each in shown]
    assert f"{theirs.id} stays in account contoso-swedencentral" in shown[-1].stdout
    assert [file.id for file in connect(sweden).files.list_files()] == [theirs.id]

    left = [path for path in project.directory.parent.rglob("*") if path.is_file()]
    texts = [path.read_bytes() for path in left if not path.is_symlink()]
    texts += [(each.stdout + each.stderr).encode() for each in shown]
    assert any(b"sasVariable" in text or b"sas_variable" in text for text in texts)
    assert [text[:100] for text in texts if b"CanaryCanary" in text] == []


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
