"""Options and look-up that the commands about a job share: its accounts, its id, the output."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, ClientRegistry
from aoai.cli.account_selection import add_account_selection, selected_accounts
from aoai.errors import AoaiError, NotFound

Registry = Callable[[], ClientRegistry]
"""Makes the registry of a command; tests give one with a session and a clock of their own."""


@contextmanager
def open_clients(
    options: argparse.Namespace, environment: Mapping[str, str], registry: Registry
) -> Iterator[list[AccountClients]]:
    """The clients of the accounts that the options select, closed at the end.

    Raises:
        ConfigurationError: no account is selected.
    """
    accounts = selected_accounts(options, environment)
    with registry() as clients:
        yield [clients.connect(account) for account in accounts]


def find(job_id: str, accounts: Sequence[AccountClients]) -> tuple[AccountClients, Job]:
    """The job with an id, and the clients of the account that has it.

    Raises:
        NotFound: none of the accounts has it.
        AoaiError: one that may have it cannot be asked.
    """
    failed: AoaiError | None = None
    for clients in accounts:
        try:
            return clients, clients.jobs.get_job(job_id)
        except NotFound:
            continue
        except AoaiError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    where = ", ".join(str(clients.account) for clients in accounts)
    text = f"there is no job {job_id} in {where}; `aoai jobs list` shows the ids of all jobs."
    raise NotFound(text, status=404)


def add_job(command: argparse.ArgumentParser) -> None:
    """Add the id of a job, and the accounts to look for it in."""
    command.add_argument("job", metavar="JOB", help="id of a job, ftjob-…")
    add_account_selection(command)


def add_format(command: argparse.ArgumentParser) -> None:
    """Add ``--format``, and ``--json`` for short."""
    command.add_argument("--format", choices=["text", "json"], default="text", help="of the output")
    command.add_argument(
        "--json",
        dest="format",
        action="store_const",
        const="json",
        help="short for --format json",
    )
