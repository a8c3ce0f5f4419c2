"""The formats of a training file, and which one a file is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aoai.catalog import built_in
from aoai.dataset.finding import Problem
from aoai.dataset.inspection.fast_path import (
    Reader,
    chat_reader,
    completion_reader,
    no_reader,
    preference_reader,
)
from aoai.dataset.rules.conversation import (
    check_chat,
    check_completion,
    check_preference,
    check_reinforcement,
)
from aoai.errors import ConfigurationError

Rules = Callable[[dict[str, object]], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: as users write it.
        keys: the fields by which an example is known.
        rules: says what is wrong with an example.
        reader: makes a reader of plain examples.
    """

    name: str
    keys: tuple[str, ...]
    rules: Rules
    reader: Callable[[], Reader]


_PAIR = ("preferred_output", "non_preferred_output", "input")

FORMATS = {
    "chat": Format("chat", ("messages",), check_chat, chat_reader),
    "preference": Format("preference", _PAIR, check_preference, preference_reader),
    "completion": Format(
        "completion", ("prompt", "completion"), check_completion, completion_reader
    ),
    "reinforcement": Format("reinforcement", ("messages",), check_reinforcement, no_reader),
}
"""By name. Vision data is chat data with images, so ``vision`` is taken for ``chat``."""

_BY_METHOD = {"supervised": "chat", "dpo": "preference", "reinforcement": "reinforcement"}


def choose_format(name: str | None, model: str | None, method: str | None) -> Format | None:
    """The format that a file must have, or None if nothing says so and the file shall.

    Args:
        name: the format's name, if the user gave it.
        model: base model, such as ``gpt-4.1-mini-2025-04-14``.
        method: ``supervised``, ``dpo`` or ``reinforcement``.

    Raises:
        ConfigurationError: there is no such format or method.
    """
    if name is not None:
        name = "chat" if name == "vision" else name
        if name not in FORMATS:
            names = ", ".join(sorted({*FORMATS, "vision"}))
            raise ConfigurationError(f"format {name!r} is unknown; write one of: {names}.")
        return FORMATS[name]
    if method is not None and method not in _BY_METHOD:
        names = ", ".join(_BY_METHOD)
        raise ConfigurationError(f"method {method!r} is unknown; write one of: {names}.")
    row = built_in().find(model) if model is not None else None
    if row is not None and row.data.format is not None:
        return FORMATS[row.data.format]
    return FORMATS[_BY_METHOD[method]] if method is not None else None


def detect_format(example: dict[str, object]) -> Format | None:
    """The format that an example's keys show, if any."""
    for candidate in FORMATS.values():
        if any(key in example for key in candidate.keys):
            return candidate
    return None


def check_example(example: dict[str, object], expected: Format) -> Iterator[Problem]:
    """Everything that is wrong with an example of a file of this format."""
    found = detect_format(example)
    if found is not None and not any(key in example for key in expected.keys):
        yield Problem(
            "wrong-format",
            "$",
            f"a {found.name} example, but the file, model or method asks for {expected.name}; "
            "convert it, or take it out.",
        )
    else:
        yield from expected.rules(example)
