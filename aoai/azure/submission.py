"""Make one thing, however often the answer is lost: look first, and look again before repeating.

The service has no idempotency key for jobs or files, so a thing is recognised by what the service
echoes: a job by its inputs, a file by its name and size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from aoai.azure.files import File, FilesClient
from aoai.azure.jobs import FineTuningJobsClient, Job
from aoai.azure.pacing import Pacing, Tries
from aoai.azure.parse import Json
from aoai.errors import AoaiError, Conflict, ResponseUnknown, ServiceFailed, Throttled

Made = TypeVar("Made", Job, File)


@dataclass(frozen=True)
class Grace:
    """How long to look for what may have been made, before making it again.

    Attributes:
        pauses: seconds before each look; a list may lag behind the service's own acceptance.
        rounds: how often at most to try to make it.
    """

    pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0)
    rounds: int = 4


def submit_job(
    jobs: FineTuningJobsClient,
    body: Json,
    *,
    is_ours: Callable[[Job], bool],
    before_billed: Callable[[], None],
    grace: Grace | None = None,
) -> Job:
    """Submit a fine-tuning job exactly once, or adopt the one that an earlier run submitted.

    Args:
        jobs: the account's jobs.
        body: the request, as the API spells it.
        is_ours: whether a job is the one that this body would make. It must be narrow: by suffix,
            seed and files. A failed or cancelled job is never adopted.
        before_billed: called right before each billed request; raise in it to stop.
        grace: how long to look before repeating.

    Raises:
        ResponseUnknown: it may have been accepted, and looking failed too. Run again.
        ApiError: the service refused it.
        RequestNotSent: it never reached the service.
    """

    def look() -> Job | None:
        ours = (job for job in jobs.list_jobs() if not job.has_failed and is_ours(job))
        # The oldest, so that two runs at once agree on one.
        return min(ours, key=lambda job: (job.created_at, job.id), default=None)

    def make() -> Job:
        return jobs.create_job(body, before_billed=before_billed)

    return _once(look, make, jobs.transport.pacing, grace or Grace())


def upload_file(
    files: FilesClient,
    path: Path,
    filename: str,
    *,
    sha256: str,
    before_send: Callable[[], None] | None = None,
    grace: Grace | None = None,
) -> File:
    """Upload a training file once, or adopt the one that an earlier run uploaded.

    Args:
        files: the account's files.
        path: the local file.
        filename: the name on the wire; it must carry the content's hash and the owner.
        sha256: the digest that was checked.
        before_send: called before each try; raise in it to stop.
        grace: how long to look before repeating.

    Raises:
        DatasetError: the local file cannot be read, or is not the one that was checked.
        ResponseUnknown: it may have been uploaded, and looking failed too. Run again.
        ApiError: the service refused it.
    """
    size = path.stat().st_size if path.is_file() else None

    def is_ours(file: File) -> bool:
        same_size = file.bytes is None or file.bytes == size
        return file.filename == filename and same_size and file.is_usable

    def look() -> File | None:
        ours = filter(is_ours, files.list_files())
        return min(ours, key=lambda file: (file.created_at, file.id), default=None)

    def make() -> File:
        return files.create_file(path, filename, sha256=sha256, before_send=before_send)

    return _once(look, make, files.transport.pacing, grace or Grace())


def _once(
    look: Callable[[], Made | None],
    make: Callable[[], Made],
    pacing: Pacing,
    grace: Grace,
) -> Made:
    if found := look():
        return found
    throttled = Tries(pacing)
    failed = 0
    while True:
        try:
            return make()
        except Throttled as error:
            if not throttled.wait(error.retry_after):
                raise
            doubt: AoaiError = error
        except (ResponseUnknown, ServiceFailed, Conflict) as error:
            doubt = error
            failed += 1
        if found := _search(look, pacing, grace, doubt):
            return found
        if failed == grace.rounds:
            raise doubt


def _search(
    look: Callable[[], Made | None],
    pacing: Pacing,
    grace: Grace,
    doubt: AoaiError,
) -> Made | None:
    for pause in grace.pauses:
        pacing.sleep(pause)
        try:
            found = look()
        except AoaiError as error:
            problem = f"{doubt} Looking for it failed too: {error} Run again: it is looked for."
        else:
            if found:
                return found
            continue
        raise ResponseUnknown(problem)
    return None
