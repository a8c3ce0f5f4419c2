"""What is said of deployments that serve a model which its stack gives up."""

from __future__ import annotations

from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.still_serving import still_serving
from aoai.resources.held import held_of
from aoai.resources.identity import stack_key
from aoai.resources.model_deployment import ModelDeploymentProvider
from aoai.resources.progress import say


def name_left_deployments(clients: AccountClients, model: str, owner: str) -> None:
    """Name the deployments of a model that its stack has made, and that nothing seen here holds.

    To the engine a deployment that it has deleted first is gone, also where an update that was cut
    off had made it again.
    """
    held = held_of(ModelDeploymentProvider)
    for live in still_serving(clients, model, stack_key(owner.partition("/")[0])):
        if not held.is_kept(live.id):
            say(
                f"deployment {live.name!r} of {clients.account}, which this stack made, still "
                f"serves {model}, and is billed: delete it, if no resource of the stack holds it"
            )
