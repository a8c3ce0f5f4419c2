"""A file has enough examples and is not too large."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.dataset.finding import Problem, error, warning
from aoai.dataset.limits import (
    ADVISED_EXAMPLES,
    MAXIMUM_FILE_BYTES,
    MAXIMUM_UPLOAD_BYTES,
    MINIMUM_EXAMPLES,
)

_PAGE = 'page "Customize a model with fine-tuning"'

EMPTY_FILE = error("empty-file", "the file holds no example", _PAGE)
TOO_FEW_EXAMPLES = error("too-few-examples", "fewer than 10 examples", _PAGE)
FEW_EXAMPLES = warning("few-examples", "fewer than a hundred examples", f"{_PAGE}, Troubleshooting")
FILE_TOO_LARGE = warning(
    "file-too-large",
    "larger than the service's documented limit",
    'pages "Quotas and limits" and "Fine-tuning troubleshooting"',
)
EMPTY = EMPTY_FILE.at("", "no example; write one JSON object on each line.")


def check_number(examples: int, skipped: int) -> Iterator[Problem]:
    """That a training file has few examples, or too few.

    Args:
        examples: of the file.
        skipped: of them, that the service does not train on.
    """
    left = examples - skipped
    if left < MINIMUM_EXAMPLES <= examples:
        text = (
            f"{skipped} of {examples} examples are skipped for their images, which leaves {left} "
            f"of at least {MINIMUM_EXAMPLES}; fix the images or add examples."
        )
        yield TOO_FEW_EXAMPLES.at("", text)
    elif left < MINIMUM_EXAMPLES:
        text = f"{examples} of at least {MINIMUM_EXAMPLES} examples; add more."
        yield TOO_FEW_EXAMPLES.at("", text)
    elif left < ADVISED_EXAMPLES:
        text = f"{examples} examples; a model needs hundreds to learn something new."
        yield FEW_EXAMPLES.at("", text)


def check_size(size: int) -> Iterator[Problem]:
    """That a file has more bytes than a page states as a limit."""
    if size > MAXIMUM_UPLOAD_BYTES:
        text = "over 8 GB, which the service states as its largest upload; leave data out."
        yield FILE_TOO_LARGE.at("", text)
    elif size > MAXIMUM_FILE_BYTES:
        text = "over 512 MB, the Files API's limit: it is uploaded in parts instead."
        yield FILE_TOO_LARGE.at("", text)
