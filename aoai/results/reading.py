"""Reading what a job left from its account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aoai.azure.authoring.job_log import Checkpoint, Event
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients
from aoai.catalog import Catalog, built_in
from aoai.errors import (
    AoaiError,
    NotFound,
    RequestNotSent,
    ResponseUnknown,
    ServiceFailed,
    Throttled,
)
from aoai.results.billing import Billed, billed
from aoai.results.curves import Curves, curves_of
from aoai.results.failure import TAKEN_IN, Failure, failure_of
from aoai.results.metrics import named
from aoai.results.results_file import read_results

_TRANSIENT = (RequestNotSent, ResponseUnknown, ServiceFailed, Throttled)
_MOST_EVENTS = 2000  # 20 pages, some 400 kB
_LAST_EVENTS = 20  # what was billed is the last or one of the last, whatever version wrote them


@dataclass(frozen=True, kw_only=True)
class JobResults:
    """What a job left.

    Attributes:
        curves: from its result file; from its events and checkpoints where that cannot be read,
            or is still empty.
        checkpoints: newest first, each with all that was measured after its step.
        billed: as its events have it; None if they do not.
        unread: why the result file was not read, in a sentence; empty if it was.
        is_passing: whether a later try may well read it.
    """

    curves: Curves
    checkpoints: tuple[Checkpoint, ...] = ()
    billed: Billed | None = None
    unread: str = ""
    is_passing: bool = False


def read_job_results(
    clients: AccountClients, job: Job, catalog: Catalog | None = None
) -> JobResults:
    """Everything that a job left; what is gone with its record is left out.

    Args:
        clients: of its account.
        job: as the service describes it.
        catalog: for the price; the built-in one if left out.

    Raises:
        AoaiError: its checkpoints or events cannot be read.
    """
    kept, events = _checkpoints(clients, job.id), last_events(clients, job.id, _LAST_EVENTS)
    unread, passing, curves = "", False, Curves()
    try:
        curves = read_curves(clients, job)
    except AoaiError as error:
        unread, passing = str(error), isinstance(error, _TRANSIENT)
    if not curves.points:
        log = last_events(clients, job.id, _MOST_EVENTS)
        measured = [(event.step, event.data) for event in log]
        curves = curves_of([*measured, *((each.step_number, each.metrics) for each in kept)])
    return JobResults(
        curves=curves,
        checkpoints=tuple(_measured(point, curves) for point in kept),
        billed=billed(
            (event.message for event in events),
            catalog or built_in(),
            model=job.model,
            training_type=job.training_type,
        ),
        unread=unread,
        is_passing=passing,
    )


def read_curves(clients: AccountClients, job: Job) -> Curves:
    """The measurements in a job's result file; a job that still runs has those until now.

    Raises:
        NotFound: it has none, or none any more.
        ResultsError: the file is no result file.
    """
    if not job.result_files:
        raise NotFound(f"{job.id} has no result file.", status=404)
    name = f"results.csv of {job.id}"
    return read_results(clients.files.get_content(job.result_files[0]), name)


def read_failure(clients: AccountClients, job: Job, *, is_taken_in: bool = False) -> Failure:
    """Why a job ended without a model, with its last events if they can be read.

    Args:
        clients: of its account.
        job: one that failed or was cancelled.
        is_taken_in: whether somebody else submitted it.
    """
    try:
        events = last_events(clients, job.id, _LAST_EVENTS)
    except AoaiError:
        events = []  # the job's own words are more than nothing
    failure = failure_of(job, events)
    return replace(failure, advice=TAKEN_IN) if is_taken_in else failure


def last_events(clients: AccountClients, job_id: str, limit: int) -> list[Event]:
    """The newest events of a job; none if its record is gone."""
    try:
        return clients.jobs.list_events(job_id, limit=limit)
    except NotFound:
        return []


def _checkpoints(clients: AccountClients, job_id: str) -> Sequence[Checkpoint]:
    try:
        return clients.jobs.list_checkpoints(job_id)
    except NotFound:
        return []


def _measured(point: Checkpoint, curves: Curves) -> Checkpoint:
    """A checkpoint with what the result file has for its step beside what it has itself."""
    measured = curves.at(point.step_number) if point.step_number is not None else {}
    return replace(point, metrics={**measured, **named(point.metrics)})
