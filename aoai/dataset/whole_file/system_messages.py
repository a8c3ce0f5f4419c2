"""Every example has the same system message."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from aoai.dataset.finding import Problem, warning

_PAGE = 'page "Customize a model with fine-tuning", Troubleshooting: missing system messages'

NO_SYSTEM_MESSAGE = warning("no-system-message", "examples without a system message", _PAGE)
SYSTEM_MESSAGES_DIFFER = warning(
    "system-messages-differ", "examples have different system messages", _PAGE
)


class SystemMessages(Struct):
    """Counts the examples without a system message, and with another one than the first.

    Attributes:
        first: the first system message of the file.
        lacking: examples without one, and the line of the first of them.
        other: examples with another one, and the line of the first of them.
    """

    first: str | None = None
    lacking: tuple[int, int] = (0, 0)
    other: tuple[int, int] = (0, 0)

    def add(self, text: str | None, line: int) -> None:
        """Take note of an example's system message; None if it has none."""
        if text is None:
            self.lacking = _sum(self.lacking, (1, line))
        elif self.first is None:
            self.first = text
        elif text != self.first:
            self.other = _sum(self.other, (1, line))

    def merge(self, more: SystemMessages) -> bool:
        """Add the counts of other lines; False if they were compared with another message."""
        if self.first is None:
            self.first = more.first
        self.lacking = _sum(self.lacking, more.lacking)
        self.other = _sum(self.other, more.other)
        return more.first in (None, self.first)

    def problems(self, examples: int) -> Iterator[tuple[Problem, int]]:
        """What is wrong, and the first line where it is.

        Args:
            examples: of the file.
        """
        count, line = self.lacking
        if count:
            text = (
                f"{count} of {examples} examples have no system message; "
                "give all the one that the model will be used with."
            )
            yield NO_SYSTEM_MESSAGE.at("", text), line
        count, line = self.other
        if count:
            text = (
                f"{count} of {examples} examples have another system message than the first; "
                "use one throughout if the model is to be used with one."
            )
            yield SYSTEM_MESSAGES_DIFFER.at("", text), line


def _sum(one: tuple[int, int], more: tuple[int, int]) -> tuple[int, int]:
    """Of two counts and first lines."""
    lines = [line for count, line in (one, more) if count]
    return one[0] + more[0], min(lines, default=0)
