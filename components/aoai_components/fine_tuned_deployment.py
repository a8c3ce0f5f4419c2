"""From data to a served model, as one component.

It bundles, in the order in which they come to life and the reverse of that in which they go:

- the training file, and the validation file if there is one, in the account that trains
- the fine-tuning job, submitted once
- the fine-tuned model, which exists when the job has succeeded
- the deployments of that model; Azure allows one in each account
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pulumi

from aoai.azure.account import Account
from aoai.resources import (
    FineTunedModel,
    FineTunedModelArgs,
    FineTuningJob,
    FineTuningJobArgs,
    JobWaiter,
    ModelDeployment,
    ModelDeploymentArgs,
    TrainingFile,
    TrainingFileArgs,
)
from aoai_components.file_settings import FileSettings
from aoai_components.settings import TRAINING, VALIDATION, DeploymentSettings, ModelSettings


@dataclass(frozen=True, kw_only=True)
class FineTunedDeploymentArgs:
    """Inputs of a :class:`FineTunedDeployment`.

    Attributes:
        account: the account that trains.
        model: what is trained from what.
        deployments: where it is served, by name: the account and the deployment's settings.
        waiter: shared by all components of a program, so that one poll serves an account.
    """

    account: Account
    model: ModelSettings
    deployments: Mapping[str, tuple[Account, DeploymentSettings]] = field(default_factory=dict)
    waiter: JobWaiter


class FineTunedDeployment(pulumi.ComponentResource):
    """A fine-tuned model and the deployments that serve it.

    Attributes:
        job: the submitted job.
        model: the model that it left.
        deployments: the deployments, by name.
    """

    job: FineTuningJob
    model: FineTunedModel
    deployments: dict[str, ModelDeployment]

    def __init__(
        self,
        name: str,
        args: FineTunedDeploymentArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("aoai:index:FineTunedDeployment", name, {}, opts)
        self.child = pulumi.ResourceOptions(parent=self)
        self.job = self._job(name, args)
        self.model = FineTunedModel(
            name,
            FineTunedModelArgs(
                account=args.account,
                job_id=_trained(self.job, args.waiter),
                checkpoint=args.model.checkpoint,
            ),
            self.child,
        )
        self.deployments = {
            key: self._deployment(key, args.account, account, settings)
            for key, (account, settings) in args.deployments.items()
        }
        self.register_outputs({"fine_tuned_model": self.model.fine_tuned_model})

    def _job(self, name: str, args: FineTunedDeploymentArgs) -> FineTuningJob:
        model = args.model
        files = {
            setting: self._file(f"{name}-{setting.removesuffix('File')}", args, setting, file)
            for setting, file in model.files.items()
        }
        training, validation = files[TRAINING], files.get(VALIDATION)
        # Files are named by the resource's id: an update keeps it, and a preview knows it.
        return FineTuningJob(
            name,
            FineTuningJobArgs(
                account=args.account,
                model=model.base_model,
                training_file=training.id,
                training_file_sha256=training.sha256,
                validation_file=validation.id if validation else None,
                validation_file_sha256=validation.sha256 if validation else None,
                hyperparameters=_given(msgspec.structs.asdict(model.hyperparameters)),
                suffix=model.suffix,
                seed=model.seed,
                training_type=model.training_type,
                generation=model.generation,
                on_delete=model.on_delete,
            ),
            self.child,
        )

    def _file(
        self, name: str, args: FineTunedDeploymentArgs, setting: str, file: FileSettings
    ) -> TrainingFile:
        file_args = TrainingFileArgs(
            account=args.account,
            model=args.model.base_model,
            validation=setting == VALIDATION,
            **file.inputs(),
        )
        return TrainingFile(name, file_args, self.child)

    def _deployment(
        self, key: str, source: Account, account: Account, settings: DeploymentSettings
    ) -> ModelDeployment:
        given = msgspec.structs.asdict(settings)
        given.update(
            account=account,
            model=self.model.fine_tuned_model,
            source=source if source != account else None,
        )
        return ModelDeployment(key, ModelDeploymentArgs(**given), self.child)


def _trained(job: FineTuningJob, waiter: JobWaiter) -> pulumi.Output[str]:
    """The id of a job that has succeeded.

    In a preview it is the resource's own id, which stays in an update. Of the outputs nothing is
    known then, and all that follows from the job would be shown as replaced.
    """
    return job.id if pulumi.runtime.is_dry_run() else waiter.completed(job)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
