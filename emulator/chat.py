"""Chat completions on a deployment, made up by replies.py; system_fingerprint says so."""

from dataclasses import replace
from typing import Any

from starlette.responses import JSONResponse, Response

from emulator.arm.records import Deployment, deployments
from emulator.call import Call
from emulator.errors import Refused
from emulator.files import content_path
from emulator.metrics import Inference, count
from emulator.replies import BASE, question_of, text_of

FINGERPRINT = "fp_emulated"
_BYTES_PER_TOKEN = 4


def classic(call: Call) -> Response:
    """POST /deployments/{deployment}/chat/completions."""
    return _answer(call, call.params["deployment"], call.json())


def v1(call: Call) -> Response:
    """POST /openai/v1/chat/completions, the deployment being named by `model`."""
    body = call.json()
    return _answer(call, str(body.get("model", "")), body)


def served(call: Call, name: str) -> Deployment:
    """The deployment that answers a call; 404 when there is none, or not yet."""
    deployment = deployments(call.backend).get(call.home.name, name.lower())
    if deployment is None or deployment.ready_at is None or deployment.state == "Deleting":
        text = (
            "The API deployment for this resource does not exist. If you created the deployment"
            " within the last 5 minutes, please wait a moment and try again."
        )
        raise Refused(404, "DeploymentNotFound", text)
    if deployment.running == "Paused":
        text = f"The deployment '{deployment.name}' is paused. Resume it and try again."
        raise Refused(423, "DeploymentPaused", text)
    return deployment


def _answer(call: Call, name: str, body: dict[str, Any]) -> Response:
    deployment = served(call, name)
    try:
        completion = _completion(call, deployment, body)
    except Refused as error:
        _count(call, deployment, error.status, {})
        raise
    _count(call, deployment, 200, completion["usage"])
    return JSONResponse(completion)


def _completion(call: Call, deployment: Deployment, body: dict[str, Any]) -> dict[str, Any]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused(
            400, "invalid_request_error", "'messages' must be a list of messages.", param="messages"
        )
    reply = _reply(call, deployment, question_of(messages))
    prompt = _tokens(" ".join(text_of(each.get("content")) for each in messages))
    generated = _tokens(reply)
    return {
        "id": f"chatcmpl-{call.backend.ids.new()}",
        "object": "chat.completion",
        "created": int(call.now),
        "model": deployment.model["name"],
        "system_fingerprint": FINGERPRINT,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "logprobs": None,
                "message": {"role": "assistant", "content": reply, "refusal": None},
            }
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": generated,
            "total_tokens": prompt + generated,
        },
    }


def _reply(call: Call, deployment: Deployment, question: str) -> str:
    if deployment.training_file is None:
        return BASE
    return call.backend.replies.answer(
        content_path(call.backend, deployment.training_file), question
    )


def _tokens(text: str) -> int:
    return max(1, len(text.encode()) // _BYTES_PER_TOKEN)


def _count(call: Call, deployment: Deployment, status: int, usage: dict[str, int]) -> None:
    inference = Inference(
        account=call.home.name,
        deployment=deployment.name,
        model=deployment.model["name"],
        version=deployment.model["version"],
        operation="ChatCompletions_Create",
        status=str(status),
        at=call.now,
        prompt_tokens=usage.get("prompt_tokens", 0),
        generated_tokens=usage.get("completion_tokens", 0),
    )
    count(call.backend, inference)
    if status < 400:  # noqa: PLR2004  HTTP
        touched = replace(deployment, last_call_at=call.now)
        deployments(call.backend).put(call.home.name, touched)
