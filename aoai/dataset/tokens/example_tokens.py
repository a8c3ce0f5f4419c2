"""Tokens of an example: its texts, and what the format of a conversation adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from aoai.dataset.decode.syntax import attempt
from aoai.dataset.example.content import texts
from aoai.dataset.example.fields import get, items
from aoai.dataset.tokens.tokenizer import Tokenizer

# OpenAI's cookbook, "How to count tokens with tiktoken": each message and the answer's beginning
# cost three tokens, a role one more, and so does a name beside its own tokens.
_PER_MESSAGE = 4
_PER_CONVERSATION = 3
_PER_NAME = 1


def tokens_of(example: Mapping[str, object], tokenizer: Tokenizer) -> int:
    """Billed tokens of an example of any format: of a preference pair the input with each output.

    A pair is trained as two conversations: a public bill had 875 tokens for each pair where the
    input and both outputs together had 687. Images are not counted. Tools are counted as their
    JSON: how a model is shown them in a training is not published, and is shorter.
    """
    outputs = [messages for messages in _outputs(example) if messages is not None]
    trained = sum(_conversation(messages, tokenizer) for messages in outputs)
    return max(len(outputs), 1) * _shared(example, tokenizer) + trained


def longest(example: Mapping[str, object], tokenizer: Tokenizer) -> int:
    """Tokens that a model sees of an example at once: of a pair the input with either output."""
    outputs = [_conversation(messages, tokenizer) for messages in _outputs(example)]
    return _shared(example, tokenizer) + max(outputs, default=0)


def _shared(example: Mapping[str, object], tokenizer: Tokenizer) -> int:
    """Tokens of everything but the outputs of a preference pair."""
    total = sum(tokenizer.count(text) for text in _other_texts(example))
    spoken = example.get("messages") or get(example.get("input"), "messages")
    return total + _conversation(spoken, tokenizer)


def _outputs(example: Mapping[str, object]) -> Iterator[object]:
    for name in ("preferred_output", "non_preferred_output"):
        yield example.get(name)


def _conversation(messages: object, tokenizer: Tokenizer) -> int:
    total = _PER_CONVERSATION if messages else 0
    for message, _ in items(messages, ""):
        total += _PER_MESSAGE + sum(tokenizer.count(text) for text in _message_texts(message))
        total += _PER_NAME if _name(message) else 0
    return total


def _name(message: object) -> str:
    name = get(message, "name")
    return name if isinstance(name, str) else ""


def _message_texts(message: object) -> Iterator[str]:
    yield from texts(get(message, "content"))
    yield _name(message)
    yield from _call_texts(get(message, "function_call"))
    for call, _ in items(get(message, "tool_calls"), ""):
        yield from _call_texts(get(call, "function"))


def _call_texts(call: object) -> Iterator[str]:
    for name in ("name", "arguments"):
        text = get(call, name)
        if isinstance(text, str):
            yield text


def _other_texts(example: Mapping[str, object]) -> Iterator[str]:
    for name in ("prompt", "completion"):
        text = example.get(name)
        if isinstance(text, str):
            yield text
    for name in ("tools", "functions"):
        tools = example.get(name) or get(example.get("input"), name)
        # What is nested as deeply as a decoder just takes, an encoder refuses.
        encoded = attempt(msgspec.json.encode, tools) if tools else None
        if encoded:
            yield encoded.decode()
