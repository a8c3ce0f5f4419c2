"""A team's state in a blob container: two runs, a lock between them, and nothing secret in it.

The container is Azurite's, with a key; with Entra only the sign-in differs, and that is Pulumi's.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator
from azure.storage.blob import BlobServiceClient

from tests.azurite import ACCOUNT, CONTAINER, Azurite, azurite
from tests.engine.conftest import STACK, Project

pytestmark = [pytest.mark.engine, pytest.mark.matrix]


def use(blobs: Azurite, project: Project) -> None:
    """Point the project at the container, as `pulumi login azblob://…` does."""
    blobs.put("made", b"")  # the container has to be there
    where = f"storage_account={ACCOUNT}&protocol=https&localemu=true"
    host = blobs.url.removeprefix("https://")
    project.environment |= {
        "PULUMI_BACKEND_URL": f"azblob://{CONTAINER}?{where}&domain={host}",
        "AZURE_STORAGE_ACCOUNT": ACCOUNT,
        "AZURE_STORAGE_KEY": blobs.key,
        "SSL_CERT_FILE": str(blobs.ca_file),
    }


def names(blobs: Azurite) -> list[str]:
    with BlobServiceClient(
        f"{blobs.url}/{ACCOUNT}", credential=blobs.key, connection_verify=str(blobs.ca_file)
    ) as service:
        return list(service.get_container_client(CONTAINER).list_blob_names())


def pulumi(project: Project, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["pulumi", *arguments, "--stack", STACK, "--non-interactive"],
        cwd=project.directory,
        env={**os.environ, **project.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_team_shares_a_state_in_a_container(
    project: Project, azure: RunningEmulator, tmp_path: Path
) -> None:
    (tmp_path / "blobs").mkdir()
    with azurite(tmp_path / "blobs") as blobs:
        use(blobs, project)
        assert project.run("stack", "init").returncode == 0
        azure.pace("jobs=time:600")

        with pulumi(project, "up", "--yes") as first:
            assert first.stdout
            for line in first.stdout:
                if "running" in line:
                    break
            second = project.run("up", "--yes")
            azure.advance(days=1)
            first.stdout.read()
        assert first.returncode == 0
        assert second.returncode != 0
        assert "locked" in second.stdout + second.stderr

        again = project.run("preview", "--expect-no-changes")
        assert again.returncode == 0, again.stdout + again.stderr
        assert any(STACK in name for name in names(blobs))
        assert not any("lock" in name for name in names(blobs))
        assert sum(len(account["jobs"]) for account in azure.state().values()) == 1
