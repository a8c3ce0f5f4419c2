"""Every input that changes something in Azure is found in what the service received.

Each one is set to a value that is not its default, once through the provider and once through the
stack's YAML. An input that is declared and then not sent fails here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aoai_components.entries import DeploymentEntry, ModelEntry
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.resources.base import Provider
from aoai.resources.declaration import Change, InputField, leaves_of
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.model_deployment import ModelDeploymentProvider
from aoai.resources.training_file import TrainingFileProvider
from tests.method_data import GRADER, MODELS, NEEDS, WRITERS, write_questions
from tests.resources.conftest import Train, inputs_for, uploaded
from tests.resources.driver import Driven
from tests.resources.stack_yaml import inputs_from_yaml
from tests.test_state_contract import PROVIDERS

SAMPLES: Mapping[str, Any] = {
    "FineTuningJob.hyperparameters.n_epochs": 4,
    "FineTuningJob.hyperparameters.batch_size": 2,
    "FineTuningJob.hyperparameters.learning_rate_multiplier": 0.5,
    "FineTuningJob.hyperparameters.beta": 0.2,
    "FineTuningJob.hyperparameters.l2_multiplier": 0.3,
    "FineTuningJob.hyperparameters.reasoning_effort": "high",
    "FineTuningJob.hyperparameters.compute_multiplier": 1.5,
    "FineTuningJob.hyperparameters.eval_interval": 5,
    "FineTuningJob.hyperparameters.eval_samples": 3,
    "FineTuningJob.method": "dpo",
    "FineTuningJob.grader": {**GRADER, "operation": "ilike"},
    "FineTuningJob.response_format": {"type": "json_schema", "json_schema": {"name": "sum"}},
    "FineTuningJob.suffix": "demo",
    "FineTuningJob.seed": 42,
    "FineTuningJob.training_type": "GlobalStandard",
    "FineTuningJob.model": "gpt-4.1-mini-2025-04-14",
    "FineTuningJob.integrations": [{"type": "wandb", "wandb": {"project": "p", "tags": ["a"]}}],
    "FineTuningJob.metadata": {"team": "docs"},
    "ModelDeployment.deployment_name": "chat-prod",
    "ModelDeployment.sku": "GlobalStandard",
    "ModelDeployment.capacity": 7,
    "ModelDeployment.rai_policy_name": "Microsoft.Default",
    "ModelDeployment.version_upgrade_option": "NoAutoUpgrade",
    "ModelDeployment.tags": {"team": "a"},
}
"""A value for each input that a single request carries as it is."""

METHODS: Mapping[str, str] = {
    "method": "dpo",
    "hyperparameters.beta": "dpo",
    "hyperparameters.l2_multiplier": "dpo",
    "hyperparameters.reasoning_effort": "reinforcement",
    "hyperparameters.compute_multiplier": "reinforcement",
    "hyperparameters.eval_interval": "reinforcement",
    "hyperparameters.eval_samples": "reinforcement",
    "grader": "reinforcement",
    "response_format": "reinforcement",
}
"""The method of an input that belongs to one; the others are sent with a supervised job."""

ELSEWHERE: Mapping[str, str] = {
    "account.id": "the host and the path of every request",
    "account.endpoint": "the host of the data plane",
    "account.tenant_id": "the tenant of the token",
    "account.location": "error messages only",
    "account.cloud": "the host of the resource manager",
    "account.surface": "the path of a job's requests: test_surfaces.py",
    "source.surface": "nothing: a source is asked for no job",
    "source.id": "test_cross_tenant.py, in each of three ways",
    "source.endpoint": "nothing is sent to it",
    "source.tenant_id": "test_cross_tenant.py, the auxiliary token",
    "source.location": "error messages only",
    "source.cloud": "the authority of the auxiliary token",
    "TrainingFile.path": "the file itself: test_training_file.py compares its content",
    "TrainingFile.sha256": "the file's name",
    "TrainingFile.content_url": "test_training_file_sources.py",
    "TrainingFile.sas_variable": "test_training_file_sources.py: the query of the URL",
    "TrainingFile.content_version": "the file's name",
    "TrainingFile.existing_file_id": "the path of a GET: test_training_file_sources.py",
    "FineTuningJob.generation": "the suffix: test_identity.py",
    "FineTuningJob.on_delete": "the DELETE: test_fine_tuning_job.py",
    "FineTuningJob.paused": "the calls of pause and resume: test_paused_job.py",
    "FineTuningJob.training_file": "test_fine_tuning_job.py: the id of an uploaded file",
    "FineTuningJob.training_file_sha256": "the suffix",
    "FineTuningJob.validation_file": "test_fine_tuning_job.py: the id of an uploaded file",
    "FineTuningJob.validation_file_sha256": "the suffix",
    "FineTuningJob.existing_job_id": "the path of a GET: test_existing_trainings.py",
    "FineTunedModel.job_id": "the path of a GET",
    "FineTunedModel.existing_model": "the path of a GET: test_existing_trainings.py",
    "FineTunedModel.checkpoint": "the model that is deployed: test_fine_tuned_model.py",
    "FineTunedModel.checkpoint_metric": "the model that is deployed: test_fine_tuned_model.py",
    "ModelDeployment.model": "below: every deployment has one",
    "ModelDeployment.model_version": "below: every deployment has one",
    "ModelDeployment.on_model_change": "PUT or DELETE: test_model_deployment.py",
    "ModelDeployment.redeploy": "the PUT itself: test_model_deployment.py",
    "ModelDeployment.adopt": "the PUT itself: test_model_deployment.py",
}
"""Where the others are seen: in the form of requests rather than in a value of one body."""


def name_of(provider: type[Provider], field: InputField) -> str:
    inner = field.name if field.name.startswith(("account.", "source.")) else ""
    return inner or f"{provider.__name__.removesuffix('Provider')}.{field.name}"


def effective() -> set[str]:
    return {
        name_of(provider, field)
        for provider in PROVIDERS
        for field in leaves_of(provider.args)
        if field.declared.change is not Change.IGNORE or field.declared.wire
    }


def wired(provider: type[Provider]) -> list[InputField]:
    return [f for f in leaves_of(provider.args) if name_of(provider, f) in SAMPLES]


def test_every_input_has_a_row_here() -> None:
    assert effective() == set(SAMPLES) | set(ELSEWHERE)


def at(body: Mapping[str, Any], place: str) -> Any:
    value: Any = body
    for part in place.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def with_value(field: InputField, value: Any) -> dict[str, Any]:
    outer, _, inner = field.name.partition(".")
    return {outer: {inner: value} if inner else value}


def place_of(field: InputField) -> str:
    places = {"tags": "tags", "deployment_name": ""}
    if field.name.startswith("hyperparameters.") and field.name in METHODS:
        return f"method.{METHODS[field.name]}.{field.name}"
    return field.declared.wire or places[field.name]


def assert_sent(azure: RunningEmulator, path: str, field: InputField, value: Any) -> None:
    method = "PUT" if "deployments" in path else "POST"
    (request,) = [r for r in azure.requests(method=method, path=path) if r["body"]]
    if field.name == "deployment_name":
        assert request["path"].endswith(f"/{value}")
    elif field.name == "tags":
        assert value.items() <= request["body"]["tags"].items()
    else:
        assert at(request["body"], place_of(field)) == value


def job_inputs(account: Account, directory: Path, field: InputField) -> dict[str, Any]:
    """Inputs of a job by the method that an input belongs to, with files that it takes."""
    method = METHODS.get(field.name, "supervised")
    file = uploaded(account, WRITERS[method](directory / "data.jsonl"), method=method)
    inputs = inputs_for(account, file, model=MODELS[method], **NEEDS[method])
    if method == "reinforcement":
        inputs["validation_file"] = file["file_id"]
    return inputs


@pytest.mark.parametrize("field", wired(FineTuningJobProvider), ids=lambda f: f.name)
def test_a_job_sends_it(
    azure: RunningEmulator, sweden: Account, tmp_path: Path, field: InputField
) -> None:
    value = SAMPLES[f"FineTuningJob.{field.name}"]
    inputs = {**job_inputs(sweden, tmp_path, field), **with_value(field, value)}
    Driven(FineTuningJobProvider()).up(**inputs)
    assert_sent(azure, "fine_tuning/jobs", field, value)


@pytest.mark.parametrize("field", wired(FineTuningJobProvider), ids=lambda f: f.name)
def test_a_job_of_a_stacks_yaml_sends_it(
    azure: RunningEmulator, sweden: Account, tmp_path: Path, field: InputField
) -> None:
    value = SAMPLES[f"FineTuningJob.{field.name}"]
    method = METHODS.get(field.name, "supervised")
    inputs = job_inputs(sweden, tmp_path, field)
    model = {"baseModel": MODELS[method], **NEEDS[method], **in_yaml(field, value)}
    if "validation_file" in inputs:
        model["validationFile"] = str(write_questions(tmp_path / "validation.jsonl", start=20))
    given = inputs_from_yaml(sweden, tmp_path / "data.jsonl", model=model)["FineTuningJob"]
    named = {k: v for k, v in inputs.items() if "_file" in k}
    Driven(FineTuningJobProvider()).up(**{**given, **named, "account": sweden.to_props()})
    assert_sent(azure, "fine_tuning/jobs", field, value)


@pytest.mark.parametrize("field", wired(ModelDeploymentProvider), ids=lambda f: f.name)
def test_a_deployment_sends_it(
    azure: RunningEmulator, sweden: Account, train: Train, field: InputField
) -> None:
    value = SAMPLES[f"ModelDeployment.{field.name}"]
    inputs = {"account": sweden.to_props(), "model": train(), **with_value(field, value)}
    Driven(ModelDeploymentProvider()).up(**inputs)
    assert_sent(azure, "deployments", field, value)


@pytest.mark.parametrize("field", wired(ModelDeploymentProvider), ids=lambda f: f.name)
def test_a_deployment_of_a_stacks_yaml_sends_it(
    azure: RunningEmulator, sweden: Account, train: Train, training_file: Any, field: InputField
) -> None:
    value = SAMPLES[f"ModelDeployment.{field.name}"]
    deployment = in_yaml(field, value)
    given = inputs_from_yaml(sweden, training_file, deployment=deployment)["ModelDeployment"]
    inputs = {**given, "model": train(), "account": sweden.to_props()}
    Driven(ModelDeploymentProvider()).up(**inputs)
    assert_sent(azure, "deployments", field, value)


def test_a_deployment_sends_its_model(
    azure: RunningEmulator, sweden: Account, train: Train
) -> None:
    model = train()
    Driven(ModelDeploymentProvider()).up(account=sweden.to_props(), model=model)
    (request,) = azure.requests(method="PUT", path="deployments")
    sent = request["body"]["properties"]["model"]
    assert sent == {"name": model, "version": "1", "format": "OpenAI"}


def in_yaml(field: InputField, value: Any) -> dict[str, Any]:
    """The input as the stack's YAML has it; the base model has a key of its own there."""
    names = {f.name: f.encode_name for kind in (ModelEntry, DeploymentEntry) for f in _keys(kind)}
    outer, _, inner = field.name.partition(".")
    if (outer, inner) == ("model", ""):
        return {"baseModel": value}
    if not inner:
        return {names[outer]: value}
    head, *tail = inner.split("_")
    return {names[outer]: {head + "".join(part.title() for part in tail): value}}


def _keys(kind: Any) -> Any:
    import msgspec

    return msgspec.structs.fields(kind)


def test_the_files_provider_has_no_value_in_a_body_of_its_own() -> None:
    assert wired(TrainingFileProvider) == []
