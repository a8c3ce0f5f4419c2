"""The data of a whole stack: every bad file is told at once, and what training will cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aoai_components.model_settings import TRAINING, VALIDATION, ModelSettings
from aoai_components.training_data import Forecast, judge_data

from aoai.catalog import CostLine, built_in, with_overrides, with_prices
from aoai.errors import DatasetError
from aoai.resources.file_inputs import FileSource
from aoai.resources.job_inputs import TrainingOptions
from tests.conftest import write_examples


def sourced(training: FileSource, validation: FileSource | None = None) -> ModelSettings:
    files = {TRAINING: training, VALIDATION: validation}
    return ModelSettings(
        account="sweden",
        base_model="m",
        files={name: file for name, file in files.items() if file is not None},
        checkpoint="final",
        options=TrainingOptions(),
    )


def model(
    training: Path,
    validation: Path | None = None,
    base_model: str = "gpt-4o-mini-2024-07-18",
    **options: Any,
) -> ModelSettings:
    made = sourced(
        FileSource(path=str(training)),
        FileSource(path=str(validation)) if validation else None,
    )
    return replace(made, base_model=base_model, options=TrainingOptions(**options))


def judged(*models: ModelSettings) -> list[Forecast]:
    named = {f"m{number}": model for number, model in enumerate(models)}
    return list(judge_data(named, built_in()).values())


def broken(path: Path, line: int) -> Path:
    lines = write_examples(path).read_text().splitlines()
    lines[line - 1] = "{"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_good_file_is_told_with_examples_tokens_epochs_and_cost(tmp_path: Path) -> None:
    path = write_examples(tmp_path / "good.jsonl", count=200)
    (forecast,) = judged(model(path, hyperparameters={"n_epochs": 4}))
    assert forecast.summary.startswith("200 examples, ")
    assert forecast.summary.endswith(", 4 epochs")
    assert forecast.cost.amount is not None


def test_epochs_that_are_left_to_the_service_are_said_to_be(tmp_path: Path) -> None:
    (forecast,) = judged(model(write_examples(tmp_path / "good.jsonl")))
    assert "(likely the service's choice)" in forecast.summary


def test_a_model_without_a_known_price_says_so(tmp_path: Path) -> None:
    path = write_examples(tmp_path / "good.jsonl")
    (forecast,) = judged(model(path, base_model="gpt-9-2030-01-01"))
    assert "no price is known for gpt-9-2030-01-01; write its family's" in forecast.cost.note


def test_a_training_type_without_a_known_price_is_named(tmp_path: Path) -> None:
    path = write_examples(tmp_path / "good.jsonl")
    (forecast,) = judged(model(path, training_type="Standrd"))
    assert "no price is known for the training type Standrd, only for" in forecast.cost.note


def test_a_training_type_that_is_left_out_is_named_as_what_it_is(tmp_path: Path) -> None:
    priced = with_overrides({"m": {"prices": [{"training": {"GlobalStandard": 4}}]}})
    path = write_examples(tmp_path / "good.jsonl")
    (forecast,) = judge_data({"m": model(path, None, "m")}, priced).values()
    assert "the training type Standard, only for GlobalStandard" in forecast.cost.note


def test_one_epoch_is_one(tmp_path: Path) -> None:
    path = write_examples(tmp_path / "good.jsonl")
    (forecast,) = judged(model(path, hyperparameters={"n_epochs": 1}))
    assert forecast.summary.endswith(", 1 epoch")


def test_two_models_that_refuse_one_file_for_different_reasons_are_both_told(
    tmp_path: Path,
) -> None:
    path = write_examples(tmp_path / "chat.jsonl", count=5)
    with pytest.raises(DatasetError) as refused:
        judged(model(path), model(path, base_model="babbage-002"))
    text = str(refused.value)
    assert text.startswith("1 file of training data")
    assert text.count("5 of at least 10 examples") == 1
    assert "models.m0.trainingFile, models.m1.trainingFile:" in text
    assert "completion" in text


def test_a_price_of_the_stacks_own_is_used(tmp_path: Path) -> None:
    path = write_examples(tmp_path / "good.jsonl", count=500)
    free = judge_data({"m": model(path)}, with_prices({"gpt-4o-mini": 1e-9}))["m"]
    assert str(free.cost.amount) == "0.00"


def test_three_bad_files_are_told_at_once_and_each_only_once(tmp_path: Path) -> None:
    first = broken(tmp_path / "first.jsonl", 3)
    second = broken(tmp_path / "second.jsonl", 5)
    missing = tmp_path / "missing.jsonl"
    with pytest.raises(DatasetError) as refused:
        judged(model(first, second), model(missing, second))
    text = str(refused.value)
    assert text.startswith("3 files of training data cannot be used:")
    assert f"{first}:3:" in text
    assert text.count(f"{second}:5:") == 1
    assert f"{missing}: no such file" in text


def test_a_file_with_very_many_errors_says_how_many_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("[}\n" * 5000)
    with pytest.raises(DatasetError, match=r"many.jsonl:5: .* \(and 4,995 more like it\)"):
        judged(model(path))


def test_a_validation_file_may_have_few_examples_and_a_training_file_may_not(
    tmp_path: Path,
) -> None:
    many, few = write_examples(tmp_path / "many.jsonl"), tmp_path / "few.jsonl"
    write_examples(few, count=2, topic="sets")
    judged(model(many, few))
    with pytest.raises(DatasetError, match=r"few\.jsonl"):
        judged(model(few))


def test_a_validation_example_that_is_trained_on_is_a_warning(tmp_path: Path) -> None:
    training = write_examples(tmp_path / "train.jsonl", count=30)
    validation = write_examples(tmp_path / "validation.jsonl", count=15)
    (forecast,) = judged(model(training, validation))
    assert any(f"{validation}" in warning for warning in forecast.warnings)


def test_what_is_not_here_is_not_read() -> None:
    elsewhere = FileSource(content_url="https://h/a.jsonl")
    there = FileSource(existing_file_id="file-1")
    (forecast,) = judged(sourced(elsewhere, there))
    unread = "the training file is not read here"
    assert forecast == Forecast(unread, (), CostLine("models.m0", "once", None, unread))


def test_a_sas_that_is_not_set_here_is_a_warning_that_an_update_will_need_it() -> None:
    elsewhere = FileSource(content_url="https://h/a.jsonl", sas_variable="TRAIN_SAS")
    models = {"m": sourced(elsewhere)}
    (warning,) = judge_data(models, built_in(), {})["m"].warnings
    assert warning.startswith("trainingFile: the environment variable TRAIN_SAS is not set here")
    assert judge_data(models, built_in(), {"TRAIN_SAS": "sv=1&sig=Canary"})["m"].warnings == ()


@pytest.mark.parametrize(("step", "told"), [(120, False), (121, True)])
def test_a_checkpoint_beyond_the_last_step_is_found(tmp_path: Path, step: int, told: bool) -> None:
    """60 examples in batches of 2 are 30 steps an epoch, 120 in 4 epochs."""
    path = write_examples(tmp_path / "good.jsonl", count=60)
    numbers = {"n_epochs": 4, "batch_size": 2}
    (forecast,) = judged(replace(model(path, hyperparameters=numbers), checkpoint=step))
    assert bool(forecast.problems) is told
    if told:
        (problem,) = forecast.problems
        assert problem.startswith("models.m0.checkpoint: the training cannot have a step 121: ")
        assert problem.endswith("60 examples in 4 epochs make at most 120 steps")


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ("{{item.answer}} {{item.messages}}", []),
        ("{{item.expected}}", ["trainingFile", "validationFile"]),
        ("{{item.source}}", ["validationFile"]),
    ],
)
def test_a_field_that_the_grader_reads_and_the_examples_lack_is_found(
    tmp_path: Path, read: str, told: list[str]
) -> None:
    example = '{"messages": [{"role": "user", "content": "%d?"}], "answer": 1%s}\n'
    training, validation = tmp_path / "t.jsonl", tmp_path / "v.jsonl"
    training.write_text("".join(example % (n, ', "source": "a"') for n in range(12)))
    validation.write_text("".join(example % (n, "") for n in range(50, 60)))
    grader = {"type": "string_check", "name": "g", "operation": "eq", "input": "x"}
    graded = model(
        training,
        validation,
        "o4-mini-2025-04-16",
        method="reinforcement",
        grader={**grader, "reference": read},
    )
    (forecast,) = judged(graded)
    assert len(forecast.problems) == len(told)
    for setting, problem in zip(told, forecast.problems, strict=True):
        assert problem.startswith("models.m0.grader: reads {{item.")
        assert f"which the examples of {setting} have not; beside messages there are" in problem


@pytest.mark.parametrize(
    ("step", "numbers", "refused", "warned"),
    [
        (3, {"n_epochs": 4, "batch_size": 1}, "here of the steps 24, 36, 48; 3 is none", ""),
        (36, {"n_epochs": 4, "batch_size": 1}, "", ""),
        (12, {"n_epochs": 2, "batch_size": 1}, "", ""),
        (1, {"n_epochs": 4, "batch_size": 1}, "", ""),  # a job that was paused has one
        (3, {"n_epochs": 4}, "", "a step 3 may not be among them"),
        (3, {"n_epochs": 4, "batch_size": 5}, "", "a step 3 may not be among them"),
    ],
)
def test_a_step_that_the_service_does_not_keep_is_found_before_it_is_paid(
    tmp_path: Path, step: int, numbers: dict[str, int], refused: str, warned: str
) -> None:
    path = write_examples(tmp_path / "good.jsonl", count=12)
    (forecast,) = judged(replace(model(path, hyperparameters=numbers), checkpoint=step))
    assert refused in "".join(forecast.problems)
    assert bool(forecast.problems) is bool(refused)
    advice = [text for text in forecast.warnings if text.startswith("checkpoint: ")]
    assert warned in "".join(advice)
    assert bool(advice) is bool(warned)


def test_an_hour_without_a_price_is_not_answered_with_the_prices_of_tokens(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    example = '{"messages": [{"role": "user", "content": "%d?"}], "answer": 1}\n'
    path.write_text("".join(example % number for number in range(12)))
    options = {"method": "reinforcement", "training_type": "Developer"}
    (forecast,) = judged(model(path, None, "o4-mini-2025-04-16", **options))
    assert forecast.cost.note.startswith("no price of an hour of Developer training is known for")
