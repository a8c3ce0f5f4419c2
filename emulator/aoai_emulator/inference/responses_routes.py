"""The Responses API of v1, without streaming, tools or memory: enough to count as inference."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import JSONResponse, Response

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.serve import Answer, answer, counted, served
from aoai_emulator.state.deployment_records import Deployment
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.replies import question_of, text_of

_OPERATION: Final = "Responses_Create"
_KNOWN: Final = frozenset(
    [
        "model",
        "input",
        "instructions",
        "temperature",
        "top_p",
        "max_output_tokens",
        "metadata",
        "user",
        "store",
    ]
)


def create(call: Call) -> Response:
    """POST /openai/v1/responses, the deployment being named by ``model``."""
    body = call.json()
    deployment = served(call, str(body.get("model", "")))
    try:
        messages = _messages(body)
        prompt = " ".join(text_of(each.get("content")) for each in messages)
        limit = body.get("max_output_tokens")
        found = answer(call, deployment, question_of(messages), prompt, limit)
    except Refused as error:
        counted(call, deployment, _OPERATION, error)
        raise
    counted(call, deployment, _OPERATION, found)
    return JSONResponse(_response(call, deployment, body, found))


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    for name in body:
        if name not in _KNOWN:
            text = f"Unrecognized request argument supplied: {name}"
            raise Refused(400, "invalid_request_error", text, param=name)
    given = body.get("input")
    if isinstance(given, str) and given:
        return [{"role": "user", "content": given}]
    if isinstance(given, list) and given and all(isinstance(each, dict) for each in given):
        return given
    raise Refused(400, "invalid_request_error", "'input' must be text or messages.", param="input")


def _response(
    call: Call, deployment: Deployment, body: dict[str, Any], found: Answer
) -> dict[str, Any]:
    return {
        "id": f"resp_{call.backend.ids.new()}",
        "object": "response",
        "created_at": int(call.now),
        "status": "incomplete" if found.cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if found.cut else None,
        "error": None,
        "instructions": body.get("instructions"),
        # The place where this API can say that nobody thought about the answer.
        "metadata": {**(body.get("metadata") or {}), "emulated": "true"},
        "model": deployment.model["name"],
        "output": [_message(call, found)],
        "parallel_tool_calls": False,
        "temperature": body.get("temperature", 1.0),
        "tool_choice": "auto",
        "tools": [],
        "top_p": body.get("top_p", 1.0),
        "max_output_tokens": body.get("max_output_tokens"),
        "usage": _usage(found),
    }


def _message(call: Call, found: Answer) -> dict[str, Any]:
    return {
        "id": f"msg_{call.backend.ids.new()}",
        "type": "message",
        "role": "assistant",
        "status": "incomplete" if found.cut else "completed",
        "content": [{"type": "output_text", "text": found.text, "annotations": []}],
    }


def _usage(found: Answer) -> dict[str, Any]:
    return {
        "input_tokens": found.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": found.generated_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": found.prompt_tokens + found.generated_tokens,
    }
