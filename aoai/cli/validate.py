"""``aoai validate``: training files judged before they are uploaded."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from aoai.cli.progress import Progress
from aoai.dataset import (
    PRICES,
    Report,
    Severity,
    Tokenizer,
    compare,
    count_tokens,
    default_epochs,
    find_tokenizer,
    inspect,
    training_cost,
)
from aoai.dataset.output import as_github, as_json, as_text
from aoai.dataset.result import Result, result_of, unreadable
from aoai.dataset.sarif import as_sarif
from aoai.errors import ConfigurationError, DatasetError

_FORMATS: Mapping[str, Callable[[Sequence[Result]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``validate`` to the commands."""
    command = commands.add_parser(
        "validate",
        help="check training files",
        description="Check training files: errors the service would refuse them for, warnings that "
        "spoil a training, tokens and cost. Exit code 0: fine, 1: errors, 2: wrong usage.",
    )
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a training file")
    command.add_argument(
        "--validation",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="a validation file: it may be small, and is compared with the training files",
    )
    command.add_argument("--model", help="base model: context length, price, older formats")
    command.add_argument("--method", choices=["supervised", "dpo", "reinforcement"])
    command.add_argument(
        "--data-format",
        choices=["chat", "vision", "preference", "completion", "reinforcement"],
        help="format of the files; by default it follows from method, model or the first example",
    )
    command.add_argument("--format", choices=_FORMATS, default="text", help="of the output")
    command.add_argument("--strict", action="store_true", help="fail on warnings too")
    command.add_argument("--epochs", type=_positive, help="for the cost; default: the service's")
    command.add_argument(
        "--training-type",
        choices=["Standard", "GlobalStandard", "Developer"],
        default="Standard",
        help="for the cost",
    )
    command.add_argument(
        "--prices", type=Path, metavar="FILE", help='JSON: {"model family": USD per million tokens}'
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check the files, print the results; 1 if there are errors, or warnings when strict."""
    prices = _prices(options.prices)
    tokenizer = find_tokenizer(options.model)
    training = [_check(path, options, tokenizer) for path in options.files]
    validation = [_check(path, options, tokenizer, small=True) for path in options.validation]
    results = [*(_priced(result, options, prices) for result in training)]
    results += [_compared(result, training) for result in validation]
    output = _FORMATS[options.format](results)
    if output:
        print(output)
    errors = sum(result.number(Severity.ERROR) for result in results)
    warnings = sum(result.number(Severity.WARNING) for result in results)
    return 1 if errors or (options.strict and warnings) else 0


def _check(
    path: Path, options: argparse.Namespace, tokenizer: Tokenizer, *, small: bool = False
) -> Result:
    progress = Progress(path, sys.stderr)
    try:
        report = inspect(
            path,
            format=options.data_format,
            model=options.model,
            method=options.method,
            validation=small,
            tokenizer=tokenizer,
            progress=progress if sys.stderr.isatty() else None,
        )
        return replace(result_of(report), tokens=count_tokens(report, tokenizer))
    except DatasetError as error:
        return unreadable(path, str(error))
    finally:
        progress.clear()


def _priced(result: Result, options: argparse.Namespace, prices: Mapping[str, float]) -> Result:
    report, tokens = result.report, result.tokens
    if report is None or tokens is None or options.model is None:
        return result
    if options.method == "reinforcement":
        return result  # billed by the hour, which no file tells
    epochs = options.epochs or default_epochs(report.examples)
    cost = training_cost(
        tokens.total,
        epochs,
        options.model,
        training_type=options.training_type,
        prices=prices,
    )
    return replace(result, cost=cost)


def _compared(result: Result, training: Sequence[Result]) -> Result:
    for other in training:
        if isinstance(result.report, Report) and other.report is not None:
            result = result.with_findings(compare(other.report, result.report).findings)
    return result


def _prices(path: Path | None) -> Mapping[str, float]:
    if path is None:
        return PRICES
    try:
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"--prices {path}: cannot be read as JSON: {error}") from None
    if not isinstance(table, dict) or not all(_is_price(price) for price in table.values()):
        raise ConfigurationError(f'--prices {path}: write {{"gpt-4.1-mini": 5.5, ...}}.')
    return {**PRICES, **table}


def _is_price(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not at least 1")
    return value
