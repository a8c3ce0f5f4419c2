"""What the resources of a stack's YAML are given, read through the component with mocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aoai_components import create_models
from pulumi.runtime import mocks

from aoai.azure.account import Account
from tests.pulumi_mocks import run_with_mocks
from tests.stack_settings import read_settings


class _Given(mocks.Mocks):
    """Keeps the inputs of each resource, by the last part of its type."""

    def __init__(self) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.inputs[args.typ.rpartition(":")[2]] = dict(args.inputs)
        outputs = {"job_id": "ftjob-1", "status": "succeeded", "fine_tuned_model": "m"}
        return f"{args.name}-id", {**args.inputs, **outputs}

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(args.token)


def inputs_from_yaml(
    account: Account,
    training_file: Path,
    model: dict[str, Any] | None = None,
    deployment: dict[str, Any] | None = None,
) -> dict[str, dict[str, Any]]:
    """The inputs of each resource of a stack with one model and one deployment."""
    config = {
        "accounts": {
            "a": {"id": account.id, "tenantId": account.tenant_id, "location": account.location}
        },
        "models": {
            "m": {
                "account": "a",
                "baseModel": "gpt-4o-mini-2024-07-18",
                "trainingFile": str(training_file),
                **(model or {}),
            }
        },
        "deployments": {"d": {"model": "m", "account": "a", **(deployment or {})}},
    }
    given = _Given()

    def program() -> Any:
        created = create_models(read_settings(config, {}))
        return created["m"].deployments["d"].deployment_name

    run_with_mocks(program, given)
    dropped = ("account", "__provider", "owner", "source")
    return {
        kind: {k: v for k, v in inputs.items() if v is not None and k not in dropped}
        for kind, inputs in given.inputs.items()
    }
