"""``aoai ci issue``: one issue that the nightly pipeline opens, edits and closes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.hosts.find import issues
from aoai.cli.ci.hosts.host import Issues, Posted
from aoai.cli.ci.inputs import read_summary
from aoai.cli.ci.nightly.findings import Finding, findings
from aoai.cli.ci.nightly.text import LABEL, NightMark, all_well, body, news, read_night_mark, title
from aoai.cli.ci.options import add_inputs, add_publishing, check_key

EXAMPLES = """\
examples:
  aoai ci issue --preview prod.json --policies prod.policies.json --dry-run
  aoai ci issue --preview dev.json prod.json --policies accounts.policies.json

A preview on what should change nothing finds drift; its policies find idle deployments, base models
that retire, budgets. `aoai policy check --accounts … --format json` also finds what no stack owns.
"""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``issue`` to the commands of ``aoai ci``."""
    command = commands.add_parser(
        "issue",
        help="open, edit or close the nightly issue",
        description="Open an issue for what the nightly run found: drift, idle deployments, base\n"
        "models that retire, budgets. The next run edits it, comments on what is new, and closes\n"
        "it when nothing is left. GitHub and GitLab; elsewhere, let the run fail (--exit-code).\n\n"
        "Exit code 0: done, 1: the code host refuses, or with --exit-code there is a finding,\n"
        "2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_inputs(command)
    add_publishing(command, "which issue it is, if there are several")
    command.add_argument(
        "--policies",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="what `aoai policy check --format json` printed",
    )
    command.add_argument(
        "--exit-code", action="store_true", help="exit with 1 if there is a finding"
    )
    command.set_defaults(run=run)


def run(
    options: argparse.Namespace, environment: Mapping[str, str] = os.environ
) -> tuple[int, str]:
    """Open, edit or close the issue; the exit code, and what was done.

    Raises:
        ConfigurationError: a file cannot be read, or no issues of the code host are known here.
        AoaiError: the code host refuses or does not answer.
    """
    check_key(options.key)
    summary = read_summary(options.preview or (), options.review, options.summary)
    found = findings(summary, options.policies)
    code = int(options.exit_code and bool(found))
    if options.dry_run:
        shown = f"# {title(found)}\n\n{body(found, Place(), options.key)}" if found else ""
        return code, shown or "Nothing was found: the issue would be closed, if there is one."
    return code, publish(issues(options.host, environment, options.author), found, options.key)


def publish(host: Issues, found: Sequence[Finding], key: str) -> str:
    """Open, edit or close the issue; returns what was done, in a sentence."""
    there = _find(host, key)
    if not found:
        if there is None:
            return "nothing was found, and no issue is open"
        host.comment(there[0], all_well(host.place))
        host.close(there[0])
        return "nothing is left: the issue was closed"
    if there is None:
        made = host.create(title(found), body(found, host.place, key), LABEL)
        return f"the issue was opened: {made.url}" if made.url else "the issue was opened"
    issue, mark = there
    host.edit(issue, title(found), body(found, host.place, key))
    if added := news(found, mark):
        host.comment(issue, added)
        return "the issue was edited, with a comment on what is new"
    return "the issue was edited"


def _find(host: Issues, key: str) -> tuple[Posted, NightMark] | None:
    """The open issue with our mark, by our author."""
    for issue in host.open_issues(LABEL):
        mark = read_night_mark(issue.body)
        if mark is not None and mark.key == key and issue.own:
            return issue, mark
    return None
