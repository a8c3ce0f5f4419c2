"""A training file in an account: brought in once, however often the answer is lost.

The service has no idempotency key, so a file is recognised by what the service echoes: an uploaded
one by its name and size, an imported one by its name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aoai.azure.authoring.content_url import SignedUrl
from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.authoring.uploads import UploadsClient
from aoai.azure.clients import AccountClients
from aoai.azure.http.local_file import LocalFile
from aoai.azure.lifecycle.account_place import require_endpoint
from aoai.azure.lifecycle.idempotency import LookupSchedule, create_once
from aoai.azure.lifecycle.parallel_upload import Meter, UploadOptions, upload_in_parts
from aoai.errors import AoaiError, NotFound


def upload_file(
    files: FilesClient,
    path: Path,
    filename: str,
    *,
    sha256: str,
    when_found: Callable[[File], None] | None = None,
    sending: UploadOptions | None = None,
    schedule: LookupSchedule | None = None,
) -> File:
    """Upload a training file once, or adopt the one that an earlier run uploaded.

    What the service could not read of an earlier run is deleted. Of two runs at once, one adopts
    what the other has uploaded.

    Args:
        files: the account's files.
        path: the local file.
        filename: the name on the wire; it must carry the content's hash and the owner.
        sha256: the digest that was checked.
        when_found: called if nothing is uploaded, with the file that is adopted.
        sending: how it is sent; a large file goes by parts.
        schedule: how long to look before repeating.

    Raises:
        DatasetError: the local file cannot be read, or is not the one that was checked.
        ResponseUnknown: it may have been uploaded, and looking failed too. Run again.
        ApiError: the service refused it.
    """
    size = _size(path)
    sending = sending or UploadOptions()
    schedule = schedule or LookupSchedule.from_environment()
    wanted = _Wanted(files, filename, size, when_found)

    def make() -> File:
        return files.create_file(
            path,
            filename,
            sha256=sha256,
            before_send=sending.before_send,
            on_read=Meter(size, sending.progress).add,
        )

    def make_in_parts() -> File:
        with LocalFile(path, sha256) as file:
            uploads = UploadsClient(files.transport)
            return upload_in_parts(uploads, file, filename, wanted.look, sending, schedule)

    if size > sending.large:
        return wanted.bring_in(make_in_parts)
    return wanted.bring_in(lambda: wanted.create_once(make, schedule))


def import_file(
    files: FilesClient,
    filename: str,
    signed: Callable[[], SignedUrl],
    *,
    before_send: Callable[[], None] | None = None,
    when_found: Callable[[File], None] | None = None,
    schedule: LookupSchedule | None = None,
) -> File:
    """Let the service fetch a file once, or adopt the one that an earlier run let it fetch.

    Args:
        files: the account's files.
        filename: the name on the wire; it must carry the owner, and a hash of URL and version.
        signed: gives the URL to fetch from; called only if there is something to fetch.
        before_send: called before each try; raise in it to stop.
        when_found: called if nothing is imported, with the file that is adopted.
        schedule: how long to look before repeating.

    Raises:
        ConfigurationError: whatever ``signed`` raises.
        ResponseUnknown: it may have been imported, and looking failed too. Run again.
        ApiError: the service refused it.
    """
    wanted = _Wanted(files, filename, when_found=when_found)

    def make() -> File:
        return files.import_file(filename, signed(), before_send=before_send)

    return wanted.bring_in(
        lambda: wanted.create_once(make, schedule or LookupSchedule.from_environment())
    )


def _size(path: Path) -> int:
    """Bytes; 0 if unknown: then it cannot be opened either, and that error gives the reason."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


@dataclass(frozen=True)
class _Wanted:
    """A file that every run recognises by its name and size; while it is imported it has none."""

    files: FilesClient
    filename: str
    size: int | None = None
    when_found: Callable[[File], None] | None = None

    def bring_in(self, make: Callable[[], File]) -> File:
        """What an earlier run made, or else a new one; nothing else of this name is left."""
        listed = self.files.list_files()
        self._take_away_failed(listed)
        found = self._oldest(listed)
        if found and self.when_found:
            self.when_found(found)
        return found or self._agreed(make())

    def create_once(self, make: Callable[[], File], schedule: LookupSchedule) -> File:
        """Make it, and look before making it again."""
        return create_once(self.look, make, self.files.transport.retry_policy, schedule)

    def look(self) -> File | None:
        """The one that is good for training; the oldest, if there are more."""
        return self._oldest(self.files.list_files())

    def _oldest(self, listed: list[File]) -> File | None:
        ours = (
            file
            for file in listed
            if file.filename == self.filename
            and file.is_usable
            and (self.size is None or file.bytes in (None, self.size))
        )
        return min(ours, key=_age, default=None)

    def _agreed(self, made: File) -> File:
        """Of what two runs at once have made, both take the older; the younger is deleted.

        Times are in seconds: of two files of the same second both may stay, and the next run takes
        one of them.
        """
        try:
            first = self.look()
        except AoaiError:
            return made
        # The order is the same for both, whatever the list does not show yet: one file stays.
        if first is None or _age(first) >= _age(made):
            return made
        self._delete(made)
        return first

    def _take_away_failed(self, listed: list[File]) -> None:
        """Delete what the service could not read after an earlier run had ended."""
        for file in listed:
            if file.filename == self.filename and file.status == "error":
                self._delete(file)

    def _delete(self, file: File) -> None:
        with contextlib.suppress(AoaiError):
            self.files.delete_file(file.id)


def _age(file: File) -> tuple[int, str]:
    return file.created_at, file.id


def find_file(clients: AccountClients, file_id: str) -> File | None:
    """A file from the account's list, else by its id; None if it is gone.

    Raises:
        ConfigurationError: the endpoint is not that of the account, which is still there.
    """
    try:
        listed = (file for file in clients.inventory.files() if file.id == file_id)
        file = next(listed, None) or clients.files.get_file(file_id)
    except NotFound:
        require_endpoint(clients)
        return None
    return None if file.is_gone else file


def remove_file(clients: AccountClients, file_id: str) -> None:
    """Delete a file; it is no error if it is gone, but for one that was asked for elsewhere.

    Raises:
        ConfigurationError: the endpoint is not that of the account, which is still there.
    """
    if not clients.files.delete_file(file_id):
        require_endpoint(clients)
