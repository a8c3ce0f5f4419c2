"""An example as the rules look at it: its messages with role and JSON path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aoai.dataset.example.fields import get, items
from aoai.dataset.example.target import Target

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
"""The roles of a message. OpenAI API, fine-tuning chat request input. A tuple, as a role in data
may be a value that cannot be hashed."""

SYSTEM_ROLES = ("system", "developer")

OUTPUT_ROLES = ("assistant", "tool")
"""The roles in an output of a preference pair. Page "Direct preference optimization"."""

OUTPUTS = ("preferred_output", "non_preferred_output")


class Message(NamedTuple):
    """A message that is an object of a role that is allowed where it is.

    Attributes:
        value: the decoded object.
        path: its JSON path.
        role: its role.
        output: whether it is part of an output of a preference pair.
    """

    value: dict[str, object]
    path: str
    role: str
    output: bool = False


class Example:
    """A decoded example of a known format; it need not be a good one.

    Attributes:
        line: the bytes that it was decoded from.
        value: the whole object.
        format: a key of ``FORMATS``.
        target: what the data is used for.
        path: JSON path of the conversation: ``$``, or ``$.input`` of a preference pair.
        conversation: the object with messages and tools; empty if there is none.
        listed: the conversation's messages as they are; None if they are no array.
        roles: the role of each of them, of any type.
        messages: those of them that are objects of a known role.
        outputs: likewise, of the two outputs of a preference pair.
    """

    def __init__(self, line: bytes, value: dict[str, object], format: str, target: Target) -> None:  # noqa: A002 - the word that users write
        self.line, self.value, self.format, self.target = line, value, format, target
        preference = format == "preference"
        found = value.get("input") if preference else value
        self.path = "$.input" if preference else "$"
        self.conversation: dict[str, object] = found if isinstance(found, dict) else {}
        listed = self.conversation.get("messages") if format != "completion" else None
        self.listed: list[object] | None = listed if isinstance(listed, list) else None
        self.roles = [get(message, "role") for message in self.listed or ()]
        at = f"{self.path}.messages"
        self.messages = tuple(_messages(self.listed, at, ROLES, output=False))
        names = OUTPUTS if preference else ()
        self.outputs = tuple(
            tuple(_messages(value.get(name), f"$.{name}", OUTPUT_ROLES, output=True))
            for name in names
        )

    @property
    def all_messages(self) -> Iterator[Message]:
        """Those of the conversation, then those of the outputs."""
        yield from self.messages
        for output in self.outputs:
            yield from output


def _messages(
    listed: object, path: str, roles: tuple[str, ...], *, output: bool
) -> Iterator[Message]:
    for message, at in items(listed, path):
        if isinstance(message, dict) and message.get("role") in roles:
            yield Message(message, at, message["role"], output)
