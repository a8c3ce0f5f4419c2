"""No example is longer than what a model is trained on at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from aoai.dataset.finding import Problem, warning
from aoai.dataset.tokens.example_tokens import longest
from aoai.dataset.tokens.tokenizer import Tokenizer

EXAMPLE_TOO_LONG = warning(
    "example-too-long",
    "the example is cut at the model's context length",
    'pages "Models" and "Quotas and limits": tokens of one training example',
)


class Length:
    """Finds examples that would be cut.

    Attributes:
        harmless: bytes up to which a line needs no look, as a token has at least one byte and the
            JSON around a message more bytes than the tokens that the format adds to it.
    """

    def __init__(self, limit: int | None, tokenizer: Tokenizer) -> None:
        self._limit = limit
        self._tokenizer = tokenizer
        self.harmless = sys.maxsize if limit is None else limit

    def check(self, example: dict[str, object]) -> Iterator[Problem]:
        """That the example has more tokens than the limit."""
        if self._limit is None:
            return
        tokens = longest(example, self._tokenizer)
        if tokens > self._limit:
            about = "" if self._tokenizer.exact else "about "
            text = f"{about}{tokens:,} tokens; what is beyond {self._limit:,} is cut; split it."
            yield EXAMPLE_TOO_LONG.at("", text)
