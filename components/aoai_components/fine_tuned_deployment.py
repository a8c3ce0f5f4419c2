"""From data to a served model, as one component.

It bundles, in the order in which they come to life and the reverse of that in which they go:

- the training file, and the validation file if there is one, in the account that trains
- the fine-tuning job, submitted once
- the fine-tuned model, which exists when the job has succeeded
- the deployments of that model; Azure allows one in each account

A training that is in the account already is taken in by the id of its job, or by the name of its
model: then there are no files, and of a model no job either.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pulumi

from aoai.catalog import base_name
from aoai.errors import ConfigurationError
from aoai.resources.account import AccountInput, account_of, account_props
from aoai.resources.declaration import values_of
from aoai.resources.deployment_inputs import DeploymentOptions, ModelDeploymentArgs
from aoai.resources.duration import parse_duration
from aoai.resources.file_inputs import FileSource, TrainingFileArgs
from aoai.resources.fine_tuned_model import FineTunedModel, FineTunedModelArgs
from aoai.resources.fine_tuning_job import FineTuningJob
from aoai.resources.former_names import aliases_of
from aoai.resources.job_inputs import FineTuningJobArgs, TrainingOptions
from aoai.resources.job_waiter import WAITS, Collected, JobWaiter, Wait
from aoai.resources.model_deployment import ModelDeployment
from aoai.resources.pending import PENDING_ID, STILL_TO_COME
from aoai.resources.training_file import TrainingFile

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
        base_model: the model to start from, with its date; or a fine-tuned model or checkpoint of
            the account to train it further, by its name or as the component that makes it.
        training_file: a JSONL file by its path, or another source.
        validation_file: the same for the data that the model is measured on.
        existing_job_id: a job of the account to take in, in place of a training.
        existing_model: a fine-tuned model of the account to take in, in place of a training.
        checkpoint: ``final``, ``best`` or a step number.
        checkpoint_metric: what ``best`` goes by; see :class:`FineTunedModelArgs`.
        deployments: where the model is served, by name.
        wait: ``block`` until the job has ended; or ``detach``: the update ends when the job is
            submitted, and a later one makes the model. Until then the one before it serves.
        deadline: how long an update waits for the job at most, such as ``36h``; the job goes on.
        waiter: waits for the job; shared by all components of a program if left out, so that one
            poll serves an account.
        catalog: see :class:`TrainingFileArgs`; what is stated of the base model.
        owner: see :class:`TrainingFileArgs`; needed inside a component provider only.
    """

    account: AccountInput
    base_model: pulumi.Input[str] | FineTunedDeployment | None = None
    training_file: Source | None = None
    validation_file: Source | None = None
    existing_job_id: pulumi.Input[str] | None = None
    existing_model: pulumi.Input[str] | None = None
    checkpoint: pulumi.Input[str | int] = "final"
    checkpoint_metric: pulumi.Input[str] | None = None
    deployments: Mapping[str, DeploymentTarget] = field(default_factory=dict)
    wait: Wait = "block"
    deadline: str | timedelta | None = None
    waiter: JobWaiter | None = None
    catalog: Mapping[str, Any] | None = None
    owner: pulumi.Input[str] | None = None


