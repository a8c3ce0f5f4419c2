"""What every inference call shares: the deployment that serves it, its limits and its count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.rate_limits import check_limits, remaining
from aoai_emulator.state.call_counts import Inference, count
from aoai_emulator.state.catalog import BaseModel
from aoai_emulator.state.deployment_records import Deployment, deployments
from aoai_emulator.state.errors import ModelError, Refused

_BYTES_PER_TOKEN: Final = 4
_WORDS: Final = {
    "chat": "chatCompletion",
    "completions": "completion",
    "embeddings": "embeddings",
    "responses": "responses",
}
_T = TypeVar("_T")


@dataclass(frozen=True)
class Usage:
    """The tokens of a call."""

    prompt: int
    generated: int = 0


def tokens_of(text: str) -> int:
    """The tokens of a text: a quarter of its bytes, at least one."""
    return max(1, len(text.encode()) // _BYTES_PER_TOKEN)


def served(call: Call, name: str, operation: str) -> Deployment:
    """The deployment that answers a call.

    Raises:
        Refused: 404 when there is none or not yet, 423 when it is paused, 400 when its model does
            not have the operation.
    """
    deployment = deployments(call.backend).get(call.home.name, name.lower())
    if deployment is None or not _ready(call, deployment) or deployment.state == "Deleting":
        text = (
            "The API deployment for this resource does not exist. If you created the deployment"
            " within the last 5 minutes, please wait a moment and try again."
        )
        raise Refused(404, "DeploymentNotFound", text)
    if deployment.running == "Paused":
        text = f"The deployment '{deployment.name}' is paused. Resume it and try again."
        raise Refused(423, "DeploymentPaused", text)
    base = base_of(call, deployment)
    if base and operation not in base.serves:
        text = (
            f"The {_WORDS[operation]} operation does not work with the specified model,"
            f" {model_of(deployment)}. Please choose different model and try again. You can learn"
            " more about which models can be used with each operation here:"
            " https://go.microsoft.com/fwlink/?linkid=2197993."
        )
        raise Refused(400, "OperationNotSupported", text)
    return deployment


def base_of(call: Call, deployment: Deployment) -> BaseModel | None:
    """The base model of a deployment."""
    return call.backend.catalog.find(deployment.base)


def model_of(deployment: Deployment) -> str:
    """The name that answers give: the tuned model's own, or base name and version in one."""
    return str(deployment.model["name"]) if deployment.tuned else deployment.base


def _ready(call: Call, deployment: Deployment) -> bool:
    lag = call.backend.settings.ready_lag_seconds
    return deployment.ready_at is not None and call.now >= deployment.ready_at + lag


def metered(
    call: Call, deployment: Deployment, operation: str, work: Callable[[], tuple[_T, Usage]]
) -> tuple[_T, dict[str, str]]:
    """Do the work of a call within the deployment's limits, and count it.

    Args:
        call: the call.
        deployment: what serves it.
        operation: its name in Monitor, such as ``ChatCompletions_Create``.
        work: makes the answer and says what it used.

    Returns:
        The answer, and the headers about the limits.

    Raises:
        Refused: the limits are exhausted (429), or the model refuses the call.
    """
    try:
        check_limits(call, deployment, operation)
        made, usage = work()
    except Refused as error:
        _count_call(call, deployment, operation, error.status, Usage(0))
        if isinstance(error, ModelError):
            error.headers |= _charge_rate(call, deployment, Usage(0))
        raise
    headers = _charge_rate(call, deployment, usage)
    _count_call(call, deployment, operation, 200, usage)
    touched = replace(deployment, last_call_at=call.now)
    deployments(call.backend).put(call.home.name, touched)
    return made, headers


def _charge_rate(call: Call, deployment: Deployment, usage: Usage) -> dict[str, str]:
    key = f"{deployment.account}/{deployment.id}"
    call.backend.rates.add(key, call.now, usage.prompt + usage.generated)
    return remaining(call, deployment)


def _count_call(
    call: Call, deployment: Deployment, operation: str, status: int, usage: Usage
) -> None:
    count(
        call.backend,
        Inference(
            account=call.home.name,
            deployment=deployment.name,
            model=deployment.model["name"],
            version=deployment.model["version"],
            operation=operation,
            status=str(status),
            at=call.now,
            prompt_tokens=usage.prompt,
            generated_tokens=usage.generated,
        ),
    )
