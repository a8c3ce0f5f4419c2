"""The JSON Schema takes what the program takes, and refuses the typos that it refuses."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from aoai_components.schema import stack_schema

from tests.repository import ROOT
from tests.unit.components.test_settings import config

STACKS = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))
STACKS += sorted((ROOT / "examples").glob("*/stack.yaml"))


def faults(stack: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(stack_schema())
    return [error.json_path for error in validator.iter_errors(stack)]


def stack_of(**changes: Any) -> dict[str, Any]:
    return {"config": {f"aoai-finetune:{key}": value for key, value in config(**changes).items()}}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(stack_schema())


def test_the_file_that_editors_read_is_the_schema() -> None:
    written = json.loads((ROOT / "stacks" / "schema.json").read_text(encoding="utf-8"))
    assert written == stack_schema()


@pytest.mark.parametrize("path", STACKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_stacks_are_valid_and_name_the_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    schema = os.path.relpath(ROOT / "stacks" / "schema.json", path.parent)
    assert text.startswith(f"# yaml-language-server: $schema={schema}\n")
    assert faults(yaml.safe_load(text)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"modles": {}},
        {"cloud": "azure"},
        {"models": {"m": {"account": "a", "baseModel": "b"}}},
        {"models": {"m": {"account": "a", "basemodel": "b", "trainingFile": "t.jsonl"}}},
        {"models": {"m": {"account": "a", "baseModel": "b", "trainingFile": "t", "onDelete": "x"}}},
        {
            "models": {
                "m": {
                    "account": "a",
                    "baseModel": "b",
                    "trainingFile": "t",
                    "hyperparameters": {"epochs": 3},
                }
            }
        },
        {"deployments": {"d": {"model": "m", "account": "a", "capacity": "ten"}}},
        {"deployments": {"d": {"model": "m", "account": "a", "onModelChange": "swap"}}},
        {"accounts": {"a": {"id": "i", "tenantID": "t", "location": "l"}}},
        {"prices": {"gpt-4o": 0}},
        {"catalog": {"gpt-4o": {"prise": []}}},
    ],
    ids=str,
)
def test_a_typo_is_underlined(changes: dict[str, Any]) -> None:
    assert faults(stack_of(**changes))


def test_every_setting_is_described() -> None:
    schema = stack_schema()["$defs"]
    for name in ("ModelSettings", "DeploymentSettings", "FileSettings", "HyperparametersSettings"):
        for key, value in schema[name]["properties"].items():
            assert value.get("description"), f"{name}.{key}"


def test_keys_of_others_are_free() -> None:
    others = {"config": {"azure-native:location": "swedencentral"}, "encryptionsalt": "v1"}
    assert faults(others) == []
