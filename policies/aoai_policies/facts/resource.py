"""A resource of a stack, whatever it was read from, and the types that the rules are about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from aoai_policies.values import Properties

FILE_TYPE: Final = "pulumi-python:dynamic/aoai:TrainingFile"
JOB_TYPE: Final = "pulumi-python:dynamic/aoai:FineTuningJob"
MODEL_TYPE: Final = "pulumi-python:dynamic/aoai:FineTunedModel"
DEPLOYMENT_TYPE: Final = "pulumi-python:dynamic/aoai:ModelDeployment"
TYPES: Final = frozenset({FILE_TYPE, JOB_TYPE, MODEL_TYPE, DEPLOYMENT_TYPE})
STACK_TYPE: Final = "pulumi:pulumi:Stack"
CLASSIC_TYPE: Final = "azure:cognitive/deployment:Deployment"

# The module of azure-native may hold an API version, in the type's name or in the package's:
# azure-native:cognitiveservices/v20241001:Deployment,
# azure-native_cognitiveservices_v20241001:cognitiveservices:Deployment.
_NATIVE_TYPE = re.compile(
    r"azure-native(_\w+)?:cognitiveservices(/v\w+)?:Deployment", re.IGNORECASE
)


@dataclass(frozen=True)
class Resource:
    """A resource of the stack.

    Attributes:
        type: its type token.
        urn: its URN.
        name: its logical name.
        properties: inputs and outputs; unknown ones are UNKNOWN.
        depends_on: for each property, the URNs of the resources that its value comes from.
        parent: URN of its parent, if it has one.
        registered: whether the program declares it; False for one that is read, or is about to be
            deleted.
        protect: whether Pulumi refuses to delete it.
    """

    type: str
    urn: str
    name: str
    properties: Properties
    depends_on: Mapping[str, frozenset[str]]
    parent: str | None = None
    registered: bool = True
    protect: bool = False

    def sources(self, *names: str) -> frozenset[str]:
        """The URNs of the resources that these properties come from."""
        return frozenset().union(*(self.depends_on.get(name, frozenset()) for name in names))


@cache
def is_native(kind: str) -> bool:
    """Whether a type is the deployment of the provider azure-native, in any API version."""
    return _NATIVE_TYPE.fullmatch(kind) is not None


def is_foreign(kind: str) -> bool:
    """Whether a type is a deployment of another Pulumi provider."""
    return kind == CLASSIC_TYPE or is_native(kind)


def is_relevant(kind: str) -> bool:
    """Whether the rules look into resources of a type."""
    return kind in TYPES or is_foreign(kind)
