"""What a check says about a file: findings, and the catalogue of everything that can be found."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import NamedTuple


class Severity(enum.StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The service refuses the file, or the example."""

    WARNING = "warning"
    """The service takes it; the model suffers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, and what to write instead.

    Attributes:
        file: the file's name as it was given.
        line: line number from 1; 0 for the file as a whole.
        path: JSON path within the line, such as ``$.messages[1].role``; empty for the whole line.
        code: stable name of the kind of finding, a key of ``CATALOGUE``.
        severity: error or warning.
        message: a sentence; it quotes at most 40 characters of the data.
    """

    file: str
    line: int
    path: str
    code: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class Problem(NamedTuple):
    """A finding before the file and line are known: what a rule yields."""

    code: str
    path: str
    message: str


def shown(value: object) -> str:
    """A decoded value as a message may quote it: JSON in ASCII, at most 40 characters."""
    end = ""
    if isinstance(value, str):
        value, end = value[:_SHOWN], '"'
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 4]}...{end}"


def printable(path: object) -> str:
    """A path as a message may show it: what a terminal would act on is escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(path))


_SHOWN = 40

_ERRORS = {
    "bad-arguments": "a tool call's arguments are not a string",
    "bad-detail": "an image's detail is not low, high or auto",
    "bad-function-name": "a function's name has other characters than letters, digits, _ and -",
    "bad-image": "an image cannot be decoded, or is not JPEG, PNG or WEBP, or not RGB or RGBA",
    "bad-image-url": "an image is neither an http(s) URL nor a base64 data URI",
    "bad-weight": "a weight is not 0 or 1, or stands on another message than an assistant's",
    "empty-file": "the file holds no example",
    "format-differs": "the validation file is of another format than the training file",
    "image-not-allowed": "an image stands in another message than a user's",
    "image-too-large": "an image is larger than 10 MB",
    "invalid-json": "the line is not JSON",
    "invalid-utf8": "the line is not UTF-8",
    "last-message": "the last message is not of the role that the method trains on",
    "line-too-long": "the line is longer than can be read in bounded memory",
    "lone-surrogate": "an escape such as \\ud800 that is no character",
    "missing-content": "a message says nothing",
    "missing-field": "a field that is required is not there",
    "nested-too-deeply": "the JSON is nested too deeply to be read",
    "no-assistant-message": "there is no assistant message to learn from",
    "not-a-number": "NaN, Infinity, or a number too large: not JSON",
    "too-few-examples": "fewer than 10 examples",
    "too-many-image-examples": "more than 50,000 examples with images",
    "too-many-images": "more than 64 images in one example",
    "unknown-field": "a field that the format does not have",
    "unknown-part": "a part of a content that is neither text nor an image",
    "unknown-role": "a role that the format does not have",
    "unknown-tool-call": "a tool message answers a call that nobody made",
    "unreadable-file": "the file cannot be read",
    "wrong-format": "the line is of another format than the file, the model or the method",
    "wrong-type": "a value of the wrong JSON type",
}

_WARNINGS = {
    "arguments-not-json": "a tool call's arguments are not JSON: the model learns to write such",
    "blank-line": "an empty line between examples",
    "deprecated-functions": "functions and function_call, which tools and tool_calls replaced",
    "duplicate-example": "an example that stands in the file before",
    "duplicate-key": "an object names a key twice: only the last value counts",
    "empty-content": "a message's content is empty or blank",
    "example-too-long": "the example is cut at the model's context length",
    "few-examples": "fewer than a hundred examples",
    "file-too-large": "larger than the service's documented limit",
    "grader-fields-differ": "reinforcement examples have different fields for the grader",
    "huge-integer": "an integer beyond 64 bits, which readers round differently",
    "identical-outputs": "the preferred and the non-preferred output are the same",
    "images-not-checked": "images that were not opened, because Pillow is not installed",
    "no-grader-field": "a reinforcement example has nothing that a grader could compare with",
    "no-system-message": "examples without a system message",
    "no-user-message": "no user message comes before the answer",
    "nothing-trained": "every assistant message has weight 0",
    "special-token": "a control token of the model in the text",
    "system-messages-differ": "examples have different system messages",
    "system-not-first": "a system message after the first message",
    "unanswered-tool-call": "a tool call that no tool message answers",
    "validation-overlap": "validation examples that stand in the training file too",
    "undeclared-tool": "a call of a function that the example's tools do not declare",
}

CATALOGUE: dict[str, tuple[Severity, str]] = {
    **{code: (Severity.ERROR, text) for code, text in _ERRORS.items()},
    **{code: (Severity.WARNING, text) for code, text in _WARNINGS.items()},
}
"""Every code: its severity and what it means. Codes are stable; docs/data.md explains each."""
