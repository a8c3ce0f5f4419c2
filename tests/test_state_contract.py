"""What is written into users' state and can never change: paths, tokens, property names.

A change here breaks existing stacks. Add to a list; never rename, never remove.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pulumi.dynamic import Resource
from pulumi.dynamic.dynamic import serialize_provider

from aoai.resources import (
    deployment_state,
    fine_tuned_model,
    fine_tuned_model_state,
    fine_tuning_job,
    model_deployment,
    stack_identity,
    training_file,
)
from aoai.resources.base import Provider
from aoai.resources.declaration import inputs_of, leaves_of

GOLDEN = json.loads((Path(__file__).parent / "state_contract.json").read_text())

PROVIDERS: list[type[Provider]] = [
    training_file.TrainingFileProvider,
    fine_tuning_job.FineTuningJobProvider,
    fine_tuned_model.FineTunedModelProvider,
    model_deployment.ModelDeploymentProvider,
]
RESOURCES: list[type[Resource]] = [
    training_file.TrainingFile,
    fine_tuning_job.FineTuningJob,
    fine_tuned_model.FineTunedModel,
    model_deployment.ModelDeployment,
]
STATES = {
    "TrainingFile": training_file.TrainingFileState,
    "FineTuningJob": fine_tuning_job.FineTuningJobState,
    "FineTunedModel": fine_tuned_model_state.FineTunedModelState,
    "ModelDeployment": deployment_state.ModelDeploymentState,
}


def stored_names(provider: type[Provider]) -> set[str]:
    """The names of everything that is stored, dotted, down to the last level."""
    inputs = {field.name for field in (*inputs_of(provider.args), *leaves_of(provider.args))}
    outputs = output_names(STATES[provider.__name__.removesuffix("Provider")])
    return {*inputs, *outputs, "state_version"}


def output_names(state: type[Any], above: str = "") -> Iterator[str]:
    for name, hint in get_type_hints(state).items():
        yield f"{above}{name}"
        for part in (hint, *get_args(hint)):
            if dataclasses.is_dataclass(part) and isinstance(part, type):
                yield from output_names(part, f"{above}{name}.")


def test_type_tokens_are_frozen() -> None:
    kinds: list[type[Resource]] = [*RESOURCES, stack_identity.StackIdentity]
    tokens = {kind.__name__: f"pulumi-python:{kind._resource_type_name}" for kind in kinds}
    assert tokens == {name: entry["token"] for name, entry in GOLDEN.items()}


def test_provider_paths_are_frozen() -> None:
    paths = {
        kind.__name__.removesuffix("Provider"): f"{kind.__module__}.{kind.__qualname__}"
        for kind in [*PROVIDERS, stack_identity.StackIdentityProvider]
    }
    assert paths == {name: entry["provider"] for name, entry in GOLDEN.items()}


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_no_stored_property_is_renamed_or_removed(provider: type[Provider]) -> None:
    name = provider.__name__.removesuffix("Provider")
    assert set(GOLDEN[name]["properties"]) <= stored_names(provider)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_every_stored_property_is_in_the_contract(provider: type[Provider]) -> None:
    name = provider.__name__.removesuffix("Provider")
    assert stored_names(provider) <= set(GOLDEN[name]["properties"])


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda kind: kind.__name__)
def test_a_pickled_provider_is_short_and_plain(provider: type[Provider]) -> None:
    pickled = serialize_provider(provider())
    assert len(pickled) < 200
    assert vars(provider()) == {}
    assert provider.serialize_as_secret_always is False
    assert provider.__name__.encode() in base64.b64decode(pickled)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_pickle_of_the_first_release_still_loads(name: str, tmp_path: Path) -> None:
    """In a fresh process in another directory, as the engine starts it on a refresh."""
    code = "import base64, dill, sys; print(type(dill.loads(base64.b64decode(sys.argv[1]))))"
    done = subprocess.run(
        [sys.executable, "-c", code, GOLDEN[name]["pickle"]],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert GOLDEN[name]["provider"] in done.stdout
