"""`pulumi new` with the template: a project that previews."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.conftest import ROOT

pytestmark = pytest.mark.engine
TEMPLATE = ROOT / "templates" / "new-project"
ZEROS = "00000000-0000-0000-0000-000000000000"
CONFIG = {
    "accountId": f"/subscriptions/{ZEROS}/resourceGroups/rg-ai/providers/"
    "Microsoft.CognitiveServices/accounts/contoso",
    "tenantId": ZEROS,
    "location": "swedencentral",
    "baseModel": "gpt-4.1-mini-2025-04-14",
}


def test_a_new_project_previews_file_job_model_and_deployment(
    tmp_path: Path, engine_path: str
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "project").mkdir()

    def pulumi(*arguments: str) -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=tmp_path / "project",
            env={
                **os.environ,
                "PATH": engine_path,
                "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
                "PULUMI_CONFIG_PASSPHRASE": "test",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    pulumi("new", str(TEMPLATE), "--generate-only", "--yes", "--force", "--name", "tutors")
    (tmp_path / "project" / "venv").symlink_to(sys.prefix)
    pulumi("stack", "init", "dev")
    for name, value in CONFIG.items():
        pulumi("config", "set", name, value)
    shown = pulumi("preview", "--refresh=false", "--diff")
    for kind in ("TrainingFile", "FineTuningJob", "FineTunedModel", "ModelDeployment"):
        assert f"aoai:{kind}" in shown
