"""Options that commands of ``aoai ci`` share."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from aoai.cli.ci.hosts.find import HOSTS
from aoai.errors import ConfigurationError

_KEY = re.compile(r"[\w.-]{1,60}")  # part of the mark of a comment or an issue


def check_key(key: str) -> None:
    """Refuse what cannot be a ``--key``.

    Raises:
        ConfigurationError: it has other characters, or is too long.
    """
    if not _KEY.fullmatch(key):
        raise ConfigurationError(f"--key {key}: write 1 to 60 letters, digits, . _ or -")


def add_inputs(command: argparse.ArgumentParser) -> None:
    """Add the options that name what a run has found."""
    found = command.add_mutually_exclusive_group(required=True)
    found.add_argument(
        "--preview",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="what `pulumi preview --json` printed, a file for each stack",
    )
    found.add_argument(
        "--summary",
        type=Path,
        metavar="FILE",
        help="what `aoai ci comment --format json` printed in another job",
    )
    command.add_argument(
        "--review",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="what the program wrote to AOAI_REVIEW; prod.review.json belongs to prod.json",
    )


def add_host(command: argparse.ArgumentParser) -> None:
    """Add the option that names the code host."""
    command.add_argument(
        "--host", choices=HOSTS, help="the code host; default: the one whose pipeline runs"
    )


def add_publishing(command: argparse.ArgumentParser, key: str) -> None:
    """Add the options of a command that writes to a code host: key, host, author, dry run.

    Args:
        command: the command.
        key: what ``--key`` tells apart, for its help.
    """
    add_host(command)
    command.add_argument(
        "--author",
        default="",
        metavar="LOGIN",
        help="login behind a GitHub App's token, such as my-app[bot]",
    )
    command.add_argument(
        "--dry-run", action="store_true", help="print the text, and send nothing anywhere"
    )
    command.add_argument("--key", default="default", metavar="KEY", help=key)
