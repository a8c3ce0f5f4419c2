"""Functions are declared under good names, each once, and not too many of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.tools import calls_of, declared_functions
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error, shown, warning
from aoai.dataset.limits import MAXIMUM_DESCRIPTION, MAXIMUM_TOOLS

_SPEC = "OpenAI API, FunctionObject"

BAD_FUNCTION_NAME = error(
    "bad-function-name",
    "a function's name has other characters than letters, digits, _ and -, or more than 64",
    f"{_SPEC}.name",
)
TOO_MANY_TOOLS = error(
    "too-many-tools", "an example declares more than 128 tools", "OpenAI API, CreateChatCompletion"
)
DUPLICATE_TOOL = warning(
    "duplicate-tool", "an example declares two functions of the same name", _SPEC
)
LONG_DESCRIPTION = warning(
    "long-description",
    "a function's description is longer than 1,024 characters",
    'page "How to use function calling with Azure OpenAI"',
)

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def check(example: Example) -> Iterator[Problem]:
    """What is wrong with the functions that an example declares and calls."""
    names: Counter[str] = Counter()
    for function, path in declared_functions(example.conversation, example.path):
        yield from _name(function, path)
        description, name = get(function, "description"), get(function, "name")
        if isinstance(description, str) and len(description) > MAXIMUM_DESCRIPTION:
            text = f"{len(description):,} characters, at most {MAXIMUM_DESCRIPTION:,}; shorten it."
            yield LONG_DESCRIPTION.at(f"{path}.description", text)
        if isinstance(name, str):
            names[name] += 1
            if names[name] > 1:
                text = f"{shown(name)} is declared already; keep one declaration."
                yield DUPLICATE_TOOL.at(f"{path}.name", text)
    for field in ("tools", "functions"):
        count = sum(1 for _ in items(example.conversation.get(field), ""))
        if count > MAXIMUM_TOOLS:
            text = f"{count} tools, at most {MAXIMUM_TOOLS}; leave some out."
            yield TOO_MANY_TOOLS.at(f"{example.path}.{field}", text)
    for message in example.all_messages:
        for call, path in calls_of(message):
            yield from _name(call, path)


def _name(value: object, path: str) -> Iterator[Problem]:
    name = get(value, "name")
    if isinstance(name, str) and not _NAME.fullmatch(name):
        text = f"{shown(name)}: write 1 to 64 letters, digits, _ or -."
        yield BAD_FUNCTION_NAME.at(f"{path}.name", text)


RULE = Rule(check)
