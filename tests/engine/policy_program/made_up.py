"""Resources with our type tokens. What the service knows of them is whatever service.json says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider


class MadeUpProvider(ResourceProvider):
    kind: ClassVar[str]

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(self.kind, self._seen(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, self._seen(props))

    def _seen(self, props: dict[str, Any]) -> dict[str, Any]:
        return {**props, **json.loads(Path("service.json").read_text())[self.kind]}


class JobProvider(MadeUpProvider):
    kind = "job"


class ModelProvider(MadeUpProvider):
    kind = "model"


class DeploymentProvider(MadeUpProvider):
    kind = "deployment"


class FineTuningJob(Resource, module="aoai", name="FineTuningJob"):
    job_id: pulumi.Output[str]

    def __init__(self, name: str, account: dict[str, str]) -> None:
        super().__init__(JobProvider(), name, {"account": account, "job_id": None})


class FineTunedModel(Resource, module="aoai", name="FineTunedModel"):
    fine_tuned_model: pulumi.Output[str]

    def __init__(self, name: str, account: dict[str, str], job_id: pulumi.Output[str]) -> None:
        props = {"account": account, "job_id": job_id, "fine_tuned_model": None}
        super().__init__(ModelProvider(), name, props)


class ModelDeployment(Resource, module="aoai", name="ModelDeployment"):
    def __init__(
        self, name: str, account: dict[str, str], deployment_name: str, model: pulumi.Input[str]
    ) -> None:
        outputs = ("deployment_id", "created_at", "activity", "removed_for_inactivity")
        given = {"account": account, "deployment_name": deployment_name, "model": model}
        props = {**given, "sku": "Standard", **dict.fromkeys(outputs)}
        super().__init__(DeploymentProvider(), name, props)
