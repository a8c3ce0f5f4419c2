"""What every inference call shares: the deployment that serves it, its answer, and its count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from aoai_emulator.calls.call import Call
from aoai_emulator.state.call_counts import Inference, count
from aoai_emulator.state.deployment_records import Deployment, deployments
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.file_records import content_path
from aoai_emulator.state.replies import BASE

_BYTES_PER_TOKEN = 4


@dataclass(frozen=True)
class Answer:
    """A made-up reply with its tokens; ``cut`` where the caller's limit ended it."""

    text: str
    cut: bool
    prompt_tokens: int
    generated_tokens: int


def served(call: Call, name: str) -> Deployment:
    """The deployment that answers a call: 404 when there is none or not yet, 423 when paused."""
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
    return deployment


def _ready(call: Call, deployment: Deployment) -> bool:
    lag = call.backend.settings.ready_lag_seconds
    return deployment.ready_at is not None and call.now >= deployment.ready_at + lag


def answer(
    call: Call, deployment: Deployment, question: str, prompt: str, limit: Any = None
) -> Answer:
    """The deployment's reply to a question, cut to a limit of tokens."""
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise Refused(400, "invalid_request_error", "The limit of tokens must be at least 1.")
    text = BASE
    if deployment.training_file is not None:
        path = content_path(call.backend, deployment.training_file)
        text = call.backend.replies.answer(path, question)
    room = len(text) if limit is None else limit * _BYTES_PER_TOKEN
    return Answer(text[:room], len(text) > room, _tokens(prompt), _tokens(text[:room]))


def counted(call: Call, deployment: Deployment, operation: str, found: Answer | Refused) -> None:
    """Let Monitor know of a call; one that succeeded also starts the idle days anew."""
    good = isinstance(found, Answer)
    count(
        call.backend,
        Inference(
            account=call.home.name,
            deployment=deployment.name,
            model=deployment.model["name"],
            version=deployment.model["version"],
            operation=operation,
            status="200" if isinstance(found, Answer) else str(found.status),
            at=call.now,
            prompt_tokens=found.prompt_tokens if isinstance(found, Answer) else 0,
            generated_tokens=found.generated_tokens if isinstance(found, Answer) else 0,
        ),
    )
    if good:
        touched = replace(deployment, last_call_at=call.now)
        deployments(call.backend).put(call.home.name, touched)


def _tokens(text: str) -> int:
    return max(1, len(text.encode()) // _BYTES_PER_TOKEN)
