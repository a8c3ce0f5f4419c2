"""Tokens: how a text is counted, exactly or by estimate, and how many an example has."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from aoai.dataset.content import texts
from aoai.dataset.limits import CONTEXT_TOKENS
from aoai.dataset.shapes import get, items

# OpenAI's cookbook, "How to count tokens with tiktoken": each message and the answer's beginning
# cost three tokens, a role one more.
_PER_MESSAGE = 4
_PER_CONVERSATION = 3


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A way to count the tokens of a text.

    Attributes:
        name: the vocabulary, such as ``o200k_base``; empty for an estimate.
        count: tokens of a text.
    """

    name: str
    count: Callable[[str], int]

    @property
    def exact(self) -> bool:
        """Whether it counts rather than estimates."""
        return bool(self.name)


def _estimate(text: str) -> int:
    return (len(text.encode(errors="replace")) + 3) // 4


ESTIMATE = Tokenizer("", _estimate)
"""Four bytes a token: right within some percent for English, and far off for other languages."""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """A published vocabulary: where tiktoken gets it from, and its digest."""

    name: str
    url: str
    sha256: str


_HOST = "https://openaipublic.blob.core.windows.net/encodings"
_O200K = _Vocabulary(
    "o200k_base",
    f"{_HOST}/o200k_base.tiktoken",
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
)
_CL100K = _Vocabulary(
    "cl100k_base",
    f"{_HOST}/cl100k_base.tiktoken",
    "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
)
_OLDER = ("babbage-002", "davinci-002", "gpt-35-turbo", "gpt-3.5-turbo", "gpt-4")


def find_tokenizer(model: str | None, environment: Mapping[str, str] = os.environ) -> Tokenizer:
    """The model's own tokenizer if tiktoken and its vocabulary are here; else the estimate.

    Nothing is ever downloaded: the vocabulary counts as here if it lies where tiktoken keeps it
    (``TIKTOKEN_CACHE_DIR``) and is the published one, byte for byte.
    """
    older = model is not None and family_of(model, _OLDER) is not None
    vocabulary = _CL100K if older else _O200K
    if importlib.util.find_spec("tiktoken") is None or not _is_here(vocabulary, environment):
        return ESTIMATE
    import tiktoken  # noqa: PLC0415 - an extra, and 100 MB once loaded

    encoding = tiktoken.get_encoding(vocabulary.name)
    return Tokenizer(vocabulary.name, lambda text: len(encoding.encode_ordinary(text)))


def _is_here(vocabulary: _Vocabulary, environment: Mapping[str, str]) -> bool:
    directory = environment.get("TIKTOKEN_CACHE_DIR") or environment.get("DATA_GYM_CACHE_DIR")
    base = Path(directory) if directory else Path(tempfile.gettempdir()) / "data-gym-cache"
    # tiktoken names a file by the SHA-1 of its address.
    file = base / hashlib.sha1(vocabulary.url.encode(), usedforsecurity=False).hexdigest()
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == vocabulary.sha256
    except OSError:
        return False


def family_of(model: str, families: Collection[str]) -> str | None:
    """The longest of these names that a model's name begins with; None if there is none.

    A fine-tuned model, ``gpt-4o-mini-2024-07-18.ft-…``, is of its base model's family.
    """
    name = model.lower()
    fitting = (
        family for family in families if f"{name}-".startswith((f"{family}-", f"{family}.ft-"))
    )
    return max(fitting, key=len, default=None)


def context_tokens(model: str | None) -> int | None:
    """Tokens above which the model's training cuts an example; None if that is not known."""
    family = family_of(model, CONTEXT_TOKENS) if model else None
    return CONTEXT_TOKENS[family] if family else None


def tokens_of(example: Mapping[str, object], tokenizer: Tokenizer) -> int:
    """Tokens of an example of any format. Images are not counted."""
    total = sum(tokenizer.count(text) for text in _other_texts(example))
    for messages in _conversations(example):
        total += _PER_CONVERSATION
        for message, _ in items(messages, ""):
            total += _PER_MESSAGE + sum(tokenizer.count(text) for text in _message_texts(message))
    return total


def _conversations(example: Mapping[str, object]) -> Iterator[object]:
    spoken = example.get("messages") or get(example.get("input"), "messages")
    outputs = (example.get("preferred_output"), example.get("non_preferred_output"))
    yield from (messages for messages in (spoken, *outputs) if messages)


def _message_texts(message: object) -> Iterator[str]:
    yield from texts(get(message, "content"))
    for call, _ in items(get(message, "tool_calls"), ""):
        for name in ("name", "arguments"):
            text = get(get(call, "function"), name)
            if isinstance(text, str):
                yield text


def _other_texts(example: Mapping[str, object]) -> Iterator[str]:
    for name in ("prompt", "completion"):
        text = example.get(name)
        if isinstance(text, str):
            yield text
    tools = example.get("tools") or get(example.get("input"), "tools")
    if tools:
        yield msgspec.json.encode(tools).decode()
