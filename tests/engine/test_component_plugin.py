"""The component plugin on the real engine, from programs that do not import the component."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_emulator import RunningEmulator

from tests.conftest import write_examples
from tests.engine.conftest import account_settings
from tests.engine.environments import without_packages
from tests.method_data import GRADER, write_questions
from tests.repository import ROOT

pytestmark = pytest.mark.engine

PROGRAM = """
import json
import pulumi

class Remote(pulumi.ComponentResource):
    def __init__(self, name, props):
        outputs = dict.fromkeys(["fineTunedModel", "deploymentNames"])
        super().__init__("aoai:index:FineTunedDeployment", name, {**outputs, **props}, None, True)

with open("inputs.json") as file:
    tutor = Remote("tutor", json.load(file))
pulumi.export("model", tutor.fineTunedModel)
pulumi.export("names", tutor.deploymentNames)
"""


@dataclass
class Consumer:
    """A project that uses the plugin."""

    directory: Path
    environment: dict[str, str]
    inputs: dict[str, Any]

    def pulumi(self, *arguments: str) -> str:
        """Run the engine on the project with its inputs; what it printed, errors included."""
        (self.directory / "inputs.json").write_text(json.dumps(self.inputs))
        done = subprocess.run(
            ["pulumi", *arguments, "--stack", "test", "--non-interactive", "--color", "never"],
            cwd=self.directory,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return done.stdout

    def describe(self, options: dict[str, str], plugin: Path) -> None:
        """Write the project's file."""
        content = {
            "name": "consumer",
            "runtime": {"name": "python", "options": options},
            "plugins": {"providers": [{"name": "aoai", "path": str(plugin)}]},
        }
        (self.directory / "Pulumi.yaml").write_text(yaml.safe_dump(content))


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The plugin with this interpreter's environment."""
    directory = tmp_path / "plugin"
    shutil.copytree(ROOT / "plugin", directory, ignore=shutil.ignore_patterns("venv"))
    without_packages(directory / "venv")
    return directory


