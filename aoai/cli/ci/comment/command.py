"""``aoai ci comment``: one comment on a pull request for all stacks of a run."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from aoai.cli.ci.comment.compose import compose
from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.comment.publish import publish
from aoai.cli.ci.comment.verdict import anything_changes, state
from aoai.cli.ci.hosts.find import pull_request
from aoai.cli.ci.inputs import read_summary
from aoai.cli.ci.options import add_inputs, add_publishing, check_key
from aoai.cli.ci.run_summary import RunSummary, encode

EXAMPLES = """\
examples:
  aoai ci comment --preview prod.json --review prod.review.json --dry-run
  aoai ci comment --preview dev.json prod.json --review dev.review.json prod.review.json
  aoai ci comment --preview prod.json --format json > summary.json     # in a job without rights
  aoai ci comment --summary summary.json                               # in a job that may write

`PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json` also holds what policies found.
"""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``comment`` to the commands of ``aoai ci``."""
    command = commands.add_parser(
        "comment",
        help="write the comment on a pull request",
        description="Write one comment on a pull request for all stacks of a run, or edit it in\n"
        "place; set the labels aoai:retrains and aoai:gap. Where nothing changes, no comment\n"
        "is written.\n\n"
        "Exit code 0: done, 1: the code host refuses, or with --exit-code a stack cannot be\n"
        "applied, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_inputs(command)
    add_publishing(command, "which comment it is, if several pipelines comment on one pull request")
    command.add_argument(
        "--format",
        choices=["markdown", "json"],
        default="markdown",
        help="json prints the object that a comment is made from, and sends nothing",
    )
    command.add_argument(
        "--exit-code", action="store_true", help="exit with 1 if a stack cannot be applied as it is"
    )
    command.set_defaults(run=run)


def run(
    options: argparse.Namespace, environment: Mapping[str, str] = os.environ
) -> tuple[int, str]:
    """Write the comment; the exit code, and what was done.

    Raises:
        ConfigurationError: a file cannot be read, or the run is no pull request's.
        AoaiError: the code host refuses or does not answer.
    """
    check_key(options.key)
    summary = read_summary(options.preview or (), options.review, options.summary)
    code = int(options.exit_code and state(summary) == "red")
    if options.format == "json":
        return code, encode(summary)
    if options.dry_run:
        return code, _shown(summary, options.key)
    request = pull_request(options.host, environment, options.author)
    return code, publish(request, summary, options.key)


def _shown(summary: RunSummary, key: str) -> str:
    if not anything_changes(summary):
        return "Nothing changes: no comment would be written."
    return compose(summary, Place(), key)
