"""Tokens of a text, counted exactly or by estimate; how many a model takes in one example."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aoai.catalog import Catalog, built_in


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
"""Four bytes a token: about a tenth too many for English, far off for other data (docs/data.md)."""


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
# o200k_harmony adds control tokens to o200k_base, and cuts texts as that does.
_VOCABULARIES = {"o200k_base": _O200K, "o200k_harmony": _O200K, "cl100k_base": _CL100K}
_NEWER = re.compile(r"(gpt-|o\d)", re.IGNORECASE)

_PIECE = 16_384  # characters
_SEARCHED = 2048  # of them, the last, for a place to cut
# A space before a word, and a line's beginning, are where both vocabularies cut a text anyway.
_CUT = re.compile(r" (?=\S)|(?<=\n)(?=\w)")


def find_tokenizer(
    model: str | None,
    environment: Mapping[str, str] = os.environ,
    catalog: Catalog | None = None,
) -> Tokenizer:
    """The model's own tokenizer if tiktoken and its vocabulary are here; else the estimate.

    Nothing is ever downloaded: the vocabulary counts as available if it is where tiktoken keeps it
    (``TIKTOKEN_CACHE_DIR``) and is the published one, byte for byte.

    Args:
        model: base or fine-tuned model, if it is known.
        environment: where tiktoken's directory is named.
        catalog: knows the model's vocabulary; the built-in catalogue if not given.
    """
    vocabulary = _vocabulary_of(model, catalog or built_in())
    return tokenizer_named(vocabulary, environment) if vocabulary else ESTIMATE


def tokenizer_named(name: str, environment: Mapping[str, str] = os.environ) -> Tokenizer:
    """The tokenizer of a vocabulary, such as ``o200k_base``, if it is here; else the estimate."""
    vocabulary = _VOCABULARIES.get(name)
    if vocabulary is None or not _is_here(vocabulary, environment):
        return ESTIMATE
    if importlib.util.find_spec("tiktoken") is None:
        return ESTIMATE
    import tiktoken  # noqa: PLC0415 - an extra, and 100 MB once loaded

    encoding = tiktoken.get_encoding(vocabulary.name)

    def count(text: str) -> int:
        return sum(len(encoding.encode_ordinary(piece)) for piece in pieces(text))

    return Tokenizer(vocabulary.name, count)


def _vocabulary_of(model: str | None, catalog: Catalog) -> str | None:
    """A model's vocabulary; none if it is of another maker, whose texts are cut otherwise."""
    if model is None:
        return _O200K.name
    if catalog.find(model) is None:
        return _O200K.name if _NEWER.match(model) else None
    return catalog.tokenizer(model)


def _is_here(vocabulary: _Vocabulary, environment: Mapping[str, str]) -> bool:
    directory = _directory(environment)
    # tiktoken names a file by the SHA-1 of its address.
    name = hashlib.sha1(vocabulary.url.encode(), usedforsecurity=False).hexdigest()
    path = Path(directory) / name
    try:
        # A FIFO or a device in its place must not hang.
        content = path.read_bytes() if directory and path.is_file() else b""
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == vocabulary.sha256


def _directory(environment: Mapping[str, str]) -> str:
    """Where tiktoken looks. A variable that is set but empty makes it download every time."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in environment:
            return environment[variable]
    return str(Path(tempfile.gettempdir()) / "data-gym-cache")


def pieces(text: str) -> Iterator[str]:
    """A text in pieces that have as many tokens together as the whole.

    Of a long text tiktoken takes memory for every token at once, and a million blanks in a row
    end it with a panic that is no ``Exception``. Where there is no space for 2,048 characters it is
    cut anywhere: that can make a token or two of difference in 16,384 characters.
    """
    start = 0
    while len(text) - start > _PIECE:
        end = start + _PIECE
        cuts = [match.start() for match in _CUT.finditer(text, end - _SEARCHED, end)]
        end = cuts[-1] if cuts else end
        yield text[start:end]
        start = end
    yield text[start:]
