"""``aoai policy check``: the rules of the policy pack on an exported stack, or on accounts."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from aoai_policies import __version__
from aoai_policies.checking import ConfigError, check_export
from aoai_policies.export import Export, ExportError, read_export

from aoai.azure.clients import ClientRegistry
from aoai.cli.account_options import add_account_options
from aoai.cli.exported import read_export_text, source_name
from aoai.cli.policy.accounts import OPTION, read_accounts
from aoai.cli.policy.formats import FORMATS, render
from aoai.errors import ConfigurationError

EXAMPLES = """\
examples:
  pulumi stack export | aoai policy check --stack-export -
  aoai policy check --stack-export export.json --config policies/config/prod.json --format sarif
  aoai policy check --accounts /subscriptions/…/accounts/NAME --tenant GUID

An export holds what the last refresh read: run `pulumi refresh` before, for the days without a
call to be of today.
"""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``policy`` to the commands."""
    policy = commands.add_parser(
        "policy",
        help="check a stack by the rules of the policy pack",
        description="The rules of the policy pack, without the Pulumi engine.",
    )
    actions = policy.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = actions.add_parser(
        "check",
        help="check an exported stack, or what is deployed in accounts",
        description="Check an exported stack, or accounts, by the rules of the policy pack.\n\n"
        "Exit code 0: fine or warnings only, 1: a mandatory rule is broken, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = check.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--stack-export",
        metavar="FILE",
        help="what `pulumi stack export` wrote; - reads the standard input",
    )
    what.add_argument(
        OPTION, nargs="+", metavar="ID", help="ARM ids of accounts: check all their deployments"
    )
    add_account_options(check)
    check.add_argument(
        "--config", type=Path, metavar="FILE", help="policy config, as for --policy-pack-config"
    )
    check.add_argument(
        "--now", type=_moment, metavar="TIME", help="the time to judge by, ISO 8601; default: now"
    )
    check.add_argument("--format", choices=FORMATS, default="text", help="of the output")
    check.set_defaults(run=run)


def run(
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Callable[[], ClientRegistry] = ClientRegistry,
) -> tuple[int, str]:
    """Check the stack or the accounts: 1 if a mandatory rule is broken, else 0; and the output.

    Raises:
        ConfigurationError: the export or the config cannot be read.
        AoaiError: an account does not answer.
    """
    config = _config(options.config)
    if options.accounts:
        source, export = Path("accounts"), read_accounts(options, environment, registry)
    else:
        source, export = _export(options.stack_export)
    try:
        violations = check_export(export, config, options.now or datetime.now(UTC))
    except ConfigError as error:
        raise ConfigurationError(f"{options.config}: {error}") from None
    failed = any(violation.level == "mandatory" for violation in violations)
    return int(failed), render(options.format, violations, source, __version__)


def _export(given: str) -> tuple[Path, Export]:
    try:
        export = read_export(read_export_text(given))
    except ExportError as error:
        raise ConfigurationError(
            f"{source_name(given)} is not the export of a stack: {error}"
        ) from None
    return Path("stack-export.json" if given == "-" else given), export


def _config(path: Path | None) -> object:
    if path is None:
        return {}
    try:
        found: object = json.loads(read_export_text(str(path)))
    except ValueError as error:
        raise ConfigurationError(f"{path} is no JSON: {error}") from None
    return found


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; write one like 2026-11-28T06:00:00Z"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
