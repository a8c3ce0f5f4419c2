"""Which format a file has to be of, and what is wrong with an example of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from aoai.dataset.catalogue import RULES
from aoai.dataset.decode.nesting import is_nested_too_deeply
from aoai.dataset.decode.syntax import attempt
from aoai.dataset.example.formats import BY_METHOD, FORMATS, detect_format
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem
from aoai.dataset.rules import wrong_format
from aoai.errors import ConfigurationError

ASKED = 100
"""Lines, from the first on, that show the format of a file where nothing else does."""


def allowed_formats(
    name: str | None, method: str | None, formats: Sequence[str] = ()
) -> tuple[str, ...]:
    """The formats that a file may have: one if something decides it, none if nothing is known.

    Args:
        name: the format's name, if the user gave it.
        method: ``supervised``, ``dpo`` or ``reinforcement``, if it is known.
        formats: those that the model is trained on, if it is known.

    Raises:
        ConfigurationError: there is no such format or method.
    """
    if name is not None:
        name = "chat" if name == "vision" else name
        if name not in FORMATS:
            names = ", ".join(sorted({*FORMATS, "vision"}))
            raise ConfigurationError(f"format {name!r} is unknown; write one of: {names}.")
        return (name,)
    if method is not None and method not in BY_METHOD:
        names = ", ".join(BY_METHOD)
        raise ConfigurationError(f"method {method!r} is unknown; write one of: {names}.")
    if "completion" in formats:
        return ("completion",)
    return (BY_METHOD[method],) if method is not None else tuple(formats)


def shown_format(lines: Iterable[bytes], allowed: Sequence[str]) -> str | None:
    """The format of most of the lines, among those that are allowed; None if nothing shows one.

    If the model allows some formats and no line is of one of them, it is the first that it allows.
    """
    found: Counter[str] = Counter()
    for line in lines:
        example = None if is_nested_too_deeply(line) else attempt(msgspec.json.decode, line)
        name = detect_format(example) if isinstance(example, dict) else None
        if name == "reinforcement" and allowed and name not in allowed:
            name = "chat"
        if name is not None and (not allowed or name in allowed):
            found[name] += 1
    if found:
        return found.most_common(1)[0][0]  # of equally many the first
    return allowed[0] if allowed else None


def check_example(example: Example) -> Iterator[Problem]:
    """Everything that is wrong with an example of a file of its format."""
    wrong = list(wrong_format.check(example))
    if wrong:
        yield from wrong
        return
    for rule in RULES[example.format]:
        yield from rule.check(example)
