"""The program: a stack's settings become components, and those become exports."""

import pulumi

from aoai.errors import ConfigurationError
from aoai.resources import JobWaiter
from components import FineTunedDeployment, FineTunedDeploymentArgs, read_settings

config = pulumi.Config()
sections = ("cloud", "accounts", "models", "deployments")
try:
    settings = read_settings(
        {"cloud": config.get("cloud")} | {name: config.get_object(name) for name in sections[1:]}
    )
except ConfigurationError as error:
    raise pulumi.RunError(str(error)) from None

waiter = JobWaiter()
components = {
    name: FineTunedDeployment(
        name,
        FineTunedDeploymentArgs(
            account=settings.accounts[model.account],
            model=model,
            deployments={
                key: (settings.accounts[deployment.account], deployment)
                for key, deployment in settings.deployments.items()
                if deployment.model == name
            },
            waiter=waiter,
        ),
    )
    for name, model in settings.models.items()
}

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
            "account": settings.accounts[settings.deployments[key].account].to_props(),
        }
        for component in components.values()
        for key, deployment in component.deployments.items()
    },
)
