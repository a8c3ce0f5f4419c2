"""The fast way: tells in about a microsecond that nothing is wrong with an example.

Most lines of most files are plain: text in every message, the last one the assistant's, tools
called as declared. For these the typed decoder and the few comparisons below are the whole check;
for any other line a reader returns None, and the rules look at it. What a reader passes has no
finding, except of the kinds in ``OVERLOOKED``, which the rules look for in a sample of the lines.
A property-based test holds the readers against the rules.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from aoai.dataset.decode.records import (
    Answer,
    CallingAnswer,
    Completion,
    Conversation,
    DeveloperMessage,
    Dialogue,
    Message,
    PreferencePair,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from aoai.dataset.decode.syntax import CANNOT_DECODE, attempt, is_json
from aoai.dataset.rules.tools import check_tools, declared

OVERLOOKED = frozenset(
    {"duplicate-key", "empty-content", "huge-integer", "special-token", "system-not-first"}
)
"""Warnings that a plain line may still deserve: finding them would cost as much as all the rest."""

Parts = tuple[Message, ...]
"""A plain example: all its messages in order, at least two, the last one an answer."""

Reader = Callable[[bytes], Parts | None]

_SYSTEM = (SystemMessage, DeveloperMessage)
_KNOWN_TOOLS = 256  # different declarations remembered


def key_of(parts: Parts) -> int:
    """A number that equal examples share and few others, from the lengths of their last texts."""
    return 31 * len(parts[-2].content or "") + len(parts[-1].content or "") + 1


def chat_reader() -> Reader:
    """Reads plain examples for supervised fine-tuning."""
    decode = msgspec.json.Decoder(Dialogue).decode
    read_with_tools = _reader_with_tools()

    def read(line: bytes) -> Parts | None:
        if not line.endswith(_ENDS):
            return read_with_tools(line)
        try:
            messages = decode(line).messages
        except CANNOT_DECODE:
            return read_with_tools(line)
        last = messages[-1] if len(messages) > 1 else None
        if type(last) is not Answer or last.weight == 0:
            return None
        asks = type(messages[0]) is UserMessage or type(messages[1]) is UserMessage
        return messages if asks else None

    return read


# How an example ends that has nothing after its messages, and no tool call in the last of them.
_ENDS = (b'"}]}\n', b'"}]}\r\n', b'"}]}')


def preference_reader() -> Reader:
    """Reads plain preference pairs."""
    decode = msgspec.json.Decoder(PreferencePair).decode
    tools = _Tools()

    def read(line: bytes) -> Parts | None:
        pair = attempt(decode, line)
        if pair is None or pair.preferred_output == pair.non_preferred_output:
            return None
        if not tools.fit(pair.input):
            return None
        return (*pair.input.messages, *pair.preferred_output, *pair.non_preferred_output)

    return read


def completion_reader() -> Reader:
    """Reads plain examples for completion models: prompt and completion as messages."""
    decode = msgspec.json.Decoder(Completion).decode

    def read(line: bytes) -> Parts | None:
        example = attempt(decode, line)
        if example is None:
            return None
        return UserMessage(example.prompt), Answer(example.completion)

    return read


def no_reader() -> Reader:
    """For formats whose examples the rules always look at."""
    return lambda _: None


def _reader_with_tools() -> Reader:
    decode = msgspec.json.Decoder(Conversation).decode
    tools = _Tools()

    def read(line: bytes) -> Parts | None:
        example = attempt(decode, line)
        if example is None or not tools.fit(example):
            return None
        last = example.messages[-1]
        return example.messages if type(last) is CallingAnswer and last.weight != 0 else None

    return read


class _Tools:
    """Tells whether a conversation uses tools as it should; remembers the tools it has seen."""

    def __init__(self) -> None:
        self._seen: dict[bytes, frozenset[str] | None] = {}

    def fit(self, conversation: Conversation) -> bool:
        names = self._names(bytes(conversation.tools) or b"[]")
        return names is not None and _is_linked(conversation.messages, names)

    def _names(self, tools: bytes) -> frozenset[str] | None:
        """Names of the functions of a flawless declaration; None for any other."""
        if tools not in self._seen:
            if len(self._seen) == _KNOWN_TOOLS:
                self._seen.clear()
            self._seen[tools] = attempt(_names_declared, tools)
        return self._seen[tools]


def _names_declared(tools: bytes) -> frozenset[str] | None:
    value = msgspec.json.decode(tools)
    plain = isinstance(value, list) and not any(check_tools(value, ""))
    return declared(value) if plain else None


def _is_linked(messages: Parts, names: frozenset[str]) -> bool:
    """A user asks first, at most after a system message; each call fits and is answered at once."""
    rest = messages[1:] if messages and type(messages[0]) in _SYSTEM else messages
    if not rest or type(rest[0]) is not UserMessage:
        return False
    waiting: set[str] = set()
    for message in rest:
        if type(message) is ToolMessage and message.tool_call_id in waiting:
            waiting.remove(message.tool_call_id)
        elif waiting:
            return False
        elif type(message) is CallingAnswer:
            if not _says(message, names):
                return False
            waiting.update(call.id for call in message.tool_calls or ())
        elif type(message) is not UserMessage:
            return False
    # Calls of the last message are what the model learns to make: nobody has to answer them.
    return not waiting or type(messages[-1]) is CallingAnswer


def _says(message: CallingAnswer, names: frozenset[str]) -> bool:
    """Whether an answer has text, or calls that are all right."""
    if not message.tool_calls:
        return bool(message.content)
    for call in message.tool_calls:
        function = call.function
        if function.name not in names or not is_json(function.arguments):
            return False
    return len({call.id for call in message.tool_calls}) == len(message.tool_calls)
