"""The component as a plugin hosts it: its schema, and the arguments made of its inputs."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pulumi
import pytest
from aoai_components.entries import camel
from aoai_components.hosted import Host, component_args, require_environment

from aoai.errors import ConfigurationError
from aoai.resources.account import Account
from aoai.resources.declaration import inputs_of
from aoai.resources.deployment_inputs import DeploymentOptions
from aoai.resources.hyperparameters import Hyperparameters
from aoai.resources.job_inputs import TrainingOptions
from tests.pulumi_mocks import NoMocks, run_with_mocks
from tests.repository import ROOT

PLACE = {
    "account_id": "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
    "/providers/Microsoft.CognitiveServices/accounts/contoso-swedencentral",
    "tenant_id": "aaaaaaaa-0000-4000-8000-00000000000a",
    "location": "swedencentral",
}
GIVEN: dict[str, Any] = {**PLACE, "base_model": "gpt-4o-mini", "training_file": "train.jsonl"}
SCHEMA = ROOT / "plugin" / "schema.json"


def schema() -> str:
    return json.dumps(json.loads(Host("0.1.0").schema or ""), indent=2, ensure_ascii=False) + "\n"


def test_the_schema_that_is_checked_in_is_the_plugins() -> None:
    if os.environ.get("WRITE_SCHEMA"):
        SCHEMA.write_text(schema(), encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == schema()


def test_every_input_and_output_of_the_schema_is_described() -> None:
    content = json.loads(schema())
    (resource,) = content["resources"].values()
    (target,) = content["types"].values()
    described = [resource["inputProperties"], resource["properties"], target["properties"]]
    for properties in described:
        assert [name for name, prop in properties.items() if not prop.get("description")] == []
    assert len(resource["inputProperties"]) > 15


def test_numbers_arrive_as_floats_and_are_sent_as_what_they_are() -> None:
    args = component_args(
        {
            **GIVEN,
            "n_epochs": 2.0,
            "learning_rate_multiplier": 1,
            "seed": 7.0,
            "deployments": {"one": {"capacity": 5.0, "sku": "Standard"}},
        },
        {},
    )
    assert args.hyperparameters == {"n_epochs": 2, "learning_rate_multiplier": 1.0}
    assert (args.seed, type(args.seed)) == (7, int)
    assert type(args.deployments["one"].capacity) is int


def test_every_input_of_the_resources_is_one_of_the_plugin() -> None:
    (resource,) = json.loads(schema())["resources"].values()
    (target,) = json.loads(schema())["types"].values()
    for options, properties in (
        (TrainingOptions, resource["inputProperties"]),
        (Hyperparameters, resource["inputProperties"]),
        (DeploymentOptions, target["properties"]),
    ):
        declared = {camel(f.name) for f in inputs_of(options) if f.declared.group is None}
        assert declared <= set(properties)
    assert {"readiness", "existingJobId", "existingModel"} <= set(resource["inputProperties"])


def test_each_input_arrives_at_the_component() -> None:
    job = {
        "method": "reinforcement",
        "grader": {"type": "string_check"},
        "response_format": {"type": "json_schema"},
        "training_type": "GlobalStandard",
        "suffix": "demo",
        "on_delete": "delete",
        "generation": 2.0,
    }
    target = {"tags": {"team": "a"}, "on_model_change": "replace", "adopt": True, "redeploy": True}
    args = component_args(
        {
            **GIVEN,
            **job,
            "eval_samples": 3.0,
            "compute_multiplier": 1,
            "reasoning_effort": "high",
            "surface": "projects/tutors",
            "checkpoint": "best",
            "checkpoint_metric": "valid_loss",
            "readiness": {"useCase": "answers", "owner": "docs"},
            "deployments": {"one": target},
        },
        {},
    )
    assert {name: getattr(args, name) for name in job} == {**job, "generation": 2}
    assert args.hyperparameters == {
        "eval_samples": 3,
        "compute_multiplier": 1.0,
        "reasoning_effort": "high",
    }
    assert (args.checkpoint, args.checkpoint_metric) == ("best", "valid_loss")
    assert isinstance(args.account, Account)
    assert args.account.surface == "projects/tutors"
    served = args.deployments["one"]
    assert served.tags == {"team": "a", "useCase": "answers", "owner": "docs"}
    assert (served.on_model_change, served.adopt, served.redeploy) == ("replace", True, True)


def test_a_training_is_taken_in() -> None:
    args = component_args({**PLACE, "existing_job_id": "ftjob-1"}, {})
    assert (args.existing_job_id, args.base_model, args.training_file) == ("ftjob-1", None, None)


def test_what_is_left_out_has_the_components_own_default() -> None:
    args = component_args(GIVEN, {})
    assert args.hyperparameters is None
    assert (args.checkpoint, args.generation, args.on_delete) == ("final", 1, "cancel")
    assert dict(args.deployments) == {}


def test_a_deployment_is_in_the_training_account_or_in_its_own() -> None:
    other = {**PLACE, "account_id": PLACE["account_id"].replace("contoso-swe", "fabrikam-swe")}
    args = component_args({**GIVEN, "deployments": {"here": {}, "there": other}}, {})
    here, there = args.deployments["here"].account, args.deployments["there"].account
    assert here == args.account
    assert isinstance(there, Account)
    assert str(there.id).endswith("fabrikam-swedencentral")


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"account_id": "contoso"}, ConfigurationError, "id is not valid"),
        (
            {"readiness": {"usecase": "x"}},
            pulumi.RunError,
            "readiness: there is no setting `usecase`, did you mean `useCase`?",
        ),
        ({"cloud": "mars"}, ConfigurationError, "there is no cloud `mars`"),
        ({"cloud": "emulator"}, ConfigurationError, "the emulator's address is not known"),
        (
            {"deployments": {"x": {"account_id": PLACE["account_id"]}}},
            pulumi.RunError,
            "tenant_id: it is needed beside account_id",
        ),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_made(
    changes: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        component_args({**GIVEN, **changes}, {})


def test_deployments_that_depend_on_another_resource_are_refused() -> None:
    def program() -> None:
        output: pulumi.Output[Any] = pulumi.Output.from_input({"one": {}})
        with pytest.raises(pulumi.RunError, match="plain values are needed here"):
            component_args({**GIVEN, "deployments": output}, {})

    run_with_mocks(program, NoMocks())


def test_a_program_has_to_name_an_environment_for_the_resources() -> None:
    require_environment({"PULUMI_RUNTIME_VIRTUALENV": sys.prefix})
    with pytest.raises(pulumi.RunError, match="names no Python environment"):
        require_environment({})
