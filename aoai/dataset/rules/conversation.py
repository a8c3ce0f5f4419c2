"""Rules for the examples of each format, as decoded JSON."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.finding import Problem, shown
from aoai.dataset.limits import MAXIMUM_IMAGES
from aoai.dataset.rules.content import check_special_tokens, images
from aoai.dataset.rules.messages import FIELDS, SYSTEM_ROLES, check_message
from aoai.dataset.rules.shapes import (
    ARRAY,
    BOOLEAN,
    OBJECT,
    STRING,
    check_object,
    get,
    items,
    nullable,
    required,
)
from aoai.dataset.rules.tools import (
    check_conversation,
    check_function,
    check_output_calls,
    check_tools,
)

CONVERSATION = {
    "messages": required(ARRAY),
    "tools": nullable(ARRAY),
    "parallel_tool_calls": nullable(BOOLEAN),
    "functions": nullable(ARRAY),
}
"""The fields of a conversation. OpenAI API, fine-tuning chat request input."""

_PREFERENCE = {
    "input": required(OBJECT),
    "preferred_output": required(ARRAY),
    "non_preferred_output": required(ARRAY),
}
_COMPLETION = {"prompt": required(STRING), "completion": required(STRING)}

_ALL_ROLES = tuple(FIELDS)
_OUTPUT_ROLES = ("assistant", "tool")  # page "Direct preference optimization", dataset format


def check_chat(example: dict[str, object]) -> Iterator[Problem]:
    """What is wrong with an example for supervised fine-tuning of a chat model."""
    yield from _check_conversation(example, "$")
    messages = example.get("messages")
    if isinstance(messages, list):
        yield from _check_answers(messages, "$.messages")


def check_reinforcement(example: dict[str, object]) -> Iterator[Problem]:
    """What is wrong with an example for reinforcement fine-tuning.

    The model answers the last message, a user's (page "Reinforcement fine-tuning"). Other fields
    are for the grader, so any may stand.
    """
    known = {name: value for name, value in example.items() if name in CONVERSATION}
    yield from _check_conversation(known, "$")
    if len(known) == len(example):
        text = 'no field beside messages; add what a grader compares with, such as "answer".'
        yield Problem("no-grader-field", "$", text)
    yield from _check_asks(example.get("messages"), "$.messages")


def check_preference(example: dict[str, object]) -> Iterator[Problem]:
    """What is wrong with a preference pair for direct preference optimisation."""
    yield from check_object(example, "$", _PREFERENCE)
    conversation = example.get("input")
    if isinstance(conversation, dict):
        yield from _check_conversation(conversation, "$.input")
    for name in ("preferred_output", "non_preferred_output"):
        yield from _check_output(example.get(name), f"$.{name}")
        yield from check_output_calls(example.get(name), get(conversation, "tools"), f"$.{name}")
    preferred = _says(example.get("preferred_output"))
    if preferred and preferred == _says(example.get("non_preferred_output")):
        yield Problem(
            "identical-outputs",
            "$.non_preferred_output",
            "the same as preferred_output: there is nothing to prefer; leave the pair out.",
        )


def check_completion(example: dict[str, object]) -> Iterator[Problem]:
    """What is wrong with an example for the older completion models."""
    yield from check_object(example, "$", _COMPLETION)
    for name in _COMPLETION:
        text = example.get(name)
        if isinstance(text, str):
            yield from check_special_tokens(text, f"$.{name}")
    if isinstance(example.get("completion"), str) and not str(example["completion"]).strip():
        yield Problem("empty-content", "$.completion", "empty; write what the model shall answer.")


def _check_conversation(value: dict[str, object], path: str) -> Iterator[Problem]:
    yield from check_object(value, path, CONVERSATION)
    tools, messages = value.get("tools"), value.get("messages")
    yield from check_tools(tools, f"{path}.tools")
    if value.get("functions") is not None:
        yield Problem("deprecated-functions", f"{path}.functions", "write tools instead.")
        for function, at in items(value.get("functions"), f"{path}.functions"):
            yield from check_function(function, at)
    if not isinstance(messages, list):
        return
    at = f"{path}.messages"
    if not messages:
        yield Problem("missing-content", at, "no message; write at least a question and an answer.")
        return
    for message, place in items(messages, at):
        yield from check_message(message, place, _ALL_ROLES)
    yield from check_conversation(messages, tools, at)
    yield from _check_order(messages, at)
    yield from _check_images(messages, at)


def _check_order(messages: list[object], path: str) -> Iterator[Problem]:
    roles = [get(message, "role") for message in messages]
    for index, role in enumerate(roles[1:], start=1):
        if role in SYSTEM_ROLES and roles[index - 1] not in SYSTEM_ROLES:
            yield Problem(
                "system-not-first", f"{path}[{index}]", f"move the {role} message to the front."
            )
    if "user" not in roles and all(role in _ALL_ROLES for role in roles):
        yield Problem("no-user-message", path, "no user message; add what the model is asked.")


def _check_images(messages: list[object], path: str) -> Iterator[Problem]:
    count = sum(len(images(get(message, "content"))) for message in messages)
    if count > MAXIMUM_IMAGES:
        yield Problem(
            "too-many-images", path, f"{count} images, at most {MAXIMUM_IMAGES}; split the example."
        )


def _check_answers(messages: list[object], path: str) -> Iterator[Problem]:
    answers = [message for message in messages if get(message, "role") == "assistant"]
    last = get(messages[-1], "role") if messages else None
    if messages and not answers:
        yield Problem(
            "no-assistant-message", path, "no assistant message; add the answer to learn."
        )
    elif isinstance(last, str) and last != "assistant" and last in FIELDS:
        yield Problem(
            "last-message",
            f"{path}[{len(messages) - 1}].role",
            f"the last message is of role {shown(last)}; end with the assistant's answer.",
        )
    if answers and all(get(answer, "weight") == 0 for answer in answers):
        yield Problem(
            "nothing-trained", path, "every answer has weight 0; give weight 1 to one of them."
        )


def _check_asks(messages: object, path: str) -> Iterator[Problem]:
    if isinstance(messages, list) and messages:
        last = get(messages[-1], "role")
        if isinstance(last, str) and last != "user" and last in FIELDS:
            yield Problem(
                "last-message",
                f"{path}[{len(messages) - 1}].role",
                f"the last message is of role {shown(last)}; end with the user's question.",
            )


def _check_output(output: object, path: str) -> Iterator[Problem]:
    if not isinstance(output, list):
        return
    for message, at in items(output, path):
        yield from check_message(message, at, _OUTPUT_ROLES)
    if not any(get(message, "role") == "assistant" for message in output):
        yield Problem(
            "no-assistant-message", path, "no assistant message; add the answer to compare."
        )


def _says(output: object) -> list[tuple[object, object]]:
    return [(get(m, "content"), get(m, "tool_calls")) for m, _ in items(output, "")]
