"""Chat completions on a deployment, made up by replies.py; system_fingerprint says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from starlette.responses import JSONResponse, Response, StreamingResponse

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.serve import Answer, answer, counted, served
from aoai_emulator.state.deployment_records import Deployment
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.replies import question_of, text_of

FINGERPRINT: Final = "fp_emulated"
_OPERATION: Final = "ChatCompletions_Create"
_CHUNK: Final = 40
_KNOWN: Final = frozenset(
    [
        "model",
        "messages",
        "temperature",
        "top_p",
        "n",
        "stream",
        "stream_options",
        "stop",
        "max_tokens",
        "max_completion_tokens",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
        "user",
        "seed",
        "logprobs",
        "top_logprobs",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "response_format",
        "functions",
        "function_call",
        "reasoning_effort",
        "store",
        "metadata",
        "modalities",
        "audio",
        "prediction",
        "service_tier",
        "verbosity",
        "data_sources",
    ]
)


def classic(call: Call) -> Response:
    """POST /deployments/{deployment}/chat/completions."""
    return _answer(call, call.params["deployment"], call.json())


def v1(call: Call) -> Response:
    """POST /openai/v1/chat/completions, the deployment being named by ``model``."""
    body = call.json()
    return _answer(call, str(body.get("model", "")), body)


def _answer(call: Call, name: str, body: dict[str, Any]) -> Response:
    deployment = served(call, name)
    try:
        messages = _messages(body)
        prompt = " ".join(text_of(each.get("content")) for each in messages)
        limit = body.get("max_completion_tokens", body.get("max_tokens"))
        found = answer(call, deployment, question_of(messages), prompt, limit)
    except Refused as error:
        counted(call, deployment, _OPERATION, error)
        raise
    counted(call, deployment, _OPERATION, found)
    head = _head(call, deployment)
    if body.get("stream"):
        options = body.get("stream_options") or {}
        lines = list(_events(head, found, with_usage=bool(options.get("include_usage"))))
        return StreamingResponse(iter(lines), media_type="text/event-stream")
    return JSONResponse(_completion(head, found, int(body.get("n") or 1)))


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    for name in body:
        if name not in _KNOWN:
            text = f"Unrecognized request argument supplied: {name}"
            raise Refused(400, "invalid_request_error", text, param=name)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        text = "'messages' must be a list with at least one message."
        raise Refused(400, "invalid_request_error", text, param="messages")
    if not all(isinstance(each, dict) and isinstance(each.get("role"), str) for each in messages):
        text = "Every message must be an object with a role."
        raise Refused(400, "invalid_request_error", text, param="messages")
    return messages


def _head(call: Call, deployment: Deployment) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{call.backend.ids.new()}",
        "created": int(call.now),
        "model": deployment.model["name"],
        "system_fingerprint": FINGERPRINT,
    }


def _reason(found: Answer) -> str:
    return "length" if found.cut else "stop"


def _completion(head: dict[str, Any], found: Answer, copies: int) -> dict[str, Any]:
    choices = [
        {
            "index": index,
            "finish_reason": _reason(found),
            "logprobs": None,
            "message": {"role": "assistant", "content": found.text, "refusal": None},
        }
        for index in range(copies)
    ]
    return {**head, "object": "chat.completion", "choices": choices, "usage": _usage(found, copies)}


def _usage(found: Answer, copies: int = 1) -> dict[str, int]:
    generated = found.generated_tokens * copies
    return {
        "prompt_tokens": found.prompt_tokens,
        "completion_tokens": generated,
        "total_tokens": found.prompt_tokens + generated,
    }


def _events(head: dict[str, Any], found: Answer, *, with_usage: bool) -> Iterator[bytes]:
    """The server-sent events of a streamed answer."""
    head = {**head, "object": "chat.completion.chunk"}
    yield _event(head, {"role": "assistant", "content": ""})
    for start in range(0, len(found.text), _CHUNK):
        yield _event(head, {"content": found.text[start : start + _CHUNK]})
    yield _event(head, {}, _reason(found))
    if with_usage:
        yield _line({**head, "choices": [], "usage": _usage(found)})
    yield b"data: [DONE]\n\n"


def _event(head: dict[str, Any], delta: dict[str, str], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
    return _line({**head, "choices": [choice]})


def _line(body: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(body)}\n\n".encode()
