"""From data to a served model, as one component.

It bundles, in the order in which they come to life and the reverse of that in which they go:

- the training file, and the validation file if there is one, in the account that trains
- the fine-tuning job, submitted once
- the fine-tuned model, which exists when the job has succeeded
- the deployments of that model; Azure allows one in each account
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

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
from aoai.resources.account import AccountInput, account_props
from aoai.resources.declaration import values_of
from aoai.resources.job_inputs import TrainingOptions
from aoai.resources.model_deployment import DeploymentOptions
from aoai.resources.training_file import FileSource

Source = FileSource | pulumi.Input[str]
"""Where a file comes from; a text is a path."""


@dataclass(frozen=True, kw_only=True)
class DeploymentTarget(DeploymentOptions):
    """A place where the model is served, and how.

    Attributes:
        account: the account that serves it.
    """

    account: AccountInput


@dataclass(frozen=True, kw_only=True)
class FineTunedDeploymentArgs(TrainingOptions):
    """Inputs of a :class:`FineTunedDeployment`; those of a job's training stand here as well.

    Attributes:
        account: the account that trains.
        base_model: the model to start from, with its date.
        training_file: a JSONL file by its path, or another source.
        validation_file: the same for the data that the model is measured on.
        checkpoint: ``final``, ``best`` or a step number.
        checkpoint_metric: what ``best`` goes by; see :class:`FineTunedModelArgs`.
        deployments: where the model is served, by name.
        waiter: waits for the job; shared by all components of a program if left out, so that one
            poll serves an account.
        owner: see :class:`TrainingFileArgs`; needed inside a component provider only.
    """

    account: AccountInput
    base_model: pulumi.Input[str]
    training_file: Source
    validation_file: Source | None = None
    checkpoint: pulumi.Input[str | int] = "final"
    checkpoint_metric: pulumi.Input[str] | None = None
    deployments: Mapping[str, DeploymentTarget] = field(default_factory=dict)
    waiter: JobWaiter | None = None
    owner: pulumi.Input[str] | None = None


class FineTunedDeployment(pulumi.ComponentResource):
    """A fine-tuned model and the deployments that serve it.

    Attributes:
        job: the submitted job.
        model: the model that it left.
        deployments: the deployments, by name.
    """

    # No annotations of attributes here: the plugin's schema would take them for outputs.
    def __init__(
        self,
        name: str,
        args: FineTunedDeploymentArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("aoai:index:FineTunedDeployment", name, {}, opts)
        self.child = pulumi.ResourceOptions(parent=self)
        args = dataclasses.replace(args, owner=self.owner(name, args.owner))
        self.job = self._job(name, args)
        self.model = FineTunedModel(
            name,
            FineTunedModelArgs(
                account=args.account,
                job_id=_trained(self.job, args.waiter or JobWaiter.of_program()),
                checkpoint=args.checkpoint,
                checkpoint_metric=args.checkpoint_metric,
                owner=args.owner,
            ),
            self.child,
        )
        self.deployments = {
            key: self._deployment(key, args, target) for key, target in args.deployments.items()
        }
        self.register_outputs({"fine_tuned_model": self.model.fine_tuned_model})

    def owner(self, _name: str, given: pulumi.Input[str] | None) -> pulumi.Input[str] | None:
        """The ``owner`` of the children; the stack's identity if there is none."""
        return given

    def _job(self, name: str, args: FineTunedDeploymentArgs) -> FineTuningJob:
        training = self._file(f"{name}-training", args, args.training_file)
        validation = None
        if args.validation_file is not None:
            validation = self._file(
                f"{name}-validation", args, args.validation_file, validation=True
            )
        # Files are named by the resource's id: an update keeps it, and a preview knows it.
        return FineTuningJob(
            name,
            FineTuningJobArgs(
                account=args.account,
                owner=args.owner,
                model=args.base_model,
                training_file=training.id,
                training_file_sha256=training.sha256,
                validation_file=validation.id if validation else None,
                validation_file_sha256=validation.sha256 if validation else None,
                **values_of(TrainingOptions, args),
            ),
            self.child,
        )

    def _file(
        self, name: str, args: FineTunedDeploymentArgs, source: Source, *, validation: bool = False
    ) -> TrainingFile:
        given = source if isinstance(source, FileSource) else FileSource(path=source)
        return TrainingFile(
            name,
            TrainingFileArgs(
                account=args.account,
                owner=args.owner,
                model=args.base_model,
                method=args.method,
                validation=validation,
                **values_of(FileSource, given),
            ),
            self.child,
        )

    def _deployment(
        self, key: str, args: FineTunedDeploymentArgs, target: DeploymentTarget
    ) -> ModelDeployment:
        return ModelDeployment(
            key,
            ModelDeploymentArgs(
                account=target.account,
                owner=args.owner,
                model=self.model.fine_tuned_model,
                source=_source(args.account, target.account),
                **values_of(DeploymentOptions, target),
            ),
            self.child,
        )


def _source(trained: AccountInput, serves: AccountInput) -> AccountInput | None:
    """The account that trained, if it is another one; the same account is the same object."""
    same = trained is serves or account_props(trained) == account_props(serves)
    return None if same else trained


def _trained(job: FineTuningJob, waiter: JobWaiter) -> pulumi.Output[str]:
    """The id of a job that has succeeded.

    In a preview it is the resource's own id, which stays in an update. Of the outputs nothing is
    known then, and all that follows from the job would be shown as replaced.
    """
    return job.id if pulumi.runtime.is_dry_run() else waiter.completed(job)
