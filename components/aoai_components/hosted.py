"""The component as a plugin hosts it, for programs in every language and for YAML.

Pulumi reads the plugin's schema off the annotations below, so they are no strings here, as they are
in the other modules. Most inputs are single values: a value that follows from another resource
makes the whole input that holds it an output, and Pulumi drops an output where it expects an
object.
"""

import os
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi

from aoai.errors import AoaiError
from aoai.resources import JobWaiter
from aoai.resources.account import Account
from aoai.resources.stack_identity import StackIdentity
from aoai_components import fine_tuned_deployment as component
from aoai_components.clouds import find_cloud

PLACE = ("account_id", "tenant_id", "location", "endpoint", "cloud")
"""The inputs that name an account."""

HYPERPARAMETERS = {"n_epochs": int, "batch_size": int, "learning_rate_multiplier": float}
TRAINING = ("suffix", "seed", "training_type", "generation", "on_delete")
WHOLE_NUMBERS = {"seed", "generation", "capacity"}
"""They arrive as floating-point numbers, as all numbers do between plugins."""


class DeploymentTargetArgs(TypedDict):
    """A place where the model is served, and how."""

    account_id: NotRequired[str]
    """ARM id of the account that serves it; the account that trains if left out."""
    tenant_id: NotRequired[str]
    """Entra tenant of its subscription."""
    location: NotRequired[str]
    """Its region."""
    endpoint: NotRequired[str]
    """Address of its data plane, if it is not the usual one of its name."""
    deployment_name: NotRequired[str]
    """A name that stays; left out, it follows from the model."""
    sku: NotRequired[str]
    """`Standard`, `GlobalStandard`, `DeveloperTier` and others; `Standard` if left out."""
    capacity: NotRequired[int]
    """Thousands of tokens per minute; 1 if left out."""
    rai_policy_name: NotRequired[str]
    """Content filter; the account's default if left out."""


class FineTunedDeploymentArgs(TypedDict):
    """Inputs of the component."""

    account_id: pulumi.Input[str]
    """ARM id of the account that trains, `/subscriptions/…/accounts/NAME`."""
    tenant_id: pulumi.Input[str]
    """Entra tenant (a GUID) of its subscription."""
    location: pulumi.Input[str]
    """Its region, for example `swedencentral`."""
    endpoint: NotRequired[pulumi.Input[str]]
    """Address of its data plane, if it is not the usual one of its name."""
    cloud: NotRequired[str]
    """`public`, `usgovernment`, `china` or `emulator`; `public` if left out."""
    base_model: pulumi.Input[str]
    """Base model, with its date, or a fine-tuned model to continue from."""
    training_file: pulumi.Input[str]
    """Path of a JSONL file, relative to the project's directory; its content counts."""
    validation_file: NotRequired[pulumi.Input[str]]
    """Path of the file that the model is measured on."""
    n_epochs: NotRequired[pulumi.Input[int]]
    """Rounds over the data; chosen by the service if left out."""
    batch_size: NotRequired[pulumi.Input[int]]
    """Examples in one step; chosen by the service if left out."""
    learning_rate_multiplier: NotRequired[pulumi.Input[float]]
    """Factor of the learning rate; chosen by the service if left out."""
    suffix: NotRequired[pulumi.Input[str]]
    """Part of the model's name, up to 18 of `a-z A-Z 0-9 - _`; chosen if left out."""
    seed: NotRequired[pulumi.Input[int]]
    """For repeatable training; derived from the inputs if left out."""
    training_type: NotRequired[pulumi.Input[str]]
    """`Standard`, `GlobalStandard` or `Developer`."""
    generation: NotRequired[pulumi.Input[int]]
    """Raise it to train again with the same inputs."""
    on_delete: NotRequired[pulumi.Input[str]]
    """`cancel` stops a job that still runs; `delete` also removes its record."""
    checkpoint: NotRequired[pulumi.Input[str]]
    """`final`, `best` (lowest validation loss) or a step number."""
    checkpoint_metric: NotRequired[pulumi.Input[str]]
    """What `best` goes by instead, such as `valid_mean_token_accuracy`."""
    deployments: NotRequired[dict[str, DeploymentTargetArgs]]
    """Where the model is served, by name; plain values only."""
    poll_interval: NotRequired[float]
    """Seconds between two looks at the job; 15 if left out."""


class FineTunedDeployment(component.FineTunedDeployment):
    """A model that is fine-tuned from a file of examples, and the deployments that serve it."""

    job_id: pulumi.Output[str]
    """Id of the fine-tuning job."""
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
            given = component_args(args, os.environ)
        except AoaiError as error:
            raise pulumi.RunError(str(error)) from None
        super().__init__(name, given, opts)
        if self.job is not None:
            self.job_id = self.job.job_id
        self.fine_tuned_model = self.model.fine_tuned_model
        names = {key: made.deployment_name for key, made in self.deployments.items()}
        self.deployment_names = pulumi.Output.all(**names)

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
    args: Mapping[str, Any], environ: Mapping[str, str]
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
    known = {name: kind for name, kind in HYPERPARAMETERS.items() if name in args}
    return component.FineTunedDeploymentArgs(
        account=_account(args, environ),
        base_model=args["base_model"],
        training_file=args["training_file"],
        validation_file=args.get("validation_file"),
        hyperparameters={name: _number(args[name], kind) for name, kind in known.items()} or None,
        checkpoint=args.get("checkpoint", "final"),
        checkpoint_metric=args.get("checkpoint_metric"),
        deployments={key: _target(args, target, environ) for key, target in targets.items()},
        waiter=JobWaiter(interval=float(args.get("poll_interval", 15.0))),
        **_given(args, TRAINING),
    )


def _target(
    args: Mapping[str, Any], target: Mapping[str, Any], environ: Mapping[str, str]
) -> component.DeploymentTarget:
    elsewhere = {"cloud": args.get("cloud", "public"), **target}
    place = elsewhere if "account_id" in target else args
    names = [name for name in target if name not in PLACE]
    return component.DeploymentTarget(account=_account(place, environ), **_given(target, names))


def _account(place: Mapping[str, Any], environ: Mapping[str, str]) -> Account:
    for name in ("tenant_id", "location"):
        if name not in place:
            raise pulumi.RunError(f"{name}: it is needed beside account_id")
    return Account(
        id=place["account_id"],
        tenant_id=place["tenant_id"],
        location=place["location"],
        endpoint=place.get("endpoint"),
        cloud=find_cloud(place.get("cloud", "public"), environ),
    )


def _given(args: Mapping[str, Any], names: Any) -> dict[str, Any]:
    """The inputs that were given, with whole numbers as such."""
    return {
        name: _number(args[name], int) if name in WHOLE_NUMBERS else args[name]
        for name in names
        if args.get(name) is not None
    }


def _number(value: Any, kind: type[Any]) -> Any:
    """A number of a kind, now or once it is known."""
    return value.apply(kind) if isinstance(value, pulumi.Output) else kind(value)
