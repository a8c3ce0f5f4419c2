"""What a chat completion may ask for: everything is honoured or refused, nothing is ignored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from aoai_emulator.inference.checks import (
    check_sampling,
    flag,
    known_fields,
    texts,
    unsupported,
    whole,
)
from aoai_emulator.inference.sampling import ReplySpec
from aoai_emulator.inference.tools import tools_of
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.replies import question_of, text_of

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
        "prompt_cache_key",
        "safety_identifier",
        "web_search_options",
    ]
)
_UNSUPPORTED: Final = {
    "audio": "it makes text only",
    "data_sources": "it has no data of yours",
    "prediction": "there is no output to speed up",
    "web_search_options": "it searches nothing",
}
_ROLES: Final = ("system", "developer", "user", "assistant", "tool", "function")
_REASONS: Final = re.compile(r"o\d|gpt-5")
_MOST: Final = 1_000_000


@dataclass(frozen=True)
class ChatRequest:
    """A chat completion's request.

    Attributes:
        spec: what the reply must be like.
        prompt: everything that was said, for counting tokens.
        copies: how many choices.
        stream: whether the answer comes in events.
        usage: whether a stream ends with the usage.
        alternatives: how many alternatives each token has with its log probability; None without.
        json: whether the reply is JSON.
    """

    spec: ReplySpec
    prompt: str
    copies: int
    stream: bool
    usage: bool
    alternatives: int | None
    json: bool


def chat_request(body: dict[str, Any], base: str) -> ChatRequest:
    """Read a request; ModelError for one that the model would refuse.

    Args:
        body: the request.
        base: the wire name of the deployment's base model.
    """
    known_fields(body, _KNOWN)
    unsupported(body, _UNSUPPORTED)
    if body.get("modalities") not in (None, ["text"]):
        raise ModelError("The emulator does not support 'modalities' but text.", "modalities")
    messages = _messages(body)
    reasons = bool(_REASONS.match(base))
    check_sampling(body, reasons=reasons)
    _check_reasoning(body, reasons)
    whole(body, "seed", -(2**63), 2**63)
    form = _form(body, messages)
    prompt = " ".join(text_of(each.get("content")) for each in messages)
    schema = body["response_format"]["json_schema"] if form else None
    return ChatRequest(
        spec=ReplySpec(
            question=question_of(messages),
            after_tool=messages[-1]["role"] in ("tool", "function"),
            limit=_limit(body),
            stop=texts(body, "stop", 4),
            tools=tools_of(body),
            form=form,
        ),
        # A schema counts as part of the prompt.
        prompt=prompt + (str(schema) if schema else ""),
        copies=whole(body, "n", 1, 128) or 1,
        stream=flag(body, "stream"),
        usage=_usage(body),
        alternatives=_alternatives(body),
        json=form is not None,
    )


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ModelError("'messages' must be a list with at least one message.", "messages")
    asked: set[str] = set()
    for place, each in enumerate(messages):
        if not isinstance(each, dict) or each.get("role") not in _ROLES:
            text = f"Invalid 'messages[{place}].role': it must be one of {', '.join(_ROLES)}."
            raise ModelError(text, f"messages[{place}].role")
        if each["role"] == "tool" and each.get("tool_call_id") not in asked:
            text = (
                "Invalid parameter: messages with role 'tool' must be a response to a preceding"
                " message with 'tool_calls'."
            )
            raise ModelError(text, f"messages[{place}].role")
        asked |= {str(made.get("id")) for made in each.get("tool_calls") or ()}
    return messages


def _limit(body: dict[str, Any]) -> int | None:
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        text = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        raise ModelError(text)
    old = whole(body, "max_tokens", 1, _MOST)
    return whole(body, "max_completion_tokens", 1, _MOST) or old


def _check_reasoning(body: dict[str, Any], reasons: bool) -> None:
    if reasons and body.get("max_tokens") is not None:
        text = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
            " 'max_completion_tokens' instead."
        )
        raise ModelError(text, "max_tokens")
    if not reasons and body.get("reasoning_effort") is not None:
        raise ModelError("Unrecognized request argument supplied: reasoning_effort")


def _usage(body: dict[str, Any]) -> bool:
    options = body.get("stream_options")
    if options is not None and not body.get("stream"):
        text = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise ModelError(text, "stream_options")
    return isinstance(options, dict) and bool(options.get("include_usage"))


def _alternatives(body: dict[str, Any]) -> int | None:
    count = whole(body, "top_logprobs", 0, 20)
    wanted = flag(body, "logprobs")
    if count is not None and not wanted:
        text = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled."
        raise ModelError(text, "top_logprobs")
    return (count or 0) if wanted else None


def _form(body: dict[str, Any], messages: list[dict[str, Any]]) -> dict[str, Any] | None:
    given = body.get("response_format")
    if given is None:
        return None
    kind = given.get("type") if isinstance(given, dict) else None
    if kind == "text":
        return None
    if kind == "json_object":
        if not any("json" in text_of(each.get("content")).lower() for each in messages):
            text = (
                "'messages' must contain the word 'json' in some form, to use 'response_format' of"
                " type 'json_object'."
            )
            raise ModelError(text, "messages")
        return {}
    if kind == "json_schema":
        return json_schema_of(given.get("json_schema"), "response_format.json_schema")
    text = "Invalid 'response_format.type': it must be text, json_object or json_schema."
    raise ModelError(text, "response_format.type")


def json_schema_of(given: Any, place: str) -> dict[str, Any]:
    """The schema of a named one; ModelError if there is none."""
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise ModelError(f"Missing required parameter: '{place}.name'.", f"{place}.name")
    if not isinstance(given.get("schema"), dict):
        raise ModelError(f"Missing required parameter: '{place}.schema'.", f"{place}.schema")
    return dict(given["schema"])
