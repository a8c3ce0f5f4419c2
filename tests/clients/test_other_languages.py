"""OpenAI's own clients for JavaScript and Go tell the whole way, unchanged, over HTTPS.

The scripts know of no emulator: only their environment points at one. They are skipped, with the
reason, where the language or the package cannot be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.wire import AMERICA, OTHER_TENANT, SWEDEN, TENANT_B

HERE = Path(__file__).parent
SECONDS = 600

pytestmark = pytest.mark.matrix


def run(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    given = os.environ | environment if environment else None
    done = subprocess.run(
        command,
        cwd=folder,
        env=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def prepared(language: str, tool: str, install: list[str], to: Path) -> Path:
    """A copy of a script with its packages; skips where there are none to be had."""
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    folder = to / language
    shutil.copytree(HERE / language, folder)
    try:
        run(install, folder)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"the packages of {language} cannot be had: {str(error)[-200:]}")
    return folder


@pytest.fixture
def places(azure: RunningEmulator) -> dict[str, str]:
    """What the scripts read from their environment."""
    azure.pace("jobs=polls:3,deployments=polls:2")
    return azure.environment() | {
        "AZURE_OPENAI_ENDPOINT": azure.endpoint(SWEDEN),
        "AZURE_RESOURCE_MANAGER": azure.url,
        "ACCOUNT_ID": azure.account_id(SWEDEN),
        "OTHER_ACCOUNT_ID": azure.account_id(AMERICA),
        "FOREIGN_ACCOUNT_ID": azure.account_id(OTHER_TENANT),
        "FOREIGN_TENANT_ID": TENANT_B,
        "NODE_EXTRA_CA_CERTS": str(azure.ca_file),
        "SSL_CERT_FILE": str(azure.ca_file),
    }


def check(printed: str, azure: RunningEmulator) -> None:
    lines = printed.splitlines()
    assert lines[:3] == ["submitted pending", "ended succeeded", "checkpoints 3"]
    assert lines.count("deployment Succeeded") == 3
    for what in ("answer", "streamed", "response"):
        assert f"{what} It returns 7." in lines
    assert lines[-2:] == ["calls 3", "deleted true"]
    hosts = {request["host"] for request in azure.requests()}
    assert hosts == {azure.url.removeprefix("https://")}
    assert all(not each["deployments"] for each in azure.state().values())


def test_javascript_goes_the_whole_way(
    azure: RunningEmulator, places: dict[str, str], tmp_path: Path
) -> None:
    install = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    folder = prepared("javascript", "npm", install, tmp_path)
    check(run(["node", "whole_way.mjs"], folder, places), azure)


def test_go_goes_the_whole_way(
    azure: RunningEmulator, places: dict[str, str], tmp_path: Path
) -> None:
    folder = prepared("golang", "go", ["go", "build", "-o", "whole_way", "."], tmp_path)
    check(run(["./whole_way"], folder, places), azure)


@pytest.mark.parametrize("script", ["javascript/whole_way.mjs", "golang/main.go"])
def test_a_script_knows_of_no_emulator(script: str) -> None:
    text = (HERE / script).read_text(encoding="utf-8").replace("\n// ", " ")
    text = text.replace("Nothing here knows of an emulator.", "")
    assert "emulator" not in text
    assert "localhost" not in text