@pytest.fixture
def consumer(
    azure: RunningEmulator,
    tmp_path: Path,
    engine_path: str,
    plugin: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Consumer:
    directory = tmp_path / "consumer"
    (directory / "state").mkdir(parents=True)
    (directory / "__main__.py").write_text(PROGRAM)
    write_examples(directory / "train.jsonl")
    monkeypatch.setenv("PATH", engine_path)
    environment = {
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": (directory / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AOAI_EMULATOR_URL": azure.url,
        **azure.environment(),
    }
    place = account_settings(azure, "contoso-swedencentral")
    inputs = {
        "accountId": place["id"],
        "tenantId": place["tenantId"],
        "location": place["location"],
        "cloud": "emulator",
        "baseModel": "gpt-4o-mini-2024-07-18",
        "trainingFile": "train.jsonl",
        "nEpochs": 2,
        "pollInterval": 0.1,
        "deployments": {"tutor-sweden": {"capacity": 5}},
    }
    made = Consumer(directory, environment, inputs)
    made.describe({"virtualenv": str(plugin / "venv")}, plugin)
    made.pulumi("stack", "init")
    return made


def test_a_program_that_knows_the_plugin_alone_makes_changes_and_removes_a_model(
    consumer: Consumer,
) -> None:
    preview = consumer.pulumi("preview")
    assert "+ 7 to create" in preview, preview
    made = consumer.pulumi("up", "--yes", "--skip-preview")
    assert "+ 7 created" in made, made
    outputs = json.loads(consumer.pulumi("stack", "output", "--json"))
    assert outputs["model"].startswith("gpt-4o-mini-2024-07-18.ft-")
    assert outputs["names"]["tutor-sweden"].startswith("tutor-sweden-")
    assert "7 unchanged" in consumer.pulumi("up", "--yes", "--skip-preview", "--refresh")
    consumer.inputs["deployments"]["tutor-sweden"]["capacity"] = 7
    changed = consumer.pulumi("up", "--yes", "--skip-preview")
    assert "~ 1 updated" in changed, changed
    assert "- 7 deleted" in consumer.pulumi("destroy", "--yes", "--skip-preview")


@pytest.mark.matrix
def test_a_program_trains_by_reinforcement_with_answers_for_the_readiness(
    consumer: Consumer, azure: RunningEmulator
) -> None:
    write_questions(consumer.directory / "train.jsonl")
    write_questions(consumer.directory / "validation.jsonl", start=20)
    consumer.inputs |= {
        "baseModel": "o4-mini-2025-04-16",
        "validationFile": "validation.jsonl",
        "method": "reinforcement",
        "grader": dict(GRADER),
        "responseFormat": {"type": "json_schema", "json_schema": {"name": "sum"}},
        "evalSamples": 3,
        "reasoningEffort": "high",
        "readiness": {"useCase": "sums"},
        "deployments": {"sums": {"tags": {"team": "a"}}},
    }
    del consumer.inputs["nEpochs"]
    made = consumer.pulumi("up", "--yes", "--skip-preview")
    assert "created" in made, made
    (job,) = azure.requests(method="POST", path="fine_tuning/jobs")
    assert job["body"]["method"]["reinforcement"] == {
        "grader": dict(GRADER),
        "response_format": consumer.inputs["responseFormat"],
        "hyperparameters": {"eval_samples": 3, "reasoning_effort": "high"},
    }
    (deployment,) = azure.requests(method="PUT", path="deployments")
    assert {"team": "a", "useCase": "sums"}.items() <= deployment["body"]["tags"].items()
    assert "8 unchanged" in consumer.pulumi("up", "--yes", "--skip-preview", "--refresh")


def test_a_job_that_failed_ends_the_update_with_its_words_and_a_detached_one_does_not_wait(
    consumer: Consumer, azure: RunningEmulator
) -> None:
    train = consumer.directory / "train.jsonl"
    good = train.read_text()
    train.write_text(good.replace("Answer 3", "[emulator:harm=violence] Answer 3"))
    failed = consumer.pulumi("up", "--yes", "--skip-preview")
    assert "failed RAI checks for harm types: [violence]" in failed
    assert "error:" in failed
    train.write_text(good)
    azure.pace("manual", of="jobs")
    consumer.inputs["wait"] = "detach"
    left = consumer.pulumi("up", "--yes", "--skip-preview")
    assert "error:" not in left, left
    assert json.loads(consumer.pulumi("stack", "output", "--json"))["model"] == ""
    azure.pace("immediate")
    assert "error:" not in consumer.pulumi("up", "--yes", "--skip-preview")
    outputs = json.loads(consumer.pulumi("stack", "output", "--json"))
    assert outputs["names"]["tutor-sweden"].startswith("tutor-sweden-")


def test_what_a_program_has_to_name_and_what_is_wrong_is_one_line(
    consumer: Consumer, plugin: Path
) -> None:
    consumer.inputs["accountId"] = "contoso"
    shown = consumer.pulumi("preview")
    assert "id is not valid; write the ARM id" in shown
    assert "hosted.py" not in shown  # the program's own frames are Pulumi's
    consumer.describe({}, plugin)
    assert "names no Python environment for the resources" in consumer.pulumi("preview")


def test_a_plugin_without_its_environment_says_how_to_make_it(
    consumer: Consumer, plugin: Path
) -> None:
    shutil.rmtree(plugin / "venv")
    assert f"make it: python3 -m venv {plugin}/venv" in consumer.pulumi("preview")


def test_the_engine_reads_the_schema_that_is_checked_in(consumer: Consumer, plugin: Path) -> None:
    read = subprocess.run(
        ["pulumi", "package", "get-schema", str(plugin / "pulumi-resource-aoai")],
        cwd=consumer.directory,
        env={**os.environ, **consumer.environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert interface(read.stdout) == interface((ROOT / "plugin" / "schema.json").read_text())


def interface(schema: str) -> dict[str, Any]:
    """Type and text of each input, output and member, and what is required."""
    content = json.loads(schema)
    found: dict[str, Any] = {}
    for name, kind in {**content["resources"], **content["types"]}.items():
        for part in ("inputProperties", "properties"):
            found[f"{name} {part}"] = {
                key: (value.get("type"), value.get("$ref"), value.get("description"))
                for key, value in kind.get(part, {}).items()
            }
        for part in ("requiredInputs", "required"):
            found[f"{name} {part}"] = sorted(kind.get(part, []))
    return found
