"""Fine-tuned Azure OpenAI models as infrastructure as code, with Pulumi.

The names below are the public ones; each is imported when it is first used, so that the command
``aoai`` starts without Pulumi.
"""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aoai.azure.account import Cloud
    from aoai.errors import AoaiError
    from aoai.resources.account import Account
    from aoai.resources.deployment_inputs import ModelDeploymentArgs
    from aoai.resources.file_inputs import FileSource, TrainingFileArgs
    from aoai.resources.fine_tuned_model import FineTunedModel, FineTunedModelArgs
    from aoai.resources.fine_tuning_job import FineTuningJob
    from aoai.resources.job_inputs import FineTuningJobArgs
    from aoai.resources.job_waiter import JobWaiter
    from aoai.resources.model_deployment import ModelDeployment
    from aoai.resources.stack_identity import StackIdentity, identity_of_stack
    from aoai.resources.training_file import TrainingFile

_HOMES = {
    "Account": "aoai.resources.account",
    "AoaiError": "aoai.errors",
    "Cloud": "aoai.azure.account",
    "FileSource": "aoai.resources.file_inputs",
    "FineTunedModel": "aoai.resources.fine_tuned_model",
    "FineTunedModelArgs": "aoai.resources.fine_tuned_model",
    "FineTuningJob": "aoai.resources.fine_tuning_job",
    "FineTuningJobArgs": "aoai.resources.job_inputs",
    "JobWaiter": "aoai.resources.job_waiter",
    "ModelDeployment": "aoai.resources.model_deployment",
    "ModelDeploymentArgs": "aoai.resources.deployment_inputs",
    "StackIdentity": "aoai.resources.stack_identity",
    "TrainingFile": "aoai.resources.training_file",
    "TrainingFileArgs": "aoai.resources.file_inputs",
    "identity_of_stack": "aoai.resources.stack_identity",
}
"""Where each public name is from."""

__all__ = [
    "Account",
    "AoaiError",
    "Cloud",
    "FileSource",
    "FineTunedModel",
    "FineTunedModelArgs",
    "FineTuningJob",
    "FineTuningJobArgs",
    "JobWaiter",
    "ModelDeployment",
    "ModelDeploymentArgs",
    "StackIdentity",
    "TrainingFile",
    "TrainingFileArgs",
    "__version__",
    "errors",
    "identity_of_stack",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name == "errors":
        return importlib.import_module("aoai.errors")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    msg = f"module 'aoai' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def _version() -> str:
    try:
        return version("aoai-finetune")
    except PackageNotFoundError:
        return "0+unknown"
