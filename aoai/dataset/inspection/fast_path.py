"""The fast path: decides in a few microseconds that nothing is wrong with an example.

Most lines of most files are plain: text in every message, the last one the assistant's, tools
called as declared. For these the typed decoder and the few comparisons below are the whole check;
for any other line a reader returns None, and the rules look at it. A line that a reader accepts
breaks no rule but those that declare ``PlainLines.SAMPLED``. Tests with generated lines compare the
readers with the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from aoai.dataset.catalogue import RULES
from aoai.dataset.decode.nesting import is_nested_too_deeply
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
from aoai.dataset.decode.syntax import CANNOT_DECODE, attempt, is_json_object
from aoai.dataset.example.target import Target
from aoai.dataset.example.tools import tool_names
from aoai.dataset.example.view import Example
from aoai.dataset.rules.control_tokens import common_sign, token_search

PlainExample = tuple[Message, ...]
"""All messages of a plain example in order, at least two, the last one an answer."""

Reader = Callable[[bytes], PlainExample | None]

_SYSTEM = (SystemMessage, DeveloperMessage)
_KNOWN_TOOLS = 256  # different declarations remembered


def key_of(messages: PlainExample) -> int:
    """A number that equal examples share and few others, from the lengths of their last texts."""
    return 31 * len(messages[-2].content or "") + len(messages[-1].content or "") + 1


def reader_of(name: str, target: Target) -> Reader:
    """A reader of the plain examples of a format.

    Args:
        name: of the format.
        target: what the data is used for.
    """
    readers = {"chat": _chat, "preference": _preference, "completion": _completion}
    return readers[name](target) if name in readers else no_reader()


def no_reader() -> Reader:
    """For examples that the rules always look at."""
    return lambda _: None


def _chat(target: Target) -> Reader:
    """Reads plain examples for supervised fine-tuning."""
    decode = msgspec.json.Decoder(Dialogue).decode
    read_with_tools = _chat_with_tools(target)
    sign = common_sign(target.control_tokens)
    holds_token = token_search(target.control_tokens)

    def read(line: bytes) -> PlainExample | None:
        if not line.endswith(_ENDS):
            return read_with_tools(line)
        try:
            messages = decode(line).messages
        except CANNOT_DECODE:
            return read_with_tools(line)
        last = messages[-1] if len(messages) > 1 else None
        if type(last) is not Answer or last.weight == 0:
            return None
        # In the decoded text, as JSON may write any character as an escape.
        for message in messages:
            if sign in message.content and holds_token(message.content):
                return None
        asks = type(messages[0]) is UserMessage or type(messages[1]) is UserMessage
        return messages if asks else None

    return read


# How an example ends that has nothing after its messages, and no tool call in the last of them.
_ENDS = (b'"}]}\n', b'"}]}\r\n', b'"}]}')


def _preference(target: Target) -> Reader:
    """Reads plain preference pairs."""
    decode = msgspec.json.Decoder(PreferencePair).decode
    tools = _Tools(target, within=2)

    def read(line: bytes) -> PlainExample | None:
        pair = attempt(decode, line)
        if pair is None or pair.preferred_output == pair.non_preferred_output:
            return None
        outputs = (*pair.preferred_output, *pair.non_preferred_output)
        if not tools.fit(pair.input) or tools.hold_token(outputs):
            return None
        return (*pair.input.messages, *outputs)

    return read


def _completion(target: Target) -> Reader:
    """Reads plain examples for completion models: prompt and completion as messages."""
    decode = msgspec.json.Decoder(Completion).decode
    holds_token = token_search(target.control_tokens)

    def read(line: bytes) -> PlainExample | None:
        example = attempt(decode, line)
        if example is None:
            return None
        if holds_token(example.prompt) or holds_token(example.completion):
            return None
        return UserMessage(example.prompt), Answer(example.completion)

    return read


def _chat_with_tools(target: Target) -> Reader:
    decode = msgspec.json.Decoder(Conversation).decode
    tools = _Tools(target, within=1)

    def read(line: bytes) -> PlainExample | None:
        example = attempt(decode, line)
        if example is None or not tools.fit(example):
            return None
        last = example.messages[-1]
        return example.messages if type(last) is CallingAnswer and last.weight != 0 else None

    return read


class _Tools:
    """Checks that a conversation uses tools correctly; remembers the declarations it has seen.

    Args:
        target: what the data is used for.
        within: levels of the line that a declaration of tools is in.
    """

    def __init__(self, target: Target, within: int) -> None:
        self._target = target
        self._within = within
        self._holds_token = token_search(target.control_tokens)
        self._seen: dict[bytes, frozenset[str] | None] = {}

    def fit(self, conversation: Conversation) -> bool:
        """Whether calls and answers belong together and no text holds a control token."""
        names = self._names(bytes(conversation.tools) or b"[]")
        if names is None or not _is_linked(conversation.messages, names):
            return False
        return not self.hold_token(conversation.messages)

    def hold_token(self, messages: Iterable[Message]) -> bool:
        """Whether a text or an argument holds a control token; the types exclude it in names."""
        holds_token = self._holds_token
        for message in messages:
            if message.content and holds_token(message.content):
                return True
            if type(message) is CallingAnswer:
                for call in message.tool_calls or ():
                    if holds_token(call.function.arguments):
                        return True
        return False

    def _names(self, tools: bytes) -> frozenset[str] | None:
        """Names of the functions of a flawless declaration; None for any other."""
        if tools not in self._seen:
            if len(self._seen) == _KNOWN_TOOLS:
                self._seen.clear()
            self._seen[tools] = attempt(self._declared, tools)
        return self._seen[tools]

    def _declared(self, tools: bytes) -> frozenset[str] | None:
        if is_nested_too_deeply(tools, self._within):
            return None
        value = msgspec.json.decode(tools)
        if not isinstance(value, list):
            return None
        # The rules judge it, in an example that is right but for the tools, if they are not.
        example = Example(b"{}", {"messages": _RIGHT, "tools": value}, "chat", self._target)
        wrong = any(True for rule in RULES["chat"] for _ in rule.check(example))
        return None if wrong else tool_names(value)


_RIGHT = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]


def _is_linked(messages: PlainExample, names: frozenset[str]) -> bool:
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
            if not _is_answer(message, names):
                return False
            waiting.update(call.id for call in message.tool_calls or ())
        elif type(message) is not UserMessage:
            return False
    # Calls of the last message are what the model learns to make: no answer is needed.
    return not waiting or type(messages[-1]) is CallingAnswer


def _is_answer(message: CallingAnswer, names: frozenset[str]) -> bool:
    """Whether an answer has text, or calls that are all right."""
    if message.tool_calls is None:
        return bool(message.content)
    for call in message.tool_calls:
        function = call.function
        if function.name not in names or not is_json_object(function.arguments):
            return False
    return 0 < len({call.id for call in message.tool_calls}) == len(message.tool_calls)
