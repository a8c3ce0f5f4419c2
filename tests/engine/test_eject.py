"""`aoai eject`: its calls, run by curl, read, delete and make again what an update made."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator
from azure.identity import EnvironmentCredential

from aoai.cli import main
from tests.engine.conftest import Project

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl"),
]


def calls(text: str) -> dict[str, dict[str, str]]:
    """The command of each purpose by kind."""
    found: dict[str, dict[str, str]] = {}
    for part in text.split("\n\n"):
        if head := re.match(r"# (\w+) [\w-]+: ", part):
            found[head[1]] = dict(re.findall(r"^# (\w+)\n(curl .*)$", part, re.MULTILINE))
    return found


@pytest.fixture
def ejected(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command prints of a model that is served in another tenant."""
    served = {"model": "tutor", "account": "fabrikam", "sku": "GlobalStandard"}
    project.configure(deployments={"tutor-fabrikam": served})
    project.stack().up()
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"deployment": project.stack().export_stack().deployment}))
    assert main(["eject", "--stack-export", str(export)]) == 0
    return capsys.readouterr().out


def test_the_calls_do_without_pulumi_what_pulumi_did(
    ejected: str, project: Project, azure: RunningEmulator
) -> None:
    assert ejected.startswith("exit 1 ")
    found = calls(ejected)
    tokens = tokens_of(ejected)

    def run(kind: str, purpose: str) -> str:
        environment = {**os.environ, **tokens, "CURL_CA_BUNDLE": str(azure.ca_file)}
        return run_call(found[kind][purpose], environment, project.directory)

    for kind in found:
        run(kind, "read")
    run("ModelDeployment", "delete")
    run("FineTuningJob", "delete")
    run("TrainingFile", "delete")
    assert not any(account["deployments"] for account in azure.state().values())
    assert json.loads(run("TrainingFile", "make"))["filename"].endswith(".jsonl")
    run("ModelDeployment", "make")
    assert len(azure.state()["fabrikam-switzerlandwest"]["deployments"]) == 1


def run_call(command: str, environment: dict[str, str], directory: Path) -> str:
    """Run one call; in place of `az` stand the tokens of the tenants, from the same identity."""
    token = "token() { local name=TOKEN_${1//-/_}_${2//[^a-z]/_}; echo ${!name}; }"
    done = subprocess.run(
        ["bash", "-c", f"{token}\n{command}"],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def tokens_of(text: str) -> dict[str, str]:
    """A token for each tenant and resource that the calls ask for, as variables."""
    # The emulator is no authority that Entra knows.
    credential = EnvironmentCredential(
        authority=os.environ["AZURE_AUTHORITY_HOST"],
        disable_instance_discovery=True,
        additionally_allowed_tenants=["*"],
    )
    return {
        f"TOKEN_{tenant}_{re.sub('[^a-z]', '_', resource)}".replace("-", "_"): credential.get_token(
            f"{resource}/.default", tenant_id=tenant
        ).token
        for tenant, resource in set(re.findall(r"\$\(token (\S+) (\S+?)\)", text))
    }
