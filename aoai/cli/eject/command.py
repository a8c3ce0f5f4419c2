"""``aoai eject``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from aoai.cli.eject.calls import calls_of
from aoai.cli.exported import read_export_text, source_name
from aoai.cli.report.reading import Stored, stored_in
from aoai.errors import ConfigurationError

EXAMPLES = """\
example:
  pulumi stack export | aoai eject --stack-export -

To leave: take the calls you need, then `pulumi state delete` each resource, or remove the stack
with `pulumi stack rm --force`. Neither changes anything in Azure.
"""

_HEAD = """\
exit 1 # A list of calls to copy from, not a script. Nothing below needs Pulumi.

token() {
  az account get-access-token --tenant "$1" --resource "$2" --query accessToken --output tsv
}
"""

_IDS = {
    "TrainingFile": "file_id",
    "FineTuningJob": "job_id",
    "FineTunedModel": "fine_tuned_model",
    "ModelDeployment": "deployment_id",
}
"""The kinds in the order in which they are made, and the property that is the id of each."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``eject`` to the commands."""
    eject = commands.add_parser(
        "eject",
        help="print a stack as plain az and curl calls, with its ids",
        description="Print what a stack made: its ids, and the calls that read, make and delete\n"
        "each. Nothing is changed, and no account is asked.\n\n"
        "Exit code 0: printed, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    eject.add_argument(
        "--stack-export",
        required=True,
        metavar="FILE",
        help="what `pulumi stack export` wrote; - reads the standard input",
    )
    eject.set_defaults(run=run)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The calls, in the order in which things are made.

    Raises:
        ConfigurationError: the export cannot be read, or holds no resource of this package.
    """
    source = source_name(options.stack_export)
    held = stored_in(read_export_text(options.stack_export), source)
    found = [stored for stored in held if stored.kind in _IDS]
    if not found:
        raise ConfigurationError(f"{source}: the stack holds no resource of aoai-finetune.")
    found.sort(key=lambda stored: ([*_IDS].index(stored.kind), stored.name))
    return 0, "\n".join([_HEAD, *(line for stored in found for line in _resource(stored))])


def _resource(stored: Stored) -> Iterator[str]:
    made = stored.text(_IDS[stored.kind])
    where = f"{stored.account} ({stored.of_account('location')})"
    yield f"# {stored.kind} {_plain(stored.name)}: {_plain(made)} in {_plain(where)}"
    for call in calls_of(stored):
        yield f"# {call.purpose}"
        yield call.as_curl()
    yield ""


def _plain(text: str) -> str:
    """A text that stays in its comment."""
    return " ".join(text.split())
