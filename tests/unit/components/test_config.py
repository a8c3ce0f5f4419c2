"""A stack's file and its data are judged together: nobody fixes one to hear of the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from aoai_components.config import misnamed, read_config, read_stack

from aoai.errors import ConfigurationError
from tests.conftest import write_examples
from tests.unit.components.test_settings import config, tutor


def test_faults_of_the_file_and_of_the_data_are_told_together(tmp_path: Path) -> None:
    few = write_examples(tmp_path / "few.jsonl", count=3)
    missing = tmp_path / "missing.jsonl"
    models: dict[str, Any] = {
        **tutor(trainingFile=str(few), onDelet="delete"),
        "other": {"account": "swedn", "baseModel": "gpt-4o", "trainingFile": str(missing)},
    }
    with pytest.raises(ConfigurationError) as refused:
        read_stack(config(models=models), {})
    text = str(refused.value)
    assert "models.tutor: there is no setting `onDelet`" in text
    assert "models.other.account: there is no `swedn`" in text
    assert "2 files of training data cannot be used:" in text
    assert f"{few}: 3 of at least 10 examples" in text
    assert f"{missing}: no such file" in text


def test_a_stack_without_a_fault_has_settings_and_a_forecast_for_each_model(
    tmp_path: Path,
) -> None:
    path = write_examples(tmp_path / "train.jsonl")
    stack = read_stack(config(models=tutor(trainingFile=str(path))), {})
    assert list(stack.settings.models) == list(stack.forecasts) == ["tutor"]
    assert stack.forecasts["tutor"].notes.remarks
    assert stack.warnings == []


def test_a_contradiction_with_the_catalogue_is_told_with_the_other_faults(tmp_path: Path) -> None:
    few = write_examples(tmp_path / "few.jsonl", count=3)
    models = tutor(trainingFile=str(few), baseModel="Ministral-3B")
    with pytest.raises(ConfigurationError) as refused:
        read_stack(config(models=models), {})
    text = str(refused.value)
    assert "models.tutor.trainingType: Ministral-3B is trained as DataZone" in text
    assert "deployments.tutor-prod.sku: fine-tuned Ministral-3B is deployed as Global" in text
    assert f"{few}: 3 of at least 10 examples" in text


def test_the_keys_of_the_project_are_read_and_those_of_others_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", '{"demo:cloud": "china", "demo:clod": "x", "azure:a": "b"}')
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", "[]")
    assert read_config(pulumi.Config("demo"))["keys"] == ["cloud", "clod"]


def test_a_prefix_that_is_nearly_the_projects_is_reported() -> None:
    keys = ["aoai-finetunes:accounts", "aoai-finetune:models", "azure-native:location"]
    (text,) = misnamed("aoai-finetune", keys)
    assert text.startswith(
        "aoai-finetunes:accounts: nothing reads it; did you mean `aoai-finetune:"
    )
