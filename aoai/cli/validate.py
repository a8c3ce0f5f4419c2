"""``aoai validate``: training files judged before they are uploaded."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from aoai.catalog import Catalog, built_in, with_prices
from aoai.cli.model_note import model_note
from aoai.cli.progress import LARGE, Progress
from aoai.cli.terminal import Line, say
from aoai.cli.validate_arguments import EXAMPLES, add_arguments
from aoai.dataset import (
    Severity,
    Tokenizer,
    compare,
    count_tokens,
    default_epochs,
    find_tokenizer,
    inspect,
    training_cost,
)
from aoai.dataset.finding import printable
from aoai.dataset.formatters.output import as_github, as_json, as_text
from aoai.dataset.formatters.result import Result, result_of, unreadable
from aoai.dataset.formatters.sarif import as_sarif
from aoai.errors import ConfigurationError, DatasetError

_FORMATS: Mapping[str, Callable[[Sequence[Result]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}

_DEAREST = 1_000_000  # USD for a million tokens; infinity could not be written as JSON


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``validate`` to the commands."""
    command = commands.add_parser(
        "validate",
        help="check training files",
        description="Check training files: errors the service would refuse them for, warnings\n"
        "that spoil a training, tokens and cost.\n\n"
        "Exit code 0: fine, 1: errors, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(command, _FORMATS)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """Check the files: 1 if there are errors, or warnings when strict, else 0; and the output."""
    catalog = _catalog(options.prices)
    note = model_note(options.model, catalog) if options.model else None
    if note:
        say(note)
    tokenizer, line = find_tokenizer(options.model), Line(sys.stderr)
    training = [_check(path, options, tokenizer, line) for path in options.files]
    validation = [_check(path, options, tokenizer, line, small=True) for path in options.validation]
    results = [result if note else _priced(result, options, catalog) for result in training]
    results += [compared(result, training, line) for result in validation]
    errors = sum(result.number(Severity.ERROR) for result in results)
    warnings = sum(result.number(Severity.WARNING) for result in results)
    code = 1 if errors or (options.strict and warnings) else 0
    return code, _FORMATS[options.format](results)


def _check(
    path: Path,
    options: argparse.Namespace,
    tokenizer: Tokenizer,
    line: Line,
    *,
    small: bool = False,
) -> Result:
    try:
        report = inspect(
            path,
            format=options.data_format,
            model=options.model,
            method=options.method,
            validation=small,
            tokenizer=tokenizer,
            progress=Progress(path, line),
        )
        return replace(result_of(report), tokens=count_tokens(report, tokenizer))
    except DatasetError as error:
        return unreadable(path, str(error))
    finally:
        line.clear()


def _priced(result: Result, options: argparse.Namespace, catalog: Catalog) -> Result:
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
        images=report.images,
        file_bytes=report.bytes,
        catalog=catalog,
    )
    return replace(result, cost=cost)


def compared(result: Result, training: Sequence[Result], line: Line) -> Result:
    """The result of a validation file with what it has in common with the training files."""
    for other in training:
        if result.report is None or other.report is None:
            continue
        if result.report.bytes + other.report.bytes >= LARGE:
            names = [printable(report.path.name) for report in (result.report, other.report)]
            line.show(f"comparing {names[0]} with {names[1]}")
        try:
            found = compare(other.report, result.report).findings
        except DatasetError as error:  # a file that changed since
            found = unreadable(result.path, str(error)).findings
        finally:
            line.clear()
        result = result.with_findings(found)
    return result


def _catalog(path: Path | None) -> Catalog:
    """The catalogue, with the prices of a file."""
    if path is None:
        return built_in()
    try:
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"--prices {path}: cannot be read as JSON: {error}") from None
    if not isinstance(table, dict) or not all(_is_price(price) for price in table.values()):
        raise ConfigurationError(f'--prices {path}: write {{"gpt-4.1-mini": 5.5, ...}}.')
    return with_prices(table)


def _is_price(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 <= value <= _DEAREST
