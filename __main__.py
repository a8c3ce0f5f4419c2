"""The program: a stack's settings become components, and those become exports."""

from __future__ import annotations

import gc

gc.disable()  # while a stack is declared: that makes objects by the hundred thousand, and they stay

import pulumi
from aoai_components import (
    create_accounts,
    create_models,
    discover,
    looked_at,
    pending_models,
    read_config,
    read_prior_state,
    read_stack,
    refused,
    require_engine,
    show_review,
)

from aoai.errors import AoaiError
from aoai.resources.interruption import end_in_one_line

require_engine()
end_in_one_line()

try:
    stack = read_stack(read_config(pulumi.Config()), discover=discover)
except AoaiError as error:
    raise refused(error) from None
settings = stack.settings
stack.show()

accounts = create_accounts(settings)
prior = read_prior_state()
ready = looked_at(stack, prior, [made for account in accounts.values() for made in account.ready])
components = create_models(settings, pulumi.ResourceOptions(depends_on=ready))

jobs = {name: component.job for name, component in components.items() if component.job}
pulumi.export(
    "models",
    {
        name: {
            "jobId": jobs[name].job_id if name in jobs else None,
            "fineTunedModel": component.model.fine_tuned_model,
        }
        for name, component in components.items()
    },
)
pulumi.export(
    "deployments",
    {
        key: {
            "model": deployment.model,
            "deploymentName": deployment.deployment_name,
            "endpoint": settings.account_of(key).endpoint,
            "location": settings.account_of(key).location,
            "tenantId": settings.account_of(key).tenant_id,
        }
        for component in components.values()
        for key, deployment in component.deployments.items()
    },
)
pulumi.export("pending", pending_models(components))
show_review(stack, prior, jobs)

gc.freeze()
gc.enable()
