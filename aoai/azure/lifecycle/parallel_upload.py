"""A large file, sent in parts by several threads; cancelled whatever goes wrong.

Memory does not grow with the file: each thread holds one block of its part. The parts are proved to
be the file that was checked, as ``local_file`` says, before the upload is completed.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from aoai.azure.authoring.files import File
from aoai.azure.authoring.uploads import Part, UploadsClient, has_ended
from aoai.azure.http.local_file import ByteRange, LocalFile
from aoai.azure.http.multipart import part_body
from aoai.azure.lifecycle.idempotency import LookupSchedule, create_once, search
from aoai.azure.lifecycle.unfinished_uploads import Unfinished
from aoai.errors import (
    AoaiError,
    ApiError,
    Conflict,
    InvalidRequest,
    NotFound,
    OperationFailed,
)

LARGE = 100_000_000
"""Bytes above which a file goes by parts. Files of more than about 150 MB that were sent in one
piece have failed hours later, in the job (microsoft/azure-skills, large-file-uploads)."""

PART_SIZE = 64_000_000
"""Bytes of a part; OpenAI's reference of uploads says at most 64 MB, Azure's names no limit."""

THREADS = 4
"""Parts at a time: four double what two bring where each connection is limited, and where none is,
two are as fast."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class UploadOptions:
    """How a file is sent.

    Attributes:
        large: bytes above which it goes by parts.
        part_size: bytes of a part.
        threads: parts that are sent at a time.
        progress: called with the bytes sent and those of the whole file, from several threads but
            never from two at once. The first falls when something has to be sent again.
        before_send: called before each try of each request; what it raises ends the upload.
        notes: where the ids of uploads under way are kept, for a run after one that was killed.
    """

    large: int = LARGE
    part_size: int = PART_SIZE
    threads: int = THREADS
    progress: Progress | None = None
    before_send: Callable[[], None] | None = None
    notes: Path | None = None


