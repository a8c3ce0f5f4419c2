"""What changed between two versions of a file, of which the older one is not there any more.

A version is kept as a short text: digests of its examples, all of them up to ``CAPACITY``, beyond
that a sample that two versions draw alike. An example has two digests, one of what is asked and one
of the whole, so that another answer to the same question is seen as a change.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from aoai.dataset.decode.source import open_source
from aoai.dataset.decode.syntax import attempt
from aoai.dataset.example.fields import get, items
from aoai.dataset.whole_file.example import canonical

CAPACITY = 1000
"""Examples whose digests are kept: at most 8 kB of text."""

_SIZE = 3  # bytes of one digest; of 1,000 examples one in 17,000 is taken for another
_ALL = 1 << 8 * _SIZE  # more than every digest
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class DataChange:
    """How many examples of a file are new, gone or answered otherwise.

    Attributes:
        kept: examples of both versions.
        added: examples whose question is new.
        removed: examples whose question is gone.
        changed: examples that ask the same and differ otherwise.
        exact: False for an estimate from a sample.
    """

    kept: int
    added: int
    removed: int
    changed: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _Digests:
    """Digests of all examples whose question has a digest below ``limit``."""

    limit: int
    pairs: Counter[tuple[int, int]]


def example_digests(path: Path) -> tuple[str, str]:
    """The digests of a file's examples as text, and the SHA-256 of what was read.

    Raises:
        DatasetError: the file cannot be read.
    """
    with open_source(path) as source:
        # Sorted by question, so that a sample holds all examples of a question or none.
        found = sorted(_pair(line) for _, line in source.short_lines() if line.strip())
        sha256 = source.sha256
    limit = _ALL if len(found) <= CAPACITY else found[CAPACITY][0]
    kept = [pair for pair in found if pair[0] < limit]
    data = b"".join(part.to_bytes(_SIZE) for pair in kept for part in pair)
    return f"{_VERSION}:{limit:x}:{base64.b64encode(data).decode()}", sha256


def data_change(before: str, after: str) -> DataChange | None:
    """What changed from one version to another; None if a text cannot be read.

    Args:
        before: the older version, as ``example_digests`` made it.
        after: the newer one.
    """
    old, new = _parsed(before), _parsed(after)
    if old is None or new is None:
        return None
    limit = min(old.limit, new.limit)
    mine, theirs = _below(limit, old.pairs), _below(limit, new.pairs)
    kept = mine & theirs
    gone, come = _by_question(mine - kept), _by_question(theirs - kept)
    changed = (gone & come).total()
    part = limit / _ALL
    return DataChange(
        kept=round(kept.total() / part),
        added=round((come.total() - changed) / part),
        removed=round((gone.total() - changed) / part),
        changed=round(changed / part),
        exact=limit == _ALL,
    )


def _below(limit: int, pairs: Counter[tuple[int, int]]) -> Counter[tuple[int, int]]:
    return Counter({pair: n for pair, n in pairs.items() if pair[0] < limit})


def _by_question(pairs: Counter[tuple[int, int]]) -> Counter[int]:
    questions: Counter[int] = Counter()
    for (question, _whole), number in pairs.items():
        questions[question] += number
    return questions


def _parsed(text: str) -> _Digests | None:
    version, _, rest = text.partition(":")
    limit, _, encoded = rest.partition(":")
    try:
        data, bound = base64.b64decode(encoded, validate=True), int(limit, 16)
    except (binascii.Error, ValueError):
        return None
    if version != _VERSION or bound < 1 or len(data) % (2 * _SIZE):
        return None
    numbers = [int.from_bytes(data[at : at + _SIZE]) for at in range(0, len(data), _SIZE)]
    return _Digests(bound, Counter(zip(numbers[::2], numbers[1::2], strict=True)))


def _pair(line: bytes) -> tuple[int, int]:
    """The digests of one example: of what is asked, and of the whole."""
    example = attempt(msgspec.json.decode, line)
    whole = attempt(canonical, example) if isinstance(example, dict) else None
    if not isinstance(example, dict) or whole is None:
        return _digest(line), _digest(line)
    asked = attempt(msgspec.json.encode, list(_asked(example)))
    return _digest(asked if asked is not None else whole), _digest(whole)


def _asked(example: dict[str, object]) -> Iterator[object]:
    """What the user says, or the prompt; in all formats."""
    if "prompt" in example:
        yield example["prompt"]
        return
    conversation = example.get("messages") or get(example.get("input"), "messages")
    for message, _ in items(conversation, ""):
        if get(message, "role") == "user":
            yield get(message, "content")


def _digest(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=_SIZE).digest())
