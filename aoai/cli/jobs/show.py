"""``aoai jobs show``: everything about one job, and why it failed if it did."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from aoai.azure.authoring.job_log import Event
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, ClientRegistry
from aoai.cli.jobs.document import as_json, of_checkpoint, of_event, of_failure, of_job
from aoai.cli.jobs.lookup import Registry, add_format, add_job, find, open_clients
from aoai.cli.terminal import moment
from aoai.results.failure import failure_of
from aoai.results.reading import last_events

_EVENTS = 10
_READ = 100  # one page of the service: metrics lie between the messages
_MOST = 100


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``show`` to the commands of ``jobs``."""
    command = commands.add_parser(
        "show",
        help="one job with its last events",
        description="Show a job: its values, its last events, its checkpoints, and why it failed.",
    )
    add_job(command)
    command.add_argument(
        "--events",
        type=int,
        choices=range(_MOST + 1),
        metavar="NUMBER",
        default=_EVENTS,
        help=f"how many of the last, 0 to {_MOST}; default: {_EVENTS}",
    )
    add_format(command)
    command.set_defaults(run=run)


def run(
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Registry = ClientRegistry,
) -> tuple[int, str]:
    """Show a job: 0, and the output."""
    with open_clients(options, environment, registry) as accounts:
        clients, job = find(options.job, accounts)
        return 0, shown(clients, job, options.format, options.events)


def shown(clients: AccountClients, job: Job, form: str, count: int = _EVENTS) -> str:
    """A job as text or JSON, with the last ``count`` events."""
    events = last_events(clients, job.id, _READ)
    checkpoints = clients.jobs.list_checkpoints(job.id) if job.is_terminal else []
    failure = failure_of(job, events) if job.has_failed else None
    if form == "json":
        document: dict[str, Any] = {
            **of_job(clients.account, job),
            "events": [of_event(event) for event in events[:count]],
            "checkpoints": [of_checkpoint(point) for point in checkpoints],
            "failure": failure and of_failure(failure),
        }
        return as_json(document)
    blocks = [_facts(clients, job)]
    if checkpoints:
        named = (f"  step {point.step_number}: {point.model}" for point in checkpoints)
        blocks.append("\n".join(["checkpoints", *named]))
    if messages := list(islice(_messages(events), count)):
        blocks.append(_log(messages))
    if failure is not None:
        blocks.append(str(replace(failure, events=()) if count else failure))
    return "\n\n".join(blocks)


def _facts(clients: AccountClients, job: Job) -> str:
    lines = [f"{job.id} {job.status}, in {clients.account}"]
    lines += [f"  {name:15} {value}" for name, value in _pairs(job) if value]
    return "\n".join(lines)


def _pairs(job: Job) -> Iterator[tuple[str, str]]:
    tokens = "" if job.trained_tokens is None else f"{job.trained_tokens:,}"
    yield "model", job.model
    yield "trained model", job.fine_tuned_model or ""
    yield "method", job.method
    yield "training type", job.training_type
    yield "values", ", ".join(f"{k} {_value(v)}" for k, v in job.hyperparameters.items())
    yield "training file", job.training_file
    yield "validation file", job.validation_file
    yield "results", ", ".join(job.result_files)
    yield "created", moment(job.created_at) and f"{moment(job.created_at)} UTC"
    if not job.is_terminal and job.estimated_finish:
        yield "estimated end", f"{moment(job.estimated_finish)} UTC"
    yield "trained tokens", tokens


def _value(value: float | str) -> str:
    if value == -1:
        return "auto"  # as the API calls what the service is still to choose
    return value if isinstance(value, str) else f"{value:g}"


def _messages(events: Sequence[Event]) -> Iterator[Event]:
    """The events without metrics, and the newest event with metrics."""
    newest = next((event for event in events if event.type == "metrics"), None)
    return (event for event in events if event.type != "metrics" or event is newest)


def _log(events: Sequence[Event]) -> str:
    lines = [f"  {moment(event.created_at)}  {event.message}" for event in reversed(events)]
    return "\n".join(["last events, UTC", *lines])
