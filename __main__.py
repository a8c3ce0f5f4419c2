"""The program: a stack's settings become components, and those become exports."""

from __future__ import annotations

import pulumi
from aoai_components import (
    also_wrong,
    create_accounts,
    create_models,
    looked_at,
    read_config,
    read_stack,
    require_engine,
    show_costs,
)

from aoai.errors import AoaiError

require_engine()

try:
    stack = read_stack(read_config(pulumi.Config()))
except AoaiError as error:
    more = [f"  - {text}" for text in also_wrong(error)]
    raise pulumi.RunError("\n".join([str(error), *more])) from None
settings = stack.settings
stack.show()

accounts = create_accounts(settings)
ready = looked_at(settings, [made for account in accounts.values() for made in account.ready])
components = create_models(settings, pulumi.ResourceOptions(depends_on=ready))

jobs = {name: component.job for name, component in components.items() if component.job}
for name, forecast in stack.forecasts.items():
    pulumi.Output.from_input(forecast.show(jobs[name]))

pulumi.export(
    "models",
    {
        name: {
            "job_id": jobs[name].job_id if name in jobs else None,
            "fine_tuned_model": component.model.fine_tuned_model,
        }
        for name, component in components.items()
    },
)
pulumi.export(
    "deployments",
    {
        key: {
            "model": deployment.model,
            "deployment_name": deployment.deployment_name,
            "endpoint": settings.account_of(key).endpoint,
            "location": settings.account_of(key).location,
            "tenant_id": settings.account_of(key).tenant_id,
        }
        for component in components.values()
        for key, deployment in component.deployments.items()
    },
)
show_costs(stack, jobs)
