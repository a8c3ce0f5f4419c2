"""``aoai jobs list``: the newest jobs of each account."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence

from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import ClientRegistry
from aoai.cli.account_selection import add_account_selection
from aoai.cli.columns import columns
from aoai.cli.jobs.document import as_json, of_job
from aoai.cli.jobs.lookup import Registry, add_format, open_clients
from aoai.cli.terminal import moment, narrowed

_HEADINGS = ("JOB", "STATUS", "CREATED, UTC", "MODEL")
_MOST = 500  # an account keeps no more (its MaxFineTuneCount, October 2025)


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``list`` to the commands of ``jobs``."""
    command = commands.add_parser(
        "list", help="the newest jobs", description="List the newest jobs of each account."
    )
    add_account_selection(command)
    command.add_argument("--status", metavar="STATUS", help="only these, such as running or failed")
    command.add_argument("--limit", type=_limit, default=20, help="of an account; default: 20")
    add_format(command)
    command.set_defaults(run=run)


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"1 to {_MOST}, not {text}")
    return int(text)


def run(
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Registry = ClientRegistry,
) -> tuple[int, str]:
    """List the jobs: 0, and the output."""
    with open_clients(options, environment, registry) as accounts:
        found = [(each.account, _jobs(each.jobs.list_jobs, options)) for each in accounts]
    if options.format == "json":
        return 0, as_json([of_job(account, job) for account, jobs in found for job in jobs])
    blocks = [f"{account}\n{_table(jobs)}" for account, jobs in found]
    return 0, "\n\n".join(blocks)


def _jobs(list_jobs: Callable[[int | None], list[Job]], options: argparse.Namespace) -> list[Job]:
    if options.status is None:
        return list_jobs(options.limit)
    wanted = [job for job in list_jobs(None) if job.status == options.status.lower()]
    return wanted[: options.limit]


def _table(jobs: Sequence[Job]) -> str:
    if not jobs:
        return "  no jobs"
    lines = columns([_HEADINGS, *map(_row, jobs)])
    return "\n".join(narrowed(f"  {line}") for line in lines)


def _row(job: Job) -> tuple[str, ...]:
    return job.id, job.status, moment(job.created_at), job.model
