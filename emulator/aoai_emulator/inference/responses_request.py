"""What a call of the Responses API may ask for: everything is honoured or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.chat_request import json_schema_of
from aoai_emulator.inference.checks import (
    check_sampling,
    flag,
    known_fields,
    number,
    unsupported,
    whole,
)
from aoai_emulator.inference.sampling import ReplySpec
from aoai_emulator.inference.tools import Tools, tools_of
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.replies import question_of, text_of
from aoai_emulator.state.response_records import conversations, responses

Items = list[dict[str, Any]]
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
        "stream",
        "text",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "previous_response_id",
        "conversation",
        "reasoning",
        "truncation",
        "service_tier",
        "top_logprobs",
        "include",
        "background",
        "max_tool_calls",
        "prompt_cache_key",
        "safety_identifier",
        "stream_options",
        "prompt",
        "prompt_cache_retention",
    ]
)
_UNSUPPORTED: Final = {"prompt": "it keeps no prompts", "max_tool_calls": "it runs no tools"}
_REASONS: Final = re.compile(r"o\d|gpt-5")
_MOST: Final = 1_000_000


@dataclass(frozen=True)
class ResponsesRequest:
    """A request to the Responses API.

    Attributes:
        spec: what the reply must be like.
        input: the new items.
        history: the items of the conversation or of the previous response.
        conversation: the id of a conversation, if the call belongs to one.
        prompt: everything that was said, for counting tokens.
        reasons: whether the model reasons.
    """

    spec: ReplySpec
    input: Items
    history: Items
    conversation: str | None
    prompt: str
    reasons: bool


def responses_request(call: Call, body: dict[str, Any], base: str) -> ResponsesRequest:
    """Read a request; ModelError for one that the model would refuse."""
    known_fields(body, _KNOWN)
    unsupported(body, _UNSUPPORTED)
    if flag(body, "background"):
        raise ModelError("The emulator does not support 'background': it answers at once.")
    reasons = bool(_REASONS.match(base))
    check_sampling(body, reasons=reasons)
    number(body, "top_logprobs", 0, 20)
    if body.get("top_logprobs"):
        raise ModelError("The emulator has no log probabilities here.", "top_logprobs")
    given = _input(body.get("input"))
    history, conversation = _history(call, body)
    messages = [_message(each) for each in (*history, *given)]
    spec = ReplySpec(
        question=question_of(messages),
        after_tool=given[-1].get("type") == "function_call_output",
        limit=whole(body, "max_output_tokens", 1, _MOST),
        tools=_tools(body),
        form=_form(body),
    )
    said = [str(body.get("instructions") or ""), *(text_of(each["content"]) for each in messages)]
    return ResponsesRequest(spec, given, history, conversation, " ".join(said), reasons)


def _input(given: Any) -> Items:
    if isinstance(given, str) and given:
        return [{"type": "message", "role": "user", "content": given}]
    if isinstance(given, list) and given and all(isinstance(each, dict) for each in given):
        return [{"type": "message", **each} if "role" in each else each for each in given]
    raise ModelError("Invalid 'input': it must be a text or a list of items.", "input")


def _message(item: dict[str, Any]) -> dict[str, Any]:
    if item.get("type") == "function_call_output":
        return {"role": "tool", "content": item.get("output")}
    return {"role": item.get("role", "assistant"), "content": item.get("content", "")}


def _history(call: Call, body: dict[str, Any]) -> tuple[Items, str | None]:
    previous, conversation = body.get("previous_response_id"), body.get("conversation")
    if previous and conversation:
        text = "'previous_response_id' and 'conversation' cannot be given together."
        raise ModelError(text, "previous_response_id")
    if previous:
        found = responses(call.backend).get(call.home.name, str(previous))
        if found is None:
            error = ModelError(
                f"Previous response with id '{previous}' not found.", "previous_response_id"
            )
            error.code = "previous_response_not_found"
            raise error
        return [*found.history, *found.input, *found.body["output"]], None
    if not conversation:
        return [], None
    name = conversation.get("id") if isinstance(conversation, dict) else conversation
    held = conversations(call.backend).get(call.home.name, str(name))
    if held is None:
        text = f"Conversation with id '{name}' not found."
        raise ModelError(text, "conversation", status=404)
    return held.messages, held.id


def _tools(body: dict[str, Any]) -> Tools:
    """The tools, brought into the form of chat completions, which checks them."""
    given = body.get("tools")
    if not given:
        return Tools()
    for place, tool in enumerate(given if isinstance(given, list) else []):
        kind = tool.get("type") if isinstance(tool, dict) else None
        if kind != "function":
            text = f"The emulator runs no tool of type {kind!r}; it takes functions only."
            raise ModelError(text, f"tools[{place}].type")
    choice = body.get("tool_choice", "auto")
    if isinstance(choice, dict) and "name" in choice:
        choice = {"type": "function", "function": {"name": choice["name"]}}
    functions = [{"type": "function", "function": tool} for tool in given]
    parallel = body.get("parallel_tool_calls")
    return tools_of({"tools": functions, "tool_choice": choice, "parallel_tool_calls": parallel})


def _form(body: dict[str, Any]) -> dict[str, Any] | None:
    text = body.get("text") or {}
    form = text.get("format") if isinstance(text, dict) else None
    kind = form.get("type") if isinstance(form, dict) else "text"
    if kind == "text":
        return None
    if kind == "json_object":
        return {}
    if kind == "json_schema":
        return json_schema_of(form, "text.format")
    problem = "Invalid 'text.format.type': it must be text, json_object or json_schema."
    raise ModelError(problem, "text.format.type")
