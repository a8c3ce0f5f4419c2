"""Values that no service takes are found with their key, and with what is allowed instead."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_components.config import read_stack

from aoai.errors import ConfigurationError
from tests.unit.components.test_settings import config, message, tutor


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"nEpochs": "lots"}, "nEpochs: takes a whole number of 1 to 50, or auto, not 'lots'"),
        ({"nEpochs": [3]}, "nEpochs: takes a whole number of 1 to 50, or auto, not a list"),
        ({"beta": "high"}, "beta: takes a number, more than 0 and at most 2, or auto, not 'high'"),
        ({"l2Multiplier": {}}, "l2Multiplier: takes a number, 0 or more, or auto, not a map"),
        ({"reasoningEffort": "hard"}, "reasoningEffort: takes low, medium, high, default or auto"),
    ],
)
def test_a_hyperparameter_of_another_type_is_answered_with_what_is_allowed(
    given: dict[str, Any], told: str
) -> None:
    text = message(models=tutor(hyperparameters=given))
    assert f"models.tutor.hyperparameters.{told}" in text


def test_two_deployments_of_one_model_in_one_account_are_found() -> None:
    two = {
        "a": {"model": "tutor", "account": "sweden"},
        "b": {"model": "tutor", "account": "again"},
    }
    accounts = {**config()["accounts"], "again": config()["accounts"]["sweden"]}
    text = message(deployments=two, accounts=accounts)
    assert "deployments.b: `a` serves the same model in that account already" in text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"raiPolicyName": ""}, "raiPolicyName: `raiPolicyName` is empty"),
        ({"tags": {"a/b": "c"}}, "tags: the name 'a/b' of a tag takes 1 to 512 characters, none"),
        ({"tags": {"a": "b" * 257}}, "tags: the value of the tag 'a' has 257 characters of 256"),
        ({"tags": {f"t{n}": "" for n in range(49)}}, "tags: `tags` takes at most 48, and 49"),
        ({"tags": {"microsoft.x": "y"}}, "tags: tags that begin with microsoft, azure, windows"),
    ],
)
def test_what_arm_takes_of_no_deployment_is_found_before_the_training(
    options: dict[str, Any], told: str
) -> None:
    text = message(deployments={"d": {"model": "tutor", "account": "sweden", **options}})
    assert f"deployments.d.{told}" in text


@pytest.mark.parametrize("path", ["", "  ", "~/train.jsonl"])
def test_a_path_that_cannot_be_one_is_told_once_and_not_read(path: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_stack(config(models=tutor(trainingFile=path)), {})
    told = [line for line in str(refused.value).splitlines() if "trainingFile" in line]
    assert len(told) == 1
    assert "cannot be used" not in str(refused.value)
