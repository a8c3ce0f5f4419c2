"""``aoai report``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from aoai import __version__
from aoai.azure.clients import ClientRegistry
from aoai.catalog import built_in
from aoai.cli.account_options import add_account_options, named_account
from aoai.cli.exported import read_export_text, source_name
from aoai.cli.report.accounts import stored_of
from aoai.cli.report.bill_of_materials import bill_of_materials
from aoai.cli.report.facts import Report
from aoai.cli.report.markdown import as_markdown
from aoai.cli.report.page import as_page
from aoai.cli.report.reading import Stored, report_of, stored_in
from aoai.errors import ConfigurationError

EXAMPLES = """\
examples:
  pulumi stack export | aoai report --stack-export - --output report.html
  aoai report --stack-export dev.json prod.json --format markdown
  aoai report --stack-export prod.json --format cyclonedx --output models.cdx.json
  aoai report --accounts /subscriptions/…/accounts/NAME --tenant GUID --output fleet.html

An export holds what the last refresh read: run `pulumi refresh` before, for the days without a
call to be of today. Of accounts the files are ids only: who made them is not known there.
"""

OPTION = "--accounts"


def _cyclonedx(report: Report) -> str:
    return json.dumps(bill_of_materials(report, __version__), indent=2)


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "html": as_page,
    "markdown": as_markdown,
    "cyclonedx": _cyclonedx,
}


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``report`` to the commands."""
    report = commands.add_parser(
        "report",
        help="show what was trained and what is served",
        description="Curves, checkpoints, data, lineage and cost of each model, and all\n"
        "deployments with the days until Azure removes them: as one page, as\n"
        "Markdown, or as a bill of materials (CycloneDX 1.6).\n\n"
        "Exit code 0: written, 1: an account does not answer, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = report.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--stack-export",
        nargs="+",
        metavar="FILE",
        help="what `pulumi stack export` wrote; - reads the standard input",
    )
    what.add_argument(OPTION, nargs="+", metavar="ID", help="ARM ids of accounts")
    add_account_options(report)
    report.add_argument("--format", choices=FORMATS, default="html", help="of the output")
    report.add_argument(
        "--output", type=Path, metavar="FILE", help="where to write; default: standard output"
    )
    report.set_defaults(run=run)


def run(
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Callable[[], ClientRegistry] = ClientRegistry,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[int, str]:
    """Write the report; what is printed is the report itself, or where it was written.

    Raises:
        ConfigurationError: an export cannot be read, or the output not be written.
        AoaiError: an account does not answer.
    """
    if options.accounts:
        found = list(_of_accounts(options, environment, registry))
        title, source = "accounts", "as the accounts answer"
    else:
        found = [
            each
            for given in options.stack_export
            for each in stored_in(read_export_text(given), source_name(given))
        ]
        title = ", ".join(sorted({each.stack for each in found})) or "no stack"
        source = "as the last refresh read it"
    report = report_of(found, built_in(), now(), title=title, source=source)
    text = FORMATS[options.format](report)
    if options.output is None:
        return 0, text.rstrip("\n")
    try:
        options.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"--output {options.output}: cannot be written: {error.strerror}."
        ) from None
    return 0, str(options.output)


def _of_accounts(
    options: argparse.Namespace,
    environment: Mapping[str, str],
    registry: Callable[[], ClientRegistry],
) -> Iterator[Stored]:
    with registry() as clients:
        for arm_id in options.accounts:
            account = named_account(arm_id, OPTION, options, environment)
            yield from stored_of(clients.connect(account))
