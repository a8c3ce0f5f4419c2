"""``aoai validate``: training files judged before they are uploaded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from aoai.catalog import built_in, with_prices
from aoai.cli.model_note import last_days, model_note
from aoai.cli.price_file import read_prices
from aoai.cli.progress import Progress
from aoai.cli.terminal import Line, print_note
from aoai.cli.validate_arguments import EXAMPLES, add_arguments
from aoai.dataset import FileJudgement, Severity, Training, judge
from aoai.dataset.formatters.output import as_github, as_json, as_text
from aoai.dataset.formatters.sarif import as_sarif

_FORMATS: Mapping[str, Callable[[Sequence[FileJudgement]], str]] = {
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
        description="Check training files: errors the service would refuse them for, warnings\n"
        "that spoil a training, tokens and cost.\n\n"
        "Exit code 0: fine, 1: errors, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(command, _FORMATS)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """Check the files: 1 if there are errors, or warnings when strict, else 0; and the output.

    Raises:
        ConfigurationError: the prices cannot be read.
    """
    catalog = with_prices(read_prices(options.prices)) if options.prices else built_in()
    note = model_note(options.model, catalog) if options.model else None
    if note:
        print_note(note)
    training = Training(
        model=options.model,
        method=options.method,
        format=options.data_format,
        epochs=options.epochs,
        training_type=options.training_type,
        catalog=catalog,
    )
    observer = Progress(Line(sys.stderr))
    judgement = judge(options.files, options.validation, of=training, observer=observer)
    errors, warnings = (judgement.number(severity) for severity in Severity)
    code = 1 if errors or (options.strict and warnings) else 0
    output = _FORMATS[options.format](judgement.files)
    days = last_days(options.model, catalog) if options.model else None
    return code, f"{output}\n{days}" if days and options.format == "text" else output
