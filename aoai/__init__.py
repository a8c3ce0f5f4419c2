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
    from aoai.resources import (
        Account,
        FileSource,
        FineTunedModel,
        FineTunedModelArgs,
        FineTuningJob,
        FineTuningJobArgs,
        JobWaiter,
        ModelDeployment,
        ModelDeploymentArgs,
        StackIdentity,
        TrainingFile,
        TrainingFileArgs,
        identity_of_stack,
    )

_HOMES = {"Cloud": "aoai.azure.account", "AoaiError": "aoai.errors"}
"""Where a public name is from, if not from ``aoai.resources``."""

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
    if name in __all__:
        return getattr(importlib.import_module(_HOMES.get(name, "aoai.resources")), name)
    msg = f"module 'aoai' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def _version() -> str:
    try:
        return version("aoai-finetune")
    except PackageNotFoundError:
        return "0+unknown"
