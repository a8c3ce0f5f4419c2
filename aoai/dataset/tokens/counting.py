"""Tokens of a whole file: counted, or estimated from a sample with its error."""

from __future__ import annotations

import math
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import BinaryIO

import msgspec

from aoai.dataset.decode.source import open_source
from aoai.dataset.decode.syntax import attempt
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.dataset.report import Report
from aoai.dataset.tokens.example_tokens import tokens_of
from aoai.dataset.tokens.tokenizer import Tokenizer

BUDGET = 2_000_000
"""Bytes of a file that are counted, about 0.2 s with tiktoken; a larger file is sampled."""

_FEWEST = 100  # lines of a sample, about, whatever their length
_CONFIDENCE = 1.96  # standard errors to either side of a 95 % interval


@dataclass(frozen=True, slots=True)
class TokenCount:
    """Tokens of a training file, once through: not times the epochs.

    Attributes:
        total: tokens.
        error: half the width of a 95 % interval, in tokens; 0 if every line was read. It covers
            the sampling only, not the estimate of an inexact tokenizer.
        sampled: lines that were read.
        tokenizer: the vocabulary, such as ``o200k_base``; empty if four bytes were taken for one.
    """

    total: int
    error: int
    sampled: int
    tokenizer: str

    @property
    def how(self) -> str:
        """``exact``, ``sample`` or ``estimate``."""
        if not self.tokenizer:
            return "estimate"
        return "sample" if self.error else "exact"


def count_tokens(report: Report, tokenizer: Tokenizer, budget: int = BUDGET) -> TokenCount:
    """Tokens of the file of a report.

    Args:
        report: of the file, which must not have changed since.
        tokenizer: counts a text.
        budget: bytes to count, about; a larger file is sampled evenly over its length, and always
            the same lines of it.

    Raises:
        DatasetError: the file cannot be read any more.
    """
    wanted = max(_FEWEST, budget * report.examples // max(report.bytes, 1))
    every = math.ceil(report.examples / wanted)
    blocks = _sample(report, tokenizer, wanted, every) if every > 1 else []
    if not any(block.size for block in blocks):
        return _whole(report, tokenizer)
    ratio = sum(block.tokens for block in blocks) / sum(block.size for block in blocks)
    error = _error(blocks, ratio, every, report.bytes)
    lines = sum(block.lines for block in blocks)
    return TokenCount(round(ratio * report.bytes), error, lines, tokenizer.name)


def _whole(report: Report, tokenizer: Tokenizer) -> TokenCount:
    with open_source(report.path) as source:
        counted = [_count(line, tokenizer) for _, line in source.short_lines()]
    return TokenCount(sum(counted), 0, len(counted), tokenizer.name)


def _count(line: bytes, tokenizer: Tokenizer) -> int:
    example = attempt(msgspec.json.decode, line)
    return tokens_of(example, tokenizer) if isinstance(example, dict) else 0


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines that begin in a stretch of the file: none, if one line goes all the way."""

    lines: int
    size: int
    tokens: int


def _sample(report: Report, tokenizer: Tokenizer, wanted: int, every: int) -> list[_Block]:
    """One block out of every ``every``, drawn by chance that is the same for the same file.

    Each line begins in one block and all blocks are as likely, so each line is, whatever its
    length and whatever precedes it. The first line after a random place is not: it is most
    often the one that follows a long line.
    """
    chance = Random(report.sha256)  # noqa: S311 - no secret: the same file gives the same count
    number = wanted * every
    edges = [place * report.bytes // number for place in range(number + 1)]
    drawn = (first + chance.randrange(every) for first in range(0, number, every))
    # The first opening turns failures into errors that explain them.
    with open_source(report.path), report.path.open("rb") as file:
        return [_block(file, edges[place], edges[place + 1], tokenizer) for place in drawn]


def _block(file: BinaryIO, start: int, stop: int, tokenizer: Tokenizer) -> _Block:
    sizes, tokens = [], 0
    for line in _lines_between(file, start, stop):
        sizes.append(len(line))
        if len(line) <= MAXIMUM_LINE_BYTES:
            tokens += _count(line.removeprefix(BOM_UTF8), tokenizer)
    return _Block(len(sizes), sum(sizes), tokens)


def _lines_between(file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    """The lines that begin in a stretch; of one that is too long the beginning, as the last."""
    file.seek(max(start - 1, 0))
    if start and not file.readline(stop - start + 1).endswith(b"\n"):
        return
    while file.tell() < stop and (line := file.readline(MAXIMUM_LINE_BYTES + 1)):
        yield line
        if len(line) > MAXIMUM_LINE_BYTES:
            return


def _error(blocks: list[_Block], ratio: float, every: int, size: int) -> int:
    """Half the 95 % interval of a ratio estimate (Cochran, Sampling Techniques, chapter 6).

    The variance is taken from neighbours (chapter 8), so that a file that changes slowly over its
    length, a sorted one, is not taken for one that is mixed.
    """
    rest = [block.tokens - ratio * block.size for block in blocks]
    squares = sum((one - other) ** 2 for one, other in pairwise(rest)) / 2
    scale = len(rest) / (len(rest) - 1) * (1 - 1 / every)
    standard = math.sqrt(squares * scale) / sum(block.size for block in blocks)
    return max(1, round(_CONFIDENCE * standard * size))
