"""Forty and more wrong settings: one line each, with the key and what to write instead."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from aoai.errors import ConfigurationError
from tests.stack_settings import read_settings

ZEROS = "00000000-0000-0000-0000-000000000000"
GROUP = f"/subscriptions/{ZEROS}/resourceGroups/rg-ai"
ACCOUNTS = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts"
STACK: dict[str, Any] = {
    "accounts": {
        "sweden": {"id": f"{ACCOUNTS}/contoso", "tenantId": ZEROS, "location": "swedencentral"}
    },
    "models": {
        "tutor": {
            "account": "sweden",
            "baseModel": "gpt-4.1-mini-2025-04-14",
            "trainingFile": "examples/stdlib/train.jsonl",
        }
    },
    "deployments": {"tutor": {"model": "tutor", "account": "sweden"}},
}

WRONG: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("wrong_settings.yaml").read_text(encoding="utf-8")
)


def with_value(path: str, value: Any) -> dict[str, Any]:
    """The stack with one value in another place."""
    stack = copy.deepcopy(STACK)
    *sections, key = path.split(".")
    place = stack
    for section in sections:
        place = place[section]
    place[key] = value
    stack["keys"] = tuple(stack)
    stack["poll_interval"] = stack.pop("pollInterval", None)
    return stack


def test_there_are_forty() -> None:
    assert len(WRONG) >= 40


def test_the_stack_itself_is_right() -> None:
    assert read_settings(with_value("cloud", "public")).models.keys() == {"tutor"}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong['setting']}={wrong['value']}")
def test_a_wrong_setting_is_one_line_with_its_key_and_what_to_write(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_settings(with_value(wrong["setting"], wrong["value"]))
    _, *lines = str(raised.value).splitlines()
    assert lines == [f"  - {wrong['said']}"]
    assert wrong["said"].startswith(wrong["setting"].rpartition(".")[0])
