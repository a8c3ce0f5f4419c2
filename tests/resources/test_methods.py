"""Jobs by preference and by reinforcement: what is checked, sent, compared and found again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import connect
from aoai.azure.lifecycle.fine_tuning_job import WantedJob
from aoai.azure.lifecycle.job_body import placed
from aoai.errors import ConfigurationError
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.graders import SOURCE_BYTES, grader_problems
from aoai.resources.hyperparameters import hyperparameter_advice, hyperparameter_problems
from aoai.resources.job_identity import trained_from
from tests.method_data import GRADER, MODELS, NEEDS, WRITERS, write_questions
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import CheckFailed, Driven

COMMON = {"n_epochs": 2, "batch_size": 1, "learning_rate_multiplier": 1.0}
MESSAGES = [{"role": "user", "content": "Grade {{sample.output_text}}."}]


def inputs_of_method(account: Account, directory: Path, method: str, **more: Any) -> dict[str, Any]:
    file = uploaded(account, WRITERS[method](directory / "train.jsonl"), method=method)
    inputs = inputs_for(account, file, model=MODELS[method], **NEEDS[method], **more)
    if method == "reinforcement":
        other = write_questions(directory / "validation.jsonl", start=20)
        held = uploaded(account, other, method=method, validation=True)
        inputs |= {"validation_file": held["file_id"], "validation_file_sha256": held["sha256"]}
    return inputs


@pytest.mark.parametrize("method", ["dpo", "reinforcement"])
def test_a_method_trains_with_its_hyperparameters_inside_of_it(
    azure: RunningEmulator, sweden: Account, tmp_path: Path, method: str
) -> None:
    inputs = inputs_of_method(sweden, tmp_path, method, hyperparameters=COMMON)
    job, model = Driven(FineTuningJobProvider()), Driven(FineTunedModelProvider())
    assert job.up(**inputs) == "create"
    (request,) = azure.requests(method="POST", path="fine_tuning/jobs")
    assert "hyperparameters" not in request["body"]
    assert request["body"]["method"]["type"] == method
    assert request["body"]["method"][method]["hyperparameters"] == COMMON
    assert job.up(**inputs) == "same"
    model.up(account=sweden.to_props(), job_id=job.id)
    assert ".ft-" in model.outputs["fine_tuned_model"]


def test_a_supervised_job_is_sent_as_before_there_were_methods(
    azure: RunningEmulator, sweden: Account, tmp_path: Path
) -> None:
    inputs = inputs_of_method(sweden, tmp_path, "supervised", hyperparameters=COMMON)
    Driven(FineTuningJobProvider()).up(**inputs, method="supervised")
    (request,) = azure.requests(method="POST", path="fine_tuning/jobs")
    assert request["body"]["hyperparameters"] == COMMON
    assert "method" not in request["body"]


def test_a_job_from_before_there_were_methods_stays(sweden: Account, tmp_path: Path) -> None:
    provider = FineTuningJobProvider()
    olds = inputs_of_method(sweden, tmp_path, "supervised")
    chosen = {"n_epochs": "auto", "batch_size": -1, "learning_rate_multiplier": -1.0}
    news = {**olds, "method": "supervised", "hyperparameters": chosen}
    assert provider.compare(olds, news).replaces == []
    assert trained_from(olds) == trained_from(news)
    assert provider.compare(olds, {**olds, "method": "dpo"}).replaces == ["method"]


def test_what_the_service_is_to_choose_is_not_sent(
    azure: RunningEmulator, sweden: Account, tmp_path: Path
) -> None:
    chosen = {"n_epochs": "auto", "batch_size": -1, "beta": 0.5}
    inputs = inputs_of_method(sweden, tmp_path, "dpo", hyperparameters=chosen)
    Driven(FineTuningJobProvider()).up(**inputs)
    (request,) = azure.requests(method="POST", path="fine_tuning/jobs")
    assert request["body"]["method"]["dpo"] == {"hyperparameters": {"beta": 0.5}}


@pytest.mark.parametrize("method", ["dpo", "reinforcement"])
def test_an_interrupted_job_with_fixed_suffix_and_seed_is_found_by_its_method(
    sweden: Account, tmp_path: Path, method: str
) -> None:
    inputs = inputs_of_method(sweden, tmp_path, method, suffix="fixed", seed=7)
    own = {"dpo": {"beta": 0.2}, "reinforcement": {"reasoning_effort": "high"}}[method]
    other = {"dpo": {"beta": 0.3}, "reinforcement": {"reasoning_effort": "low"}}[method]
    for hyperparameters in (own, own, other):
        Driven(FineTuningJobProvider()).up(**inputs, hyperparameters=hyperparameters)
    assert len(connect(sweden).jobs.list_jobs()) == 2


def test_a_job_with_another_grader_is_another_job() -> None:
    sent = {"model": "o4-mini-2025-04-16", "training_file": "file-1"}
    values = {"method.type": "reinforcement", "method.reinforcement.grader": dict(GRADER), **sent}
    wanted = WantedJob(
        values=placed(values), suffix="s", seed=1, derived_suffix=False, derived_seed=False
    )
    fits = []
    for changes in ({"pass_threshold": 0}, {"operation": "ne"}):
        echoed = {"type": "reinforcement", "reinforcement": {"grader": {**GRADER, **changes}}}
        job = Job.parse({"id": "ftjob-1", "suffix": "s", "seed": 1, "method": echoed, **sent})
        fits.append(wanted.is_answered_by(job))
    assert fits == [True, False]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"learning_rate_multiplier": 0.001}, ["learning_rate_multiplier"]),
        ({"learning_rate_multiplier": 5, "n_epochs": 26}, ["learning_rate_multiplier", "n_epochs"]),
        ({"learning_rate_multiplier": 0.02, "n_epochs": 25}, []),
        ({"learning_rate_multiplier": 2, "n_epochs": "auto"}, []),
        ({"learning_rate_multiplier": -1}, []),
        (None, []),
    ],
    ids=str,
)
def test_a_value_outside_of_what_is_advised_is_worth_a_warning(
    values: dict[str, Any] | None, found: list[str]
) -> None:
    assert [name for name, _ in hyperparameter_advice(values)] == found
    assert list(hyperparameter_problems(values, "supervised")) == []


def test_a_response_format_is_nested_or_flat(sweden: Account) -> None:
    file = {"file_id": "file-1", "sha256": "0" * 64}
    inputs = inputs_for(sweden, file, validation_file="file-2", **NEEDS["reinforcement"])
    for form in ({"json_schema": {"name": "sum"}}, {"name": "sum", "schema": {"type": "object"}}):
        given = {**inputs, "response_format": {"type": "json_schema", **form}}
        assert Driven(FineTuningJobProvider()).check(**given)


SCORE = {"type": "score_model", "name": "g", "model": "o3-mini", "input": MESSAGES}
LABEL = {
    "type": "label_model",
    "name": "g",
    "model": "gpt-4o",
    "input": MESSAGES,
    "labels": ["good", "bad"],
    "passing_labels": ["good"],
}
SIMILAR = {**GRADER, "type": "text_similarity", "evaluation_metric": "fuzzy_match"}
PYTHON = {"type": "python", "name": "g", "source": "def grade(sample, item):\n    return 1.0\n"}
MULTI = {"type": "multi", "name": "m", "graders": {"a": GRADER}, "calculate_output": "a"}
UNKNOWN_NAME = {**MULTI, "calculate_output": "a + unknown"}
"""Only the service knows that a formula cannot be read."""


def test_a_grader_that_the_service_refuses_is_not_paid_for(
    azure: RunningEmulator, sweden: Account, tmp_path: Path
) -> None:
    inputs = inputs_of_method(sweden, tmp_path, "reinforcement")
    with pytest.raises(ConfigurationError, match=r"the service refuses the grader: .*calculate"):
        Driven(FineTuningJobProvider()).up(**{**inputs, "grader": UNKNOWN_NAME})
    assert azure.requests(method="POST", path="fine_tuning/jobs") == []


@pytest.mark.parametrize("status", [404, 403, 503])
def test_a_check_of_the_grader_that_cannot_be_had_is_no_reason_not_to_train(
    azure: RunningEmulator, sweden: Account, tmp_path: Path, status: int
) -> None:
    inputs = inputs_of_method(sweden, tmp_path, "reinforcement")
    azure.fail(path="graders/validate", status=status, times=100)
    job = Driven(FineTuningJobProvider())
    assert job.up(**inputs) == "create"
    azure.clear_faults()


def test_a_grader_is_not_asked_of_an_account_that_is_set_to_classic(
    azure: RunningEmulator, sweden: Account, tmp_path: Path
) -> None:
    inputs = inputs_of_method(sweden, tmp_path, "reinforcement")
    account = replace(sweden, surface="classic").to_props()
    Driven(FineTuningJobProvider()).up(**{**inputs, "account": account, "grader": UNKNOWN_NAME})
    assert azure.requests(path="graders/validate") == []


def test_a_python_grader_is_checked_and_not_run(
    azure: RunningEmulator, sweden: Account, tmp_path: Path
) -> None:
    inputs = inputs_of_method(sweden, tmp_path, "reinforcement")
    assert Driven(FineTuningJobProvider()).up(**{**inputs, "grader": PYTHON}) == "create"
    broken = {**PYTHON, "source": "def grade(sample, item):\n  return (\n"}
    with pytest.raises(ConfigurationError, match="the service refuses the grader"):
        Driven(FineTuningJobProvider()).up(**{**inputs, "grader": broken, "generation": 2})


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"grader": None}, "`grader` is required"),
        ({"validation_file": None}, "`validation_file` is required"),
        ({"grader": {"type": "magic"}}, "`grader.type` is 'magic'; write one of"),
        ({"response_format": {"type": "text"}}, "`response_format` is a map with"),
        ({"method": "supervised"}, "`grader` belongs to `method: reinforcement`"),
        ({"method": "rlhf"}, "`method` must be one of"),
        ({"hyperparameters": {"beta": 0.1}}, "`beta` belongs to `method: dpo`"),
    ],
    ids=str,
)
def test_a_reinforcement_job_is_checked_in_the_preview(
    sweden: Account, change: dict[str, Any], text: str
) -> None:
    file = {"file_id": "file-1", "sha256": "0" * 64}
    inputs = inputs_for(sweden, file, validation_file="file-2", **NEEDS["reinforcement"])
    given = {k: v for k, v in {**inputs, **change}.items() if v is not None}
    with pytest.raises(CheckFailed, match=text.replace("(", r"\(")):
        Driven(FineTuningJobProvider()).up(**given)


@pytest.mark.parametrize(
    ("values", "method", "text"),
    [
        ({"beta": 0}, "dpo", "`beta` takes a number, more than 0 and at most 2, or auto, not 0"),
        (
            {"l2_multiplier": -2},
            "dpo",
            "`l2_multiplier` takes a number, 0 or more, or auto, not -2",
        ),
        (
            {"eval_samples": 0},
            "reinforcement",
            "`eval_samples` takes a whole number of 1 or more, or auto, not 0",
        ),
        ({"speed": 1}, "dpo", "`speed` is not a hyperparameter of any method"),
    ],
)
def test_a_hyperparameter_out_of_range_is_refused(
    values: dict[str, Any], method: str, text: str
) -> None:
    assert [reason for _, reason in hyperparameter_problems(values, method)] == [text]
    assert list(hyperparameter_problems({"l2_multiplier": 0, "beta": "auto"}, "dpo")) == []


@pytest.mark.parametrize("grader", [GRADER, SIMILAR, SCORE, LABEL, PYTHON, MULTI])
def test_a_grader_of_each_documented_kind_is_taken(grader: dict[str, Any]) -> None:
    assert list(grader_problems(grader)) == []


@pytest.mark.parametrize(
    ("grader", "text"),
    [
        ("exact", "`grader` is a map with `type`"),
        ({}, "`grader.type` is missing; write one of `string_check`"),
        ({**GRADER, "operation": "equals"}, "`grader.operation` must be one of `eq`, `ne`"),
        ({**GRADER, "reference": ""}, "`grader.reference` must be a text that is not empty"),
        ({**GRADER, "reference": "{{answer}}"}, "{{answer}} is not known; write {{item.FIELD}}"),
        ({**SIMILAR, "evaluation_metric": "f1"}, "`grader.evaluation_metric` must be one of"),
        ({**SCORE, "input": []}, "`grader.input` must be a list that is not empty"),
        ({**SCORE, "input": [{"role": "judge"}]}, "`grader.input[0].role` must be one of"),
        ({**SCORE, "range": [1, 0]}, "`grader.range` takes two numbers"),
        ({**LABEL, "passing_labels": ["fine"]}, "'fine', which is not among its `labels`"),
        ({**PYTHON, "source": "1"}, "`grader.source` must define `grade(sample, item)`"),
        (
            {**PYTHON, "source": PYTHON["source"] + "#" * SOURCE_BYTES},
            "the service takes less than 262,144",
        ),
        ({**MULTI, "graders": {"a": {**GRADER, "name": ""}}}, "`grader.graders.a.name` must be"),
        ({**MULTI, "graders": {"a": MULTI}}, "graders are combined on one level only"),
    ],
)
def test_a_grader_that_the_service_would_refuse_is_an_error(grader: Any, text: str) -> None:
    (problem,) = grader_problems(grader)
    assert text in problem


def test_what_a_reinforcement_job_left_is_rewards(sweden: Account, tmp_path: Path) -> None:
    inputs = inputs_of_method(
        sweden, tmp_path, "reinforcement", hyperparameters={**COMMON, "n_epochs": 8}, seed=3
    )
    job, model = Driven(FineTuningJobProvider()), Driven(FineTunedModelProvider())
    job.up(**inputs)
    model.up(account=sweden.to_props(), job_id=job.id, checkpoint="best")
    left = model.outputs
    assert {"train_mean_reward", "full_valid_mean_reward", "reasoning_tokens_mean"} <= set(
        left["curves"]
    )
    assert left["hyperparameters"]["n_epochs"] == 8
    assert left["overfit"]["metric"] == "full_valid_mean_reward"
    assert left["overfit"].get("ratio") is None
    rewards = {p["model"]: p["metrics"]["full_valid_mean_reward"] for p in left["checkpoints"]}
    assert left["fine_tuned_model"] == max(rewards, key=lambda name: rewards[name])
    assert model.up(account=sweden.to_props(), job_id=job.id, checkpoint="best") == "same"