class FineTunedDeployment(pulumi.ComponentResource):
    """A fine-tuned model and the deployments that serve it.

    Attributes:
        account: the account that holds the model.
        job: the submitted job; None for a model that was taken in by its name.
        model: the model that it left.
        deployments: the deployments, by name.
        pending: how far the job is that a later update collects, in a sentence; else empty.
        trained_from: the base model that the first training of this model began with, where it is
            known; its prices and limits are the model's.
    """

    # No annotations of attributes here: the plugin's schema would take them for outputs.
    def __init__(
        self,
        name: str,
        args: FineTunedDeploymentArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        _require_one_origin(name, args)
        super().__init__("aoai:index:FineTunedDeployment", name, {}, opts)
        self.child = pulumi.ResourceOptions(parent=self)
        self._aliases_given = list(aliases_of(opts))
        args = dataclasses.replace(args, owner=self.owner(name, args.owner))
        self.account = args.account
        self.trained_from = _trained_from(args)
        self.job = None if args.existing_model is not None else self._job(name, args)
        collected = _collected(self.job, args, self) if self.job else None
        self.pending = collected.pending if collected else pulumi.Output.from_input("")
        self.model = FineTunedModel(
            name,
            FineTunedModelArgs(
                account=args.account,
                job_id=collected.job_id if collected else None,
                existing_model=args.existing_model,
                checkpoint=args.checkpoint,
                checkpoint_metric=args.checkpoint_metric,
                owner=args.owner,
            ),
            self.child,
        )
        self._checkpoint = args.checkpoint
        self.deployments = {
            key: self._deployment(key, args, target) for key, target in args.deployments.items()
        }
        self.register_outputs(
            {"fine_tuned_model": self.model.fine_tuned_model, "pending": self.pending}
        )

    def owner(self, _name: str, given: pulumi.Input[str] | None) -> pulumi.Input[str] | None:
        """The ``owner`` of the children; the stack's identity if there is none."""
        return given

    @property
    def continued(self) -> pulumi.Output[str]:
        """The name of the model that a further training starts from.

        The id is that of the final model, and a preview of an update knows it. Of the outputs it
        knows none then, and the further training would be shown as replaced.
        """
        if self._checkpoint != "final":
            return self.model.fine_tuned_model
        return self.model.id.apply(lambda id_: STILL_TO_COME if id_ == PENDING_ID else id_)

    def _job(self, name: str, args: FineTunedDeploymentArgs) -> FineTuningJob:
        if args.existing_job_id is not None or args.training_file is None:
            return self._submitted(name, args, existing_job_id=args.existing_job_id)
        training = self._file(name, "-training", args, args.training_file)
        validation = None
        if args.validation_file is not None:
            validation = self._file(name, "-validation", args, args.validation_file)
        # Files are named by the resource's id: an update keeps it, and a preview knows it.
        base = args.base_model
        return self._submitted(
            name,
            args,
            model=base.continued if isinstance(base, FineTunedDeployment) else base,
            training_file=training.id,
            training_file_sha256=training.sha256,
            validation_file=validation.id if validation else None,
            validation_file_sha256=validation.sha256 if validation else None,
        )

    def _submitted(self, name: str, args: FineTunedDeploymentArgs, **what: Any) -> FineTuningJob:
        how = values_of(TrainingOptions, args)
        given = FineTuningJobArgs(
            account=args.account,
            owner=args.owner,
            former_names=self._former_names(),
            **what,
            **how,
        )
        return FineTuningJob(name, given, self.child)

    def _former_names(self, kind: str = "") -> list[str] | None:
        """The names that a child had when this had the names of its aliases."""
        return [f"{name}/{name}{kind}" for name in self._aliases_given] or None

    def _file(
        self, name: str, kind: str, args: FineTunedDeploymentArgs, source: Source
    ) -> TrainingFile:
        given = source if isinstance(source, FileSource) else FileSource(path=source)
        return TrainingFile(
            f"{name}{kind}",
            TrainingFileArgs(
                account=args.account,
                owner=args.owner,
                model=self.trained_from,
                method=args.method,
                catalog=args.catalog,
                validation=kind == "-validation",
                former_names=self._former_names(kind),
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
    """The account that trained, if it is another one, however the two are spelled."""
    return None if trained is serves or _is_same(trained, serves) is True else trained


def _require_one_origin(name: str, args: FineTunedDeploymentArgs) -> None:
    """Exactly one way to come to a model."""
    trains = args.base_model is not None or args.training_file is not None
    ways = (trains, args.existing_job_id is not None, args.existing_model is not None)
    if sum(ways) != 1 or (trains and (args.base_model is None or args.training_file is None)):
        raise pulumi.RunError(
            f"{name}: give `base_model` and `training_file`, or one of `existing_job_id` and "
            "`existing_model`"
        )
    if args.wait not in WAITS:
        raise pulumi.RunError(f"{name}: `wait` is `block` or `detach`, not {args.wait!r}")
    if args.deadline is not None:
        try:
            parse_duration(args.deadline)
        except ConfigurationError as error:
            raise pulumi.RunError(f"{name}: `deadline` is {error}") from None
    base = args.base_model
    if isinstance(base, FineTunedDeployment) and _is_same(base.account, args.account) is False:
        raise pulumi.RunError(
            f"{name}: it is trained in another account than the model that it continues from; "
            "Azure trains a fine-tuned model further only where it is"
        )


def _is_same(one: AccountInput, other: AccountInput) -> bool | None:
    """Whether two accounts are one; None if that is not known here."""
    try:
        places = [account_of(account_props(each)) for each in (one, other)]
    except (ConfigurationError, AttributeError):  # outputs
        return account_props(one) == account_props(other) or None
    return places[0].is_same_place(places[1])


def _trained_from(args: FineTunedDeploymentArgs) -> pulumi.Input[str] | None:
    base: Any = args.existing_model if args.base_model is None else args.base_model
    if isinstance(base, FineTunedDeployment):
        return base.trained_from
    return base_name(base) if isinstance(base, str) else base


def _collected(
    job: FineTuningJob, args: FineTunedDeploymentArgs, row: pulumi.Resource
) -> Collected:
    wait: Wait = "detach" if args.paused is True else args.wait
    waiter = args.waiter or JobWaiter.of_program()
    return waiter.collect(job, row, wait=wait, deadline=args.deadline)
