"""The arguments of ``aoai validate``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from aoai.catalog.schema import TRAINING_TYPES, Method, training_type_of

_EPOCHS_DIGITS = 6  # nobody trains so long

EXAMPLES = """\
examples:
  aoai validate train.jsonl --validation validation.jsonl --model gpt-4.1-mini
  aoai validate data/*.jsonl --method dpo --strict --format github

A name that begins with a dash is written after --, as in: aoai validate -- -odd.jsonl
"""


def add_arguments(command: argparse.ArgumentParser, formats: Iterable[str]) -> None:
    """Add the arguments; ``formats`` are those of the output."""
    command.add_argument("files", nargs="+", type=_file, metavar="FILE", help="a training file")
    command.add_argument(
        "--validation",
        action="append",
        type=_file,
        default=[],
        metavar="FILE",
        help="a validation file: it may be small, and is compared with the training files",
    )
    command.add_argument("--model", help="base model: context length, cost, older formats")
    command.add_argument(
        "--method",
        choices=get_args(Method),
        help="of the training: decides the format of the files",
    )
    command.add_argument(
        "--data-format",
        choices=["chat", "vision", "preference", "completion", "reinforcement"],
        help="format of the files; by default it follows from method, model or the first example",
    )
    command.add_argument("--format", choices=formats, default="text", help="of the output")
    command.add_argument("--strict", action="store_true", help="fail on warnings too")
    command.add_argument("--epochs", type=_epochs, help="for the cost; default: the service's")
    command.add_argument(
        "--training-type",
        type=_training_type,
        default="Standard",
        metavar="TYPE",
        help=f"for the cost: {', '.join(TRAINING_TYPES)}",
    )
    command.add_argument(
        "--prices", type=Path, metavar="FILE", help='JSON: {"model family": USD per million tokens}'
    )


def _file(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("an empty name; is a variable not set?")
    if text == "-":
        raise argparse.ArgumentTypeError(
            "the standard input is not read, as large files are read in parts; name a file"
        )
    return Path(text)


def _training_type(text: str) -> str:
    found = training_type_of(text)
    if found is None:
        known = ", ".join(TRAINING_TYPES)
        raise argparse.ArgumentTypeError(f"{text!r} is none of: {known}")
    return found


def _epochs(text: str) -> int:
    value = int(text) if text.isdecimal() and len(text) < _EPOCHS_DIGITS else 0
    if not value:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of epochs, 1 or more")
    return value
