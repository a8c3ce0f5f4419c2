"""The name of a message's author is one that the chat API accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, shown, warning

BAD_NAME = warning(
    "bad-name",
    "a message's name is empty, is longer than 64 characters or has blanks or one of < | \\ / >",
    r"chat completions API, refusal of messages[].name: pattern ^[^\s<|\\/>]+$",
)

_NAME = re.compile(r"[^\s<|\\/>]{1,64}")


def check(example: Example) -> Iterator[Problem]:
    """Names that a request would be refused for."""
    for message, path, _, _ in example.all_messages:
        name = message.get("name")
        if isinstance(name, str) and not _NAME.fullmatch(name):
            text = f"{shown(name)}: write 1 to 64 characters without blanks, <, |, \\, / and >."
            yield BAD_NAME.at(f"{path}.name", text)


RULE = Rule(check)
