"""The service's own check of a grader, where it is offered: in preview, on ``/openai/v1``."""

from __future__ import annotations

from aoai.azure.clients import AccountClients
from aoai.azure.http.fields import Json
from aoai.azure.surfaces import is_open
from aoai.errors import AoaiError, ConfigurationError, InvalidRequest

CALL = "graders.validate"


def require_accepted(clients: AccountClients, grader: Json) -> None:
    """Ask the service before a job is billed; where it offers no check, the job reports the fault.

    Raises:
        ConfigurationError: the service refuses the grader.
    """
    if not is_open(clients.account, CALL):
        return
    try:
        clients.graders.validate(grader)
    except InvalidRequest as error:
        raise ConfigurationError(f"the service refuses the grader: {error}") from None
    except AoaiError:
        # Not offered in this region or version, or out of reach: no reason not to train.
        return
