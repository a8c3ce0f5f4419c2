"""Resources with our type tokens and no service: outputs are what service.json holds.

It has an entry for each kind, and may have one, under ``each``, for a deployment by its name, a job
by its suffix, and a model by its job's id.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult


class MadeUpProvider(ResourceProvider):
    """What is given, and what the service adds to resources of a kind."""

    kind: ClassVar[str]

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(self.kind, self._seen(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, self._seen(props))

    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(self._seen(news))

    def _seen(self, props: dict[str, Any]) -> dict[str, Any]:
        service = json.loads(Path("service.json").read_text())
        key = props.get("deployment_name") or props.get("suffix") or props.get("job_id")
        return {**props, **service[self.kind], **service.get("each", {}).get(key, {})}


class FileProvider(MadeUpProvider):
    kind = "file"


class JobProvider(MadeUpProvider):
    kind = "job"


class ModelProvider(MadeUpProvider):
    kind = "model"


class DeploymentProvider(MadeUpProvider):
    kind = "deployment"


class TrainingFile(Resource, module="aoai", name="TrainingFile"):
    file_id: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        super().__init__(FileProvider(), name, {**props, "file_id": None}, options)


class FineTuningJob(Resource, module="aoai", name="FineTuningJob"):
    job_id: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        super().__init__(JobProvider(), name, {**props, "job_id": None}, options)


class FineTunedModel(Resource, module="aoai", name="FineTunedModel"):
    fine_tuned_model: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        super().__init__(ModelProvider(), name, {**props, "fine_tuned_model": None}, options)


class ModelDeployment(Resource, module="aoai", name="ModelDeployment"):
    def __init__(self, name: str, props: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        outputs = ("deployment_id", "created_at", "activity", "removed_for_inactivity")
        super().__init__(DeploymentProvider(), name, {**props, **dict.fromkeys(outputs)}, options)


MADE_UP: dict[str, type[Resource]] = {
    "file": TrainingFile,
    "job": FineTuningJob,
    "model": FineTunedModel,
    "deployment": ModelDeployment,
}
