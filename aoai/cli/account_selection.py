"""The accounts that a command is about: one that is named, or those of a stack's file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from aoai.azure.account import Account
from aoai.cli.account_options import add_account_options
from aoai.cli.doctor.targets import named_target, read_targets, selected_stack_file
from aoai.cli.terminal import print_note
from aoai.errors import ConfigurationError

_NONE = (
    "no account is named: add --account ID --tenant GUID, or --stack FILE with the file of a "
    "stack, or run it where a stack is selected (pulumi stack select)."
)


def add_account_selection(command: argparse.ArgumentParser) -> None:
    """Add ``--account`` or ``--stack``, with what an account needs beside its id."""
    what = command.add_mutually_exclusive_group()
    what.add_argument(
        "--stack",
        type=Path,
        metavar="FILE",
        help="a stack's file: all its accounts; default: that of the selected stack",
    )
    what.add_argument("--account", metavar="ID", help="ARM id of an account")
    add_account_options(command)
    command.set_defaults(location=None)


def selected_accounts(
    options: argparse.Namespace, environment: Mapping[str, str], project: Path = Path()
) -> list[Account]:
    """The accounts, each once however many keys a stack has for it.

    Raises:
        ConfigurationError: none is named, or one is not described well enough.
    """
    if options.account:
        return [named_target(options, environment).account]
    file = options.stack or selected_stack_file(project, environment)
    if file is None:
        raise ConfigurationError(_NONE)
    targets, problems = read_targets(file, environment)
    for problem in problems:
        print_note(f"{file}: {problem.name}: {problem.message}")
    if not targets:
        raise ConfigurationError(f"{file}: none of its accounts can be used.")
    return list({target.account.key: target.account for target in targets}.values())
