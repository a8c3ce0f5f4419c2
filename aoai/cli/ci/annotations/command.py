"""``aoai ci annotations``: findings at their lines, and in the list of the run."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from aoai.cli.ci.annotations.formats import MOST, render
from aoai.cli.ci.annotations.notes import notes
from aoai.cli.ci.hosts.find import known_host
from aoai.cli.ci.inputs import read_summary
from aoai.cli.ci.options import add_host, add_inputs

EXAMPLES = """\
examples:
  aoai ci annotations --preview prod.json --review prod.review.json
  aoai ci annotations --summary summary.json --host gitlab > gl-code-quality-report.json
"""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``annotations`` to the commands of ``aoai ci``."""
    command = commands.add_parser(
        "annotations",
        help="show findings at their lines",
        description="Print what a run found in the form that its code host shows at lines of\n"
        "files and in the list of the run: commands for GitHub and Azure DevOps, a code quality\n"
        "report for GitLab. The worst comes first.\n\n"
        "Exit code 0: done, 1: with --exit-code, an error was found, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_inputs(command)
    add_host(command)
    command.add_argument(
        "--most", type=int, default=MOST, metavar="N", help=f"how many; default: {MOST}"
    )
    command.add_argument(
        "--exit-code", action="store_true", help="exit with 1 if there is an error"
    )
    command.set_defaults(run=run)


def run(
    options: argparse.Namespace, environment: Mapping[str, str] = os.environ
) -> tuple[int, str]:
    """Print the annotations; the exit code, and the text.

    Raises:
        ConfigurationError: a file cannot be read, or no code host is known.
    """
    host = known_host(options.host, environment)
    found = notes(read_summary(options.preview or (), options.review, options.summary))
    code = int(options.exit_code and any(note.error for note in found))
    return code, render(host, found, max(options.most, 1))