class Meter:
    """Adds up what several threads send."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._sent = 0
        self._guard = threading.Lock()

    def add(self, count: int) -> None:
        """So many bytes more; fewer, if they have to be sent again."""
        with self._guard:
            self._sent += count
            if self._progress:
                self._progress(self._sent, self._total)


class _Stopped(Exception):
    """Another part has failed, so this one need not go on."""


def upload_in_parts(
    uploads: UploadsClient,
    file: LocalFile,
    filename: str,
    look: Callable[[], File | None],
    sending: UploadOptions,
    schedule: LookupSchedule,
) -> File:
    """Upload a file in parts. One that expires on the way, after two hours, starts over once.

    Args:
        uploads: the account's uploads.
        file: the local file.
        filename: the name on the wire.
        look: finds the file in the account, if it is there.
        sending: how it is sent.
        schedule: how long to look for the file if it is unclear whether the upload completed.

    Raises:
        DatasetError: the file cannot be read, or is not the one that was checked.
        OperationFailed: it expired again.
        AoaiError: what the requests raise; the upload is cancelled then.
    """
    if left := _left_over(uploads, filename, look, sending, schedule):
        return left
    first = _try(uploads, file, filename, look, sending, schedule)
    if isinstance(first, File):
        return first
    # It may also have ended because it was completed, and the answer was lost.
    found = search(look, uploads.transport.retry_policy, schedule, first)
    second = found or _try(uploads, file, filename, look, sending, schedule)
    if isinstance(second, File):
        return second
    raise OperationFailed(
        f"{uploads.transport.label}: twice the upload of {filename} ended before it was complete "
        f"(it may live two hours): {second} On a slow line, let the service fetch the file: "
        "content_url."
    )


def _left_over(
    uploads: UploadsClient,
    filename: str,
    look: Callable[[], File | None],
    sending: UploadOptions,
    schedule: LookupSchedule,
) -> File | None:
    """Cancel the upload that a killed run has left; or the file, if it was completed after all."""
    notes, account = Unfinished(sending.notes), uploads.transport.label
    left = notes.find(account, filename)
    if not left:
        return None
    try:
        uploads.cancel_upload(left)
    except (InvalidRequest, NotFound, Conflict) as over:
        # The list may not show yet what became of it.
        found = search(look, uploads.transport.retry_policy, schedule, over)
        if found:
            notes.forget(account, filename)
        return found
    except AoaiError:
        pass  # it expires by itself
    return None


def _try(
    uploads: UploadsClient,
    file: LocalFile,
    filename: str,
    look: Callable[[], File | None],
    sending: UploadOptions,
    schedule: LookupSchedule,
) -> File | ApiError:
    """The file; or the refusal that says that the upload has ended on the way."""
    with _begun(uploads, filename, file.size, sending) as upload_id:
        try:
            parts = _Parts(uploads, file, upload_id, sending).send()
            return create_once(
                look,
                lambda: uploads.complete_upload(upload_id, parts, before_send=sending.before_send),
                uploads.transport.retry_policy,
                schedule,
            )
        except ApiError as error:
            if not has_ended(error):
                raise
            _cancel(uploads, upload_id)
            return error


@contextlib.contextmanager
def _begun(
    uploads: UploadsClient, filename: str, size: int, sending: UploadOptions
) -> Iterator[str]:
    """An upload that is cancelled if the block fails, or by the next run if this one is killed."""
    notes, account = Unfinished(sending.notes), uploads.transport.label
    upload_id = uploads.create_upload(filename, size, before_send=sending.before_send).id
    notes.note(account, filename, upload_id)
    try:
        yield upload_id
    except BaseException:
        if _cancel(uploads, upload_id):
            notes.forget(account, filename)
        raise
    notes.forget(account, filename)


def _cancel(uploads: UploadsClient, upload_id: str) -> bool:
    """Cancel an upload, if it is not over; False if that fails, and it expires by itself."""
    try:
        uploads.cancel_upload(upload_id)
    except (InvalidRequest, NotFound, Conflict):
        return True
    except AoaiError:
        return False
    return True


class _Parts:
    """The parts of one upload."""

    def __init__(
        self, uploads: UploadsClient, file: LocalFile, upload_id: str, sending: UploadOptions
    ) -> None:
        self._uploads = uploads
        self._file = file
        self._upload_id = upload_id
        self._sending = sending
        self._meter = Meter(file.size, sending.progress)
        self._waiting = enumerate(file.ranges(sending.part_size))
        self._taking = threading.Lock()
        self._stopped = threading.Event()
        self._sent: dict[int, Part] = {}

    def send(self) -> list[Part]:
        """Send all of them and name them in the order of the file.

        Raises:
            DatasetError: the file is not the one that was checked.
            AoaiError: one of them could not be sent.
        """
        with ThreadPoolExecutor(self._sending.threads, thread_name_prefix="upload") as pool:
            workers = [pool.submit(self._work) for _ in range(self._sending.threads)]
            try:
                for worker in as_completed(workers):
                    worker.result()
            except BaseException:
                self._stopped.set()  # the others end at their next block
                raise
        return [self._sent[number] for number in sorted(self._sent)]

    def _work(self) -> None:
        while taken := self._take():
            number, byte_range = taken
            body = part_body(self._file, byte_range, self._on_read)
            self._sent[number] = self._uploads.add_part(
                self._upload_id, body, before_send=self._before_send
            )

    def _take(self) -> tuple[int, ByteRange] | None:
        """The next part. One thread at a time digests ahead, while the others send."""
        with self._taking:
            self._go_on()
            return next(self._waiting, None)

    def _before_send(self) -> None:
        self._go_on()
        if self._sending.before_send:
            self._sending.before_send()

    def _on_read(self, count: int) -> None:
        self._go_on()
        self._meter.add(count)

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise _Stopped
