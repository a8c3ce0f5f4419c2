"""The component as a plugin hosts it, for programs in every language and for YAML.

Pulumi reads the plugin's schema off the annotations below, so they are no strings here, as they are
in the other modules. Most inputs are single values: a value that follows from another resource
makes the whole input that holds it an output, and Pulumi drops an output where it expects an
object.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

import pulumi
from pulumi.provider import ConstructResult
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from aoai.azure.clouds import find_cloud
from aoai.conversion import convert
from aoai.errors import AoaiError
from aoai.resources.account import Account
from aoai.resources.job_pace import SHORTEST
from aoai.resources.job_waiter import WAITS, JobWaiter
from aoai.resources.stack_identity import StackIdentity
from aoai_components import fine_tuned_deployment as component
from aoai_components.config_errors import faults
from aoai_components.entries import ReadinessSettings
from aoai_components.hosted_inputs import (
    CHOICE,
    HYPERPARAMETERS,
    MODEL_INPUTS,
    ORIGIN,
    SERVING,
    TRAINING,
    given,
    inputs_type,
    with_texts,
)

if TYPE_CHECKING:

    class DeploymentInputs(TypedDict):
        """Inputs of a deployment, as they are declared."""

    class ModelInputs(TypedDict):
        """Inputs of a job and of its model, as they are declared."""

else:
    DeploymentInputs = inputs_type("DeploymentInputs", SERVING, plain=True)
    ModelInputs = inputs_type("ModelInputs", MODEL_INPUTS)


class DeploymentTargetArgs(DeploymentInputs):
    """A place where the model is served, and how."""

    account_id: NotRequired[str]
    """ARM id of the account that serves it; the account that trains if left out."""
    tenant_id: NotRequired[str]
    """Entra tenant of its subscription."""
    location: NotRequired[str]
    """Its region."""
    endpoint: NotRequired[str]
    """Address of its data plane, if it is not the usual one of its name."""


class FineTunedDeploymentArgs(ModelInputs):
    """Inputs of the component."""

    account_id: pulumi.Input[str]
    """ARM id of the account that trains, `/subscriptions/…/accounts/NAME`."""
    tenant_id: pulumi.Input[str]
    """Entra tenant (a GUID) of its subscription."""
    location: pulumi.Input[str]
    """Its region, for example `swedencentral`."""
    endpoint: NotRequired[pulumi.Input[str]]
    """Address of its data plane, if it is not the usual one of its name."""
    surface: NotRequired[str]
    """Where jobs are asked for, `classic`, `v1` or `projects/NAME`; chosen if left out."""
    cloud: NotRequired[str]
    """`public`, `usgovernment`, `china` or `emulator`; `public` if left out."""
    base_model: NotRequired[pulumi.Input[str]]
    """Base model, with its date; or a fine-tuned model or a checkpoint, to train it further."""
    training_file: NotRequired[pulumi.Input[str]]
    """Path of a JSONL file, relative to the project's directory; its content counts."""
    validation_file: NotRequired[pulumi.Input[str]]
    """Path of the file that the model is measured on."""
    readiness: NotRequired[dict[str, str]]
    """`useCase`, `baseline`, `targetMetric`, `owner`: tags of each of its deployments."""
    deployments: NotRequired[dict[str, DeploymentTargetArgs]]
    """Where the model is served, by name; plain values only."""
    wait: NotRequired[str]
    """`block` until the job has ended; `detach`: a later update makes the model."""
    deadline: NotRequired[str]
    """How long an update waits for the job at most, such as `36h`; the job goes on."""
    poll_interval: NotRequired[float]
    """Seconds between two polls of the job, at first and near its end; 5 if left out."""


