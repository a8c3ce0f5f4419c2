"""A stack's settings as components: the one place where the YAML becomes resources."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from aoai.errors import AoaiError
from aoai.resources.declaration import values_of
from aoai.resources.deployment_inputs import DeploymentOptions
from aoai.resources.identity import stack_key
from aoai.resources.job_inputs import TrainingOptions
from aoai.resources.job_waiter import JobWaiter
from aoai.resources.stack_identity import identity_of_stack
from aoai_components.config import InvalidStack, Stack
from aoai_components.fine_tuned_deployment import (
    DeploymentTarget,
    FineTunedDeployment,
    FineTunedDeploymentArgs,
)
from aoai_components.model_chains import in_order
from aoai_components.model_settings import TRAINING, VALIDATION
from aoai_components.planned_changes import unset_variables
from aoai_components.preflight import problems_of_update
from aoai_components.prior_state import PriorState
from aoai_components.reporting import write_refused, write_review
from aoai_components.review import planned, refusal
from aoai_components.settings import Settings, listed


def args_of(
    settings: Settings,
    name: str,
    waiter: JobWaiter | None = None,
    made: Mapping[str, FineTunedDeployment] | None = None,
) -> FineTunedDeploymentArgs:
    """The component's inputs for one model of the stack.

    Args:
        settings: the stack.
        name: the model's key.
        waiter: waits for its job.
        made: the components of models that it may continue from.
    """
    model = settings.models[name]
    first = (made or {}).get(model.continues or "")
    return FineTunedDeploymentArgs(
        account=settings.accounts[model.account],
        base_model=first or model.starts_from,
        training_file=model.files.get(TRAINING),
        validation_file=model.files.get(VALIDATION),
        existing_job_id=model.existing_job_id,
        existing_model=model.existing_model,
        checkpoint=model.checkpoint,
        checkpoint_metric=model.checkpoint_metric,
        deployments={
            key: DeploymentTarget(
                account=settings.account_of(key), **values_of(DeploymentOptions, deployment.options)
            )
            for key, deployment in settings.deployments.items()
            if deployment.model == name
        },
        catalog=settings.stated_of(model.base_model),
        wait=settings.wait_of(name),
        deadline=settings.deadline_of(name),
        waiter=waiter,
        **values_of(TrainingOptions, model.options),
    )


def looked_at(
    stack: Stack, prior: PriorState, made: Sequence[pulumi.Resource]
) -> pulumi.Output[Any]:
    """``made``, once the accounts were looked at; nothing that depends on it is made before.

    An error of the returned output lists everything that is certain to fail.
    """
    return pulumi.Output.from_input(_looked_at(stack, prior, made))


def refused(error: AoaiError) -> pulumi.RunError:
    """The end of a program whose stack is not valid."""
    if isinstance(error, InvalidStack):
        write_refused(error)
    return pulumi.RunError(str(error))


async def _looked_at(stack: Stack, prior: PriorState, made: Sequence[pulumi.Resource]) -> Any:
    settings, facts = stack.settings, stack.discovery.facts
    identity = identity_of_stack().id
    known = await identity.future() if await identity.is_known() else None
    mark = stack_key(known) if known else None
    plan = planned(stack, prior)
    faults = [
        *problems_of_update(settings, facts, mark, prior, plan.models, plan.deployments),
        *([] if pulumi.runtime.is_dry_run() else unset_variables(settings, prior, os.environ)),
    ]
    if faults:
        write_review(refusal(faults, stack.forecasts))
        raise pulumi.RunError(listed(faults))
    return made


def create_models(
    settings: Settings, opts: pulumi.ResourceOptions | None = None
) -> dict[str, FineTunedDeployment]:
    """The components of all models of the stack, by name; one waiter serves them all."""
    waiter = JobWaiter(interval=settings.poll_interval, catalog=settings.catalog)
    made: dict[str, FineTunedDeployment] = {}
    for name in in_order(settings.models):
        made[name] = FineTunedDeployment(name, args_of(settings, name, waiter, made), opts)
    return made


def pending_models(made: Mapping[str, FineTunedDeployment]) -> pulumi.Output[dict[str, str]]:
    """How far the jobs are that a later update collects, by model."""
    lines = pulumi.Output.all(**{name: component.pending for name, component in made.items()})
    return lines.apply(lambda found: {k: str(v) for k, v in found.items() if v} if made else {})
