"""A stack's settings as components: the one place where the YAML becomes resources."""

from __future__ import annotations

import pulumi

from aoai.resources import JobWaiter
from aoai.resources.declaration import values_of
from aoai.resources.fine_tuning_job import TrainingOptions
from aoai.resources.model_deployment import DeploymentOptions
from aoai_components.fine_tuned_deployment import (
    DeploymentTarget,
    FineTunedDeployment,
    FineTunedDeploymentArgs,
)
from aoai_components.settings import TRAINING, VALIDATION, Settings


def args_of(
    settings: Settings, name: str, waiter: JobWaiter | None = None
) -> FineTunedDeploymentArgs:
    """The component's inputs for one model of the stack."""
    model = settings.models[name]
    return FineTunedDeploymentArgs(
        account=settings.accounts[model.account],
        base_model=model.base_model,
        training_file=model.files[TRAINING],
        validation_file=model.files.get(VALIDATION),
        checkpoint=model.checkpoint,
        deployments={
            key: DeploymentTarget(
                account=settings.account_of(key), **values_of(DeploymentOptions, deployment.options)
            )
            for key, deployment in settings.deployments.items()
            if deployment.model == name
        },
        waiter=waiter,
        **values_of(TrainingOptions, model.options),
    )


def create_models(
    settings: Settings, opts: pulumi.ResourceOptions | None = None
) -> dict[str, FineTunedDeployment]:
    """The components of all models of the stack, by name; one waiter serves them all."""
    waiter = JobWaiter(interval=settings.poll_interval)
    return {
        name: FineTunedDeployment(name, args_of(settings, name, waiter), opts)
        for name in settings.models
    }
