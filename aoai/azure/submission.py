"""One job and one file, however often the answer is lost.

The service has no idempotency key for either, so they are recognised by what the service echoes: a
job by its inputs, an uploaded file by its name and size, an imported one by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aoai.azure.content_url import SignedUrl
from aoai.azure.files import File, FilesClient
from aoai.azure.jobs import FineTuningJobsClient, Job
from aoai.azure.local_file import LocalFile
from aoai.azure.once import Grace, look_or_make
from aoai.azure.parse import Json
from aoai.azure.parts import Meter, Sending, upload_in_parts
from aoai.azure.uploads import UploadsClient


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

    return look_or_make(look, make, jobs.transport.pacing, grace or Grace())


def upload_file(
    files: FilesClient,
    path: Path,
    filename: str,
    *,
    sha256: str,
    sending: Sending | None = None,
    grace: Grace | None = None,
) -> File:
    """Upload a training file once, or adopt the one that an earlier run uploaded.

    Args:
        files: the account's files.
        path: the local file.
        filename: the name on the wire; it must carry the content's hash and the owner.
        sha256: the digest that was checked.
        sending: how it is sent; a large file goes by parts.
        grace: how long to look before repeating.

    Raises:
        DatasetError: the local file cannot be read, or is not the one that was checked.
        ResponseUnknown: it may have been uploaded, and looking failed too. Run again.
        ApiError: the service refused it.
    """
    size = path.stat().st_size if path.is_file() else 0
    how, patience = sending or Sending(), grace or Grace()

    def look() -> File | None:
        return _oldest(files, filename, size)

    def make() -> File:
        return files.create_file(
            path,
            filename,
            sha256=sha256,
            before_send=how.before_send,
            on_read=Meter(size, how.progress).add,
        )

    if size <= how.large:
        return look_or_make(look, make, files.transport.pacing, patience)
    if found := look():
        return found
    with LocalFile(path, sha256) as file:
        uploads = UploadsClient(files.transport)
        return upload_in_parts(uploads, file, filename, look, how, patience)


def import_file(
    files: FilesClient,
    filename: str,
    signed: Callable[[], SignedUrl],
    *,
    before_send: Callable[[], None] | None = None,
    grace: Grace | None = None,
) -> File:
    """Let the service fetch a file once, or adopt the one that an earlier run let it fetch.

    Args:
        files: the account's files.
        filename: the name on the wire; it must carry the owner, and a hash of URL and version.
        signed: gives the URL to fetch from; called only if there is something to fetch.
        before_send: called before each try; raise in it to stop.
        grace: how long to look before repeating.

    Raises:
        ConfigurationError: whatever ``signed`` raises.
        ResponseUnknown: it may have been imported, and looking failed too. Run again.
        ApiError: the service refused it.
    """

    def look() -> File | None:
        return _oldest(files, filename)

    def make() -> File:
        return files.import_file(filename, signed(), before_send=before_send)

    return look_or_make(look, make, files.transport.pacing, grace or Grace())


def _oldest(files: FilesClient, filename: str, size: int | None = None) -> File | None:
    """The file of that name and size that is good for training; the oldest, if there are more.

    Two runs at once agree on one so. An imported file has no size before it is read.
    """
    ours = (
        file
        for file in files.list_files()
        if file.filename == filename
        and file.is_usable
        and (size is None or file.bytes in (None, size))
    )
    return min(ours, key=lambda file: (file.created_at, file.id), default=None)
