"""Tokens of a whole file: counted, or told from a sample with its error."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.dataset.report import Report
from aoai.dataset.source import open_source
from aoai.dataset.syntax import attempt
from aoai.dataset.tokens import Tokenizer, tokens_of

BUDGET = 2_000_000
"""Bytes of a file that are counted, about 0.2 s with tiktoken; a larger file is sampled."""

_FEWEST = 30  # lines of a sample, whatever their length
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
        budget: bytes to read; a larger file is sampled evenly over its length.

    Raises:
        DatasetError: the file cannot be read any more.
    """
    whole = report.bytes <= budget
    lines = _all(report) if whole else _sample(report, budget)
    pairs = [(len(line), _count(line, tokenizer)) for line in lines]
    read, counted = sum(size for size, _ in pairs), sum(tokens for _, tokens in pairs)
    if whole or not read:
        return TokenCount(counted, 0, len(pairs), tokenizer.name)
    ratio = counted / read
    error = _error(pairs, ratio, report.bytes)
    return TokenCount(round(ratio * report.bytes), error, len(pairs), tokenizer.name)


def _count(line: bytes, tokenizer: Tokenizer) -> int:
    example = attempt(msgspec.json.decode, line)
    return tokens_of(example, tokenizer) if isinstance(example, dict) else 0


def _all(report: Report) -> Iterator[bytes]:
    with open_source(report.path) as source:
        yield from (line for _, line in source.short_lines())


def _sample(report: Report, budget: int) -> Iterator[bytes]:
    """The first whole line in each of so many equal stretches of the file."""
    mean = report.bytes / max(report.examples, 1)
    stretches = max(_FEWEST, int(budget / mean))
    with report.path.open("rb") as file:
        for number in range(stretches):
            file.seek(number * report.bytes // stretches)
            if number:
                file.readline(MAXIMUM_LINE_BYTES)  # the rest of a line that began before
            line = file.readline(MAXIMUM_LINE_BYTES)
            if line.endswith(b"\n"):
                yield line


def _error(pairs: list[tuple[int, int]], ratio: float, size: int) -> int:
    """Half the 95 % interval of a ratio estimate (Cochran, Sampling Techniques, chapter 6)."""
    count = len(pairs)
    squares = sum((tokens - ratio * length) ** 2 for length, tokens in pairs)
    mean = sum(length for length, _ in pairs) / count
    standard = math.sqrt(squares / max(count - 1, 1) / count) / mean
    return max(1, round(_CONFIDENCE * standard * size))
