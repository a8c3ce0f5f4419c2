"""Deployments that go on serving a model which its stack gives up."""

from __future__ import annotations

from aoai.azure.arm.deployments import Deployment
from aoai.azure.arm_names import same_model
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.deployment_claim import stack_of
from aoai.errors import AoaiError


def still_serving(clients: AccountClients, model: str, stack: str) -> list[Deployment]:
    """The deployments that a stack has made of a model, in the account of the model.

    Empty where the account cannot be asked, or is gone.

    Args:
        clients: the account's clients.
        model: the model's name; its checkpoints count too.
        stack: what marks the stack in the tag of a deployment.
    """
    try:
        listed = clients.inventory.deployments()
    except AoaiError:
        return []
    return [
        live
        for live in listed
        if stack_of(live) == stack and same_model(live.model.partition(":")[0], model)
    ]
