"""What docs/azure.md says of the first run, as far as it needs no Azure."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.documents import blocks, commands_of
from tests.engine.clones import clone

pytestmark = pytest.mark.engine

PAGE = Path("docs/azure.md")


def test_the_first_preview_of_a_stack_needs_no_azure(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
    (block,) = [block for block in blocks(PAGE) if commands_of(block) and not block.not_run]
    commands = "\n".join(commands_of(block)).replace("azblob://…", state.as_uri())
    with clone(tmp_path / "aoai-finetune") as made:
        done = subprocess.run(
            ["bash", "-ec", commands],
            cwd=made.directory,
            env={
                **kept,
                "PULUMI_HOME": str(tmp_path / "home"),
                "PULUMI_CONFIG_PASSPHRASE": "test",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Created stack 'dev'" in done.stdout + done.stderr
    assert "+ 8 to create" in done.stdout
