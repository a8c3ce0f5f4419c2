"""Completions, the older form: babbage-002, davinci-002 and what is tuned of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.checks import (
    check_sampling,
    flag,
    known_fields,
    texts,
    unsupported,
    whole,
)
from aoai_emulator.inference.filters import of_prompt, of_text
from aoai_emulator.inference.sampling import ReplySpec, Sample, event_line, pieces, sample
from aoai_emulator.inference.serve import Usage, metered, model_of, served, tokens_of
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.json_response import JSONResponse

_OPERATION: Final = "Completions_Create"
_KNOWN: Final = frozenset(
    [
        "model",
        "prompt",
        "max_tokens",
        "temperature",
        "top_p",
        "n",
        "stream",
        "logprobs",
        "echo",
        "stop",
        "presence_penalty",
        "frequency_penalty",
        "best_of",
        "logit_bias",
        "user",
        "suffix",
        "seed",
        "stream_options",
    ]
)
_UNSUPPORTED: Final = {"logprobs": "it has no probabilities", "suffix": "it completes no middle"}
_USUAL_TOKENS: Final = 16
_MOST: Final = 1_000_000


def answer(call: Call, name: str, body: dict[str, Any]) -> Response:
    """The answer of the deployment ``name`` to the body of a POST …/completions."""
    deployment = served(call, name, "completions")

    def work() -> tuple[dict[str, Any], Usage]:
        prompts = _checked(body)
        limit = whole(body, "max_tokens", 1, _MOST) or _USUAL_TOKENS
        stop = texts(body, "stop", 4)
        copies = whole(body, "n", 1, 128) or 1
        found = [
            (prompt, sample(call, deployment, ReplySpec(prompt, limit=limit, stop=stop)))
            for prompt in prompts
            for _ in range(copies)
        ]
        generated = sum(each.tokens for _, each in found)
        usage = Usage(sum(tokens_of(prompt) for prompt in prompts), generated)
        head = {
            "id": f"cmpl-{call.backend.ids.letters(29)}",
            "object": "text_completion",
            "created": int(call.now),
            "model": model_of(deployment),
            "prompt_filter_results": of_prompt(),
        }
        choices = [_choice(place, prompt, each, body) for place, (prompt, each) in enumerate(found)]
        return {**head, "choices": choices, "usage": _usage(usage)}, usage

    made, limits = metered(call, deployment, _OPERATION, work)
    if body.get("stream"):
        lines = iter(list(_events(made)))
        return StreamingResponse(lines, 200, limits, "text/event-stream; charset=utf-8")
    return JSONResponse(made, headers=limits)


def _checked(body: dict[str, Any]) -> list[str]:
    known_fields(body, _KNOWN)
    unsupported(body, _UNSUPPORTED)
    check_sampling(body, reasons=False)
    flag(body, "echo")
    best, copies = whole(body, "best_of", 1, 20), whole(body, "n", 1, 128) or 1
    if best is not None and best < copies:
        raise ModelError("You requested that the server return more choices than it will generate.")
    prompt = body.get("prompt", "<|endoftext|>")
    prompts = prompt if isinstance(prompt, list) else [prompt]
    if not prompts or not all(isinstance(each, str) for each in prompts):
        raise ModelError("'$.prompt' is invalid: it must be a text or a list of texts.", "prompt")
    return prompts


def _choice(place: int, prompt: str, found: Sample, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": (prompt if body.get("echo") else "") + found.text,
        "index": place,
        "finish_reason": found.reason,
        "logprobs": None,
        "content_filter_results": of_text(),
    }


def _events(made: dict[str, Any]) -> Iterator[bytes]:
    head = {name: made[name] for name in ("id", "object", "created", "model")}
    for choice in made["choices"]:
        for piece in pieces(choice["text"]):
            part = {**choice, "text": piece, "finish_reason": None}
            yield event_line({**head, "choices": [part]})
        yield event_line({**head, "choices": [{**choice, "text": ""}]})
    yield b"data: [DONE]\n\n"


def _usage(usage: Usage) -> dict[str, int]:
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.generated,
        "total_tokens": usage.prompt + usage.generated,
    }
