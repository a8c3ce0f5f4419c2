"""``aoai jobs watch``: a line that follows a job until it ends."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from aoai.azure.authoring.job_log import Event
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, ClientRegistry
from aoai.cli.jobs.lookup import Registry, add_format, add_job, find, open_clients
from aoai.cli.jobs.show import shown
from aoai.cli.terminal import Line, moment, print_note
from aoai.errors import RequestNotSent, ResponseUnknown, ServiceFailed, Throttled
from aoai.results.reading import last_events

INTERVAL = 15.0
"""Seconds between two polls: training takes minutes to hours."""

_LONGEST = 3600.0  # seconds
QUIET = 300.0
"""Seconds between two lines of a log, as in CI, if the status is the same."""

_TRANSIENT = (RequestNotSent, ResponseUnknown, ServiceFailed, Throttled)
_FAILED_POLLS = 20  # in a row; each retries for three minutes itself
_EVENTS = 5


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``watch`` to the commands of ``jobs``."""
    command = commands.add_parser(
        "watch",
        help="follow a job until it ends",
        description="Follow a job until it ends: 0 if it left a model, else 1. Ctrl-C ends the\n"
        "watching, not the job; a paused job is still watched.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_job(command)
    command.add_argument(
        "--interval",
        type=_interval,
        default=INTERVAL,
        metavar="SECONDS",
        help=f"between two polls; default: {INTERVAL:g}",
    )
    add_format(command)
    command.set_defaults(run=run)


def _interval(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not 1 <= float(text) <= _LONGEST:
        raise argparse.ArgumentTypeError(f"1 to {_LONGEST:g} seconds, not {text}")
    return float(text)


def run(
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Registry = ClientRegistry,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[int, str]:
    """Watch a job: 0 if it succeeded, 1 if it did not; and the job as ``show`` has it."""
    with open_clients(options, environment, registry) as accounts:
        clients, job = find(options.job, accounts)
        report = _Report(Line(sys.stderr, environment), clock)
        try:
            while not job.is_terminal:
                report.show(job, last_events(clients, job.id, _EVENTS))
                sleep(options.interval)
                job = _poll(clients, job, sleep, options.interval)
        except KeyboardInterrupt:
            report.clear()
            print_note(f"not watching {job.id} any more: it is {job.status} and goes on.")
            raise
        report.clear()
        return int(job.has_failed), shown(clients, job, options.format)


def _poll(
    clients: AccountClients, job: Job, sleep: Callable[[float], None], interval: float
) -> Job:
    """The job as it is now; a service that is out of reach for some minutes is waited for."""
    for failed in range(1, _FAILED_POLLS + 1):
        try:
            return clients.jobs.get_job(job.id)
        except _TRANSIENT:
            if failed == _FAILED_POLLS:
                raise
        sleep(interval)
    return job


class _Report:
    """How far the job is: a line that is overwritten, or new lines where there is no terminal."""

    def __init__(self, line: Line, clock: Callable[[], float]) -> None:
        self._line = line
        self._clock = clock
        self._since = clock()
        self._shown = ""
        self._shown_at = float("-inf")

    def show(self, job: Job, events: Sequence[Event]) -> None:
        now = self._clock()
        text = progress(job, events)
        if self._line.visible:
            self._line.show(f"{text}, {timedelta(seconds=round(now - self._since))}")
        elif job.status != self._shown or now - self._shown_at >= QUIET:
            print_note(f"{job.id} {text}")
            self._shown, self._shown_at = job.status, now

    def clear(self) -> None:
        self._line.clear()


def progress(job: Job, events: Sequence[Event]) -> str:
    """Status, the last step with what was measured, or the last message; the expected end."""
    parts = [job.status]
    step = next((event for event in events if event.step is not None), None)
    if step is not None:
        total = f" of {step.total_steps}" if step.total_steps else ""
        parts.append(f"step {step.step}{total}")
        parts += [f"{name} {value:.3g}" for name, value in _measured(step)]
    elif events:
        parts.append(events[0].message.rstrip("."))
    if job.estimated_finish and job.status not in ("pausing", "paused"):
        parts.append(f"done about {moment(job.estimated_finish)[-5:]} UTC")
    return ", ".join(parts)


def _measured(event: Event) -> list[tuple[str, float]]:
    known = {
        "loss": event.train_loss,
        "validation": event.valid_loss,
        "reward": event.data.get("train_mean_reward"),
        "validation reward": event.data.get("full_valid_mean_reward"),
    }
    return [(name, value) for name, value in known.items() if value is not None]
