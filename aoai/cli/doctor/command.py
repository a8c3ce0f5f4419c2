"""``aoai doctor``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from aoai.azure.http.credentials import TokenSource
from aoai.cli.account_options import add_account_options
from aoai.cli.doctor.check import Check, as_json, as_text
from aoai.cli.doctor.engine import check_engine
from aoai.cli.doctor.policy_pack import policy_pack_problem
from aoai.cli.doctor.program import program_problem
from aoai.cli.doctor.service import Service
from aoai.cli.doctor.targets import Target, named_target, read_targets, selected_stack_file
from aoai.errors import ConfigurationError

EXAMPLES = """\
examples:
  aoai doctor --stack stacks/Pulumi.dev.yaml
  aoai doctor --account /subscriptions/…/accounts/NAME --tenant GUID --location swedencentral

Nothing is changed. What it reads needs the roles that a preview needs.
"""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``doctor`` to the commands."""
    command = commands.add_parser(
        "doctor",
        help="find what keeps a stack from running",
        description="Check engine, Python environments, TLS, clock, tokens, and the accounts of a\n"
        "stack: what is missing, and the command that fixes it.\n\n"
        "Exit code 0: fine or warnings only, 1: a check failed, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument(
        "--stack",
        type=Path,
        metavar="FILE",
        help="a stack's file: check its accounts; default: that of the selected stack",
    )
    what.add_argument("--account", metavar="ID", help="ARM id of an account: check it instead")
    command.add_argument("--location", metavar="REGION", help="the region of --account")
    add_account_options(command)
    command.add_argument(
        "--project", type=Path, default=Path(), metavar="DIR", help="where Pulumi.yaml is"
    )
    command.add_argument(
        "--policy-pack", type=Path, metavar="DIR", help="default: policies, if it is there"
    )
    command.add_argument("--format", choices=["text", "json"], default="text", help="of the output")
    command.set_defaults(run=run)


def run(
    options: argparse.Namespace,
    environ: Mapping[str, str] = os.environ,
    token_source: Callable[[str], TokenSource] = TokenSource,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[int, str]:
    """Run all checks: 1 if one failed, else 0; and the output.

    Raises:
        ConfigurationError: an option is wrong, or the stack's file cannot be read.
    """
    targets, found = _targets(options, environ)
    checks = [check_engine(environ), *_environments(options, environ), *found]
    if targets:
        service = Service(environ, token_source, now)
        checks += service.check(targets)
    elif not found:
        message = "none was checked: no stack is selected, and no option names one"
        checks.append(Check("warn", "accounts", message, "aoai doctor --stack FILE"))
    render = as_json if options.format == "json" else as_text
    return int(any(check.status == "fail" for check in checks)), render(checks)


def _targets(
    options: argparse.Namespace, environ: Mapping[str, str]
) -> tuple[list[Target], list[Check]]:
    if options.account:
        return [named_target(options, environ)], []
    if options.location:
        raise ConfigurationError("--location is the region of --account: name that too.")
    if options.stack:
        return read_targets(options.stack, environ)
    file = selected_stack_file(options.project, environ)
    try:
        return read_targets(file, environ) if file else ([], [])
    except ConfigurationError as error:  # a program may name its accounts itself
        return [], [Check("warn", "accounts", str(error), "aoai doctor --account ID --tenant GUID")]


def _environments(options: argparse.Namespace, environ: Mapping[str, str]) -> list[Check]:
    """The environments of the program and of the policy pack, where there are any."""
    checks = []
    if (options.project / "Pulumi.yaml").exists():
        checks.append(_check("program", program_problem(options.project, environ)))
    pack = options.policy_pack or options.project / "policies"
    if options.policy_pack or (pack / "PulumiPolicy.yaml").exists():
        checks.append(_check("policy pack", policy_pack_problem(pack, environ)))
    return checks


def _check(name: str, problem: str | None) -> Check:
    return Check("fail", name, problem) if problem else Check("ok", name, "its environment starts")
