"""``aoai ci``."""

from __future__ import annotations

import argparse

from aoai.cli.ci.annotations.command import add_command as add_annotations
from aoai.cli.ci.comment.command import add_command as add_comment
from aoai.cli.ci.nightly.command import add_command as add_issue


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``ci`` to the commands."""
    ci = commands.add_parser(
        "ci",
        help="report what a pipeline found: comment, annotations, issue",
        description="Report on GitHub, Azure DevOps and GitLab what previews and policies found.",
    )
    actions = ci.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_comment(actions)
    add_annotations(actions)
    add_issue(actions)
