"""An example ends as its method needs it, with an answer to learn or with a question."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.view import OUTPUT_ROLES, OUTPUTS, ROLES, Example
from aoai.dataset.finding import Problem, error, shown

LAST_MESSAGE = error(
    "last-message",
    "the last message is not of the role that the method trains on",
    'page "Reinforcement fine-tuning"; checks of Microsoft\'s fine-tuning skill for GitHub Copilot',
)
NO_ASSISTANT_MESSAGE = error(
    "no-assistant-message",
    "there is no assistant message to learn from",
    'pages "Customize a model with fine-tuning" and "Direct preference optimization"',
)


def check(example: Example) -> Iterator[Problem]:
    """Examples without an answer, or with something after it."""
    path, roles = f"{example.path}.messages", example.roles
    if not all(role in ROLES for role in roles):
        return  # a finding of its own
    if example.format == "chat" and roles and "assistant" not in roles:
        text = "no assistant message; add the answer to learn."
        yield NO_ASSISTANT_MESSAGE.at(path, text)
    elif example.format == "chat":
        yield from _last(roles, path, "assistant", "the assistant's answer")
    elif example.format == "reinforcement":
        yield from _last(roles, path, "user", "the user's question")
    for name in OUTPUTS if example.format == "preference" else ():
        output = example.value.get(name)
        found = [get(message, "role") for message, _ in items(output, "")]
        if isinstance(output, list) and "assistant" not in found and _are_known(found):
            text = "no assistant message; add the answer to compare."
            yield NO_ASSISTANT_MESSAGE.at(f"$.{name}", text)


def _are_known(roles: list[object]) -> bool:
    """Whether all are roles of an output; another is a finding of its own."""
    return all(role in OUTPUT_ROLES for role in roles)


def _last(roles: list[object], path: str, wanted: str, words: str) -> Iterator[Problem]:
    last = roles[-1] if roles else None
    if isinstance(last, str) and last != wanted and last in ROLES:
        text = f"the last message is of role {shown(last)}; end with {words}."
        yield LAST_MESSAGE.at(f"{path}[{len(roles) - 1}].role", text)


RULE = Rule(check)