class FineTunedDeployment(component.FineTunedDeployment):
    """A model that is fine-tuned from a file, or taken in, and the deployments that serve it."""

    job_id: pulumi.Output[str | None]
    """Id of the fine-tuning job; none of a model that was taken in by its name."""
    fine_tuned_model: pulumi.Output[str]
    """Name of the model that the job left."""
    deployment_names: pulumi.Output[dict[str, str]]
    """The deployments' names in Azure, by their names here."""

    def __init__(
        self,
        name: str,
        args: FineTunedDeploymentArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the component inside of a plugin.

        Raises:
            pulumi.RunError: an input is not valid, or the program's environment cannot run the
                resources.
        """
        require_environment(os.environ)
        try:
            waiter = JobWaiter(interval=float(args.get("poll_interval", SHORTEST)))
            wanted = component_args(args, os.environ, waiter)
        except AoaiError as error:
            raise pulumi.RunError(str(error)) from None
        super().__init__(name, wanted, opts)
        if self.job is not None:
            self.job_id = self.job.job_id
        self.fine_tuned_model = self.model.fine_tuned_model
        names = {key: made.deployment_name for key, made in self.deployments.items()}
        made = pulumi.Output.all(pulumi.Output.all(**names), waiter.verdict())
        self.deployment_names = made.apply(lambda values: values[0])

    def owner(self, name: str, _given: pulumi.Input[str] | None) -> pulumi.Input[str]:
        """A plugin does not see the stack's identity: the component has one of its own."""
        return StackIdentity(f"{name}-identity", self.child).id


def require_environment(environ: Mapping[str, str]) -> None:
    """Check that the program says where the engine finds an environment for the resources.

    The engine starts dynamic resources with the program's runtime options, in every language.

    Raises:
        pulumi.RunError: it does not.
    """
    if not environ.get("PULUMI_RUNTIME_VIRTUALENV"):
        raise pulumi.RunError(
            "the program's Pulumi.yaml names no Python environment for the resources of this "
            "component; write `runtime: {name: …, options: {virtualenv: PATH}}`, with the path of "
            "an environment that has aoai-finetune"
        )


def component_args(
    args: Mapping[str, Any], environ: Mapping[str, str], waiter: JobWaiter | None = None
) -> component.FineTunedDeploymentArgs:
    """The component's arguments from a plugin's inputs.

    Raises:
        ConfigurationError: an account or the cloud is not valid.
        pulumi.RunError: ``deployments`` depends on another resource.
    """
    targets = args.get("deployments") or {}
    if isinstance(targets, pulumi.Output):
        raise pulumi.RunError(
            "deployments: plain values are needed here, and one of them is an output of another "
            "resource; give that value in the program, or use the component from Python"
        )
    tags = _readiness(args.get("readiness") or {}).tags
    return component.FineTunedDeploymentArgs(
        account=_account(args, environ),
        base_model=args.get("base_model"),
        training_file=args.get("training_file"),
        validation_file=args.get("validation_file"),
        hyperparameters=given(args, HYPERPARAMETERS) or None,
        deployments={key: _target(args, target, tags, environ) for key, target in targets.items()},
        wait=args.get("wait", WAITS[0]),
        deadline=args.get("deadline"),
        waiter=waiter,
        **given(args, (*ORIGIN, *CHOICE, *TRAINING)),
    )


def _readiness(answers: Mapping[str, str]) -> ReadinessSettings:
    wrong = list(faults("readiness", answers, ReadinessSettings))
    if wrong:
        raise pulumi.RunError("\n".join(wrong))
    return convert(answers, ReadinessSettings)


def _target(
    args: Mapping[str, Any],
    target: Mapping[str, Any],
    tags: Mapping[str, str],
    environ: Mapping[str, str],
) -> component.DeploymentTarget:
    elsewhere = {"cloud": args.get("cloud", "public"), **target}
    place = elsewhere if "account_id" in target else args
    options = given(target, SERVING)
    if tags:
        options["tags"] = {**tags, **options.get("tags", {})}
    return component.DeploymentTarget(account=_account(place, environ), **options)


def _account(place: Mapping[str, Any], environ: Mapping[str, str]) -> Account:
    for name in ("tenant_id", "location"):
        if name not in place:
            raise pulumi.RunError(f"{name}: it is needed beside account_id")
    return Account(
        id=place["account_id"],
        tenant_id=place["tenant_id"],
        location=place["location"],
        endpoint=place.get("endpoint"),
        surface=place.get("surface", ""),
        cloud=find_cloud(place.get("cloud", "public"), environ),
    )


class Host(ComponentProvider):
    """The plugin: it hosts the component; an error is its text, which is written for the user."""

    def __init__(self, version: str) -> None:
        super().__init__([FineTunedDeployment], "aoai", version=version)
        self.schema = with_texts(self.schema or "{}")

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make a component."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            error.inner.__traceback__ = None  # the server would add it to the text
            raise
