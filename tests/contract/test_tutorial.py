"""A script written for Azure runs on the emulator with another endpoint and certificate."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from aoai_emulator import RunningEmulator

from tests.emulator.wire import SWEDEN

SCRIPT = Path(__file__).with_name("tutorial.py")


def test_the_tutorial_runs_with_nothing_changed_but_the_environment(
    azure: RunningEmulator,
) -> None:
    azure.pace("jobs=polls:3,deployments=polls:2,files=polls:2")
    environment = os.environ | {
        "AZURE_OPENAI_ENDPOINT": azure.endpoint(SWEDEN),
        "AZURE_RESOURCE_MANAGER": azure.url,
        "ACCOUNT_ID": azure.account_id(SWEDEN),
        "DISABLE_INSTANCE_DISCOVERY": "1",
        "PAUSE": "0",
    }
    command = [sys.executable, str(SCRIPT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert told[:2] == ["uploaded training_set.jsonl", "uploaded validation_set.jsonl"]
    assert told[2] == "submitted pending"
    assert told[3].startswith("ended succeeded ")
    assert "event Job succeeded." in told
    assert [line.split()[1] for line in told if line.startswith("checkpoint")] == [
        "100",
        "80",
        "60",
    ]
    assert "results step,train_loss,train_mean_token_accuracy,valid_loss" in done.stdout
    assert "answer Somebody patient, 7 times over." in told
    assert told[-2:] == ["deleted True", "deleted True"]


def test_the_script_knows_of_no_emulator() -> None:
    text = SCRIPT.read_text().replace("Nothing here knows of an emulator.", "")
    assert "emulator" not in text
    assert "localhost" not in text
