"""``aoai jobs``."""

from __future__ import annotations

import argparse

from aoai.cli.jobs import actions, copy, listing, show, watch

_ABOUT = """\
Show, watch and steer fine-tuning jobs.

Exit code 0: done, 1: there is no such job, the service refuses, or a watched
job ended without a model, 2: wrong usage, 130: interrupted; the job goes on."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``jobs`` to the commands."""
    command = commands.add_parser(
        "jobs",
        help="list, show, watch, cancel, pause and resume jobs",
        description=_ABOUT,
        epilog="Run `aoai jobs COMMAND --help` for its options.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    below = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (listing, show, watch, actions, copy):
        module.add_command(below)
