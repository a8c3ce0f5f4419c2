"""The program: a stack's settings become components, and those become exports."""

from __future__ import annotations

import pulumi
from aoai_components import (
    FineTunedDeployment,
    FineTunedDeploymentArgs,
    create_accounts,
    read_config,
    read_stack,
    require_engine,
)

from aoai.errors import AoaiError
from aoai.resources import JobWaiter

require_engine()

try:
    settings, forecasts = read_stack(read_config(pulumi.Config()))
except AoaiError as error:
    raise pulumi.RunError(str(error)) from None

made = create_accounts(settings)
waiter = JobWaiter(interval=settings.poll_interval)
components = {
    name: FineTunedDeployment(
        name,
        FineTunedDeploymentArgs(
            account=settings.accounts[model.account],
            model=model,
            deployments={
                key: (settings.serving(key), deployment)
                for key, deployment in settings.deployments.items()
                if deployment.model == name
            },
            waiter=waiter,
        ),
        pulumi.ResourceOptions(depends_on=list(made.values())),
    )
    for name, model in settings.models.items()
}

for name, forecast in forecasts.items():
    pulumi.Output.from_input(forecast.tell(components[name].job))

pulumi.export(
    "models",
    {
        name: {"job_id": component.job.job_id, "fine_tuned_model": component.model.fine_tuned_model}
        for name, component in components.items()
    },
)
pulumi.export(
    "deployments",
    {
        key: {
            "model": deployment.model,
            "deployment_name": deployment.deployment_name,
            "endpoint": settings.serving(key).endpoint,
            "location": settings.serving(key).location,
            "tenant_id": settings.serving(key).tenant_id,
        }
        for component in components.values()
        for key, deployment in component.deployments.items()
    },
)
