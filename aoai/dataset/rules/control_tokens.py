"""No text of an example holds a control token of the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from aoai.dataset.example.content import texts
from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import ALL, Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error

SPECIAL_TOKEN = error(
    "special-token",
    "a control token of the model in the text",
    "a file that the service refused for <|fim_suffix|> (llmcomp issue 59)",
)


def check(example: Example) -> Iterator[Problem]:
    """Control tokens in contents, names, arguments and declared tools."""
    search = token_search(example.target.control_tokens)
    for text, path in _texts(example):
        if search(text):
            for token in example.target.control_tokens:
                if token in text:
                    message = f"holds {token}, a control token of the model; remove it."
                    yield SPECIAL_TOKEN.at(path, message)


@cache
def token_search(tokens: tuple[str, ...]) -> Callable[[str], bool]:
    """A search for any of these tokens in a text.

    A character that all of them have is looked for first, as that costs next to nothing.
    """
    if not tokens:
        return lambda _: False
    sign = common_sign(tokens)
    search = re.compile("|".join(map(re.escape, tokens))).search
    return lambda text: sign in text and search(text) is not None


def common_sign(tokens: tuple[str, ...]) -> str:
    """A character that all tokens have, ``|`` if possible; empty if there is none."""
    common = set(tokens[0]).intersection(*map(set, tokens[1:])) if tokens else {"\0"}
    return "|" if "|" in common else min(common, default="")


def _texts(example: Example) -> Iterator[tuple[str, str]]:
    if example.format == "completion":
        for name in ("prompt", "completion"):
            yield from _strings(example.value.get(name), f"$.{name}")
        return
    for message, path, _, _ in example.all_messages:
        yield "\n".join(texts(message.get("content"))), f"{path}.content"
        yield from _strings(message.get("refusal"), f"{path}.refusal")
        yield from _strings(message.get("name"), f"{path}.name")
        yield from _strings(message.get("function_call"), f"{path}.function_call")
        for call, at in items(message.get("tool_calls"), f"{path}.tool_calls"):
            yield from _strings(get(call, "function"), f"{at}.function")
    for name in ("tools", "functions"):
        yield from _strings(example.conversation.get(name), f"{example.path}.{name}")


def _strings(value: object, path: str) -> Iterator[tuple[str, str]]:
    """All strings in a value, without recursion, under the path of the whole."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value, path
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += (*value, *value.values())


RULE = Rule(check, ALL)
