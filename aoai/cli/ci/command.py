"""``aoai ci``: the commands of a pipeline."""

from __future__ import annotations

import argparse

from aoai.cli.ci import comment_command


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``ci`` to the commands."""
    ci = commands.add_parser(
        "ci",
        help="tell a pull request, or the morning, what a pipeline found",
        description="Texts of pipelines on GitHub, Azure DevOps and GitLab, made from JSON.",
    )
    actions = ci.add_subparsers(title="commands", metavar="COMMAND", required=True)
    comment_command.add_command(actions)
