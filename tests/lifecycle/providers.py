"""The providers that an order drives, and what a new process of theirs knows: nothing."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from pulumi.dynamic import CreateResult, ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider

from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.model_deployment import ModelDeploymentProvider
from aoai.resources.training_file import TrainingFileProvider
from tests.lifecycle.program import DEPLOYMENT, FILE, IDENTITY, JOB, MODEL


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


# Until the stack's identity is a resource, an owner is an address.
_identity = _module("aoai.resources.stack_identity")
_held = _module("aoai.resources.held")
HAS_IDENTITY = _identity is not None


class _Identity(ResourceProvider):
    """The stack's identity, whose random value follows from the number of those made before."""

    count = 0

    def create(self, _props: dict[str, Any]) -> CreateResult:
        """Another value each time, and the same ones for the same order."""
        _Identity.count += 1
        return CreateResult(hashlib.sha256(str(_Identity.count).encode()).hexdigest()[:32], {})


PROVIDERS: Mapping[str, ResourceProvider] = {
    IDENTITY: _Identity(),
    FILE: TrainingFileProvider(),
    JOB: FineTuningJobProvider(),
    MODEL: FineTunedModelProvider(),
    DEPLOYMENT: ModelDeploymentProvider(),
}
PICKLED = {
    name: "identity" if name == IDENTITY else serialize_provider(provider)
    for name, provider in PROVIDERS.items()
}


def start_process() -> None:
    """Forget what an earlier run's process has seen."""
    if _held is not None:
        _held.forget()


def start_order() -> None:
    """Begin with the first random value again."""
    _Identity.count = 0
