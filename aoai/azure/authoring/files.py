"""Files of an account, through the Files API of the data plane."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aoai.azure import api_versions
from aoai.azure.authoring.content_url import SignedUrl
from aoai.azure.http.body import BytesBody
from aoai.azure.http.fields import Json, integer, text
from aoai.azure.http.local_file import LocalFile
from aoai.azure.http.multipart import checked_name, file_body
from aoai.azure.http.paging import every
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Repeat, Transport
from aoai.azure.http.urls import segment
from aoai.errors import Conflict, NotFound, ResponseUnknown

_IN_USE = (
    "It can be deleted once no job reads it: wait until the job ends, or cancel it, and run again."
)
_GONE = frozenset({"deleting", "deleted"})


@dataclass(frozen=True)
class File:
    """A file as the service describes it.

    Attributes:
        id: ``file-…``.
        filename: the name that it was uploaded under; names are not unique.
        bytes: its size, or None while an import has not read it yet.
        status: pending, running, processed, error, deleting, deleted, or something newer.
        purpose: ``fine-tune`` for training data.
        created_at: seconds since 1970, 0 if the service does not say.
        status_details: why it has failed, if it has, in the service's words: redact them to show.
    """

    id: str
    filename: str
    bytes: int | None = None
    status: str = ""
    purpose: str = ""
    created_at: int = 0
    status_details: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether it is, or may yet become, good for training."""
        return self.status != "error" and not self.is_gone

    @property
    def is_gone(self) -> bool:
        """Whether it is deleted, even if the service still describes it."""
        return self.status in _GONE

    @property
    def is_processed(self) -> bool:
        """Whether a job may name it."""
        return self.status == "processed"

    @classmethod
    def parse(cls, data: Json) -> File:
        """Read what the service sent; absent and null fields are the same."""
        return cls(
            id=text(data.get("id")),
            filename=text(data.get("filename")),
            bytes=integer(data.get("bytes")),
            status=text(data.get("status")).lower(),
            purpose=text(data.get("purpose")),
            created_at=integer(data.get("created_at")) or 0,
            status_details=text(data.get("status_details")),
        )


class FilesClient:
    """Uploads, lists and deletes the files of one account.

    Every method raises what ``Transport.request`` raises.
    """

    def __init__(self, transport: Transport, api_version: str = api_versions.FILES) -> None:
        self._transport = transport
        self._params = {"api-version": api_version}

    @property
    def transport(self) -> Transport:
        """What the requests go through."""
        return self._transport

    def create_file(
        self,
        path: Path,
        filename: str,
        *,
        sha256: str,
        before_send: Callable[[], None] | None = None,
        on_read: Callable[[int], None] = lambda _: None,
    ) -> File:
        """Upload a training file, in bounded memory.

        Prefer ``lifecycle.training_file.upload_file``, which uploads it once.

        Args:
            path: the local file.
            filename: the name on the wire.
            sha256: the digest that was checked; a file of another content is not published.
            before_send: called before each attempt; what it raises ends the upload.
            on_read: called with the bytes read since its last call; negative when an attempt fails.

        Raises:
            DatasetError: the file cannot be read, or its content is not the one that was checked.
            ResponseUnknown: it may have been uploaded; look for it.
            Throttled: later; look for it before repeating all the same.
        """
        with LocalFile(path, sha256) as file:
            response = self._transport.request(
                "POST",
                "/files",
                params=self._params,
                body=file_body(file, filename, on_read),
                before_send=before_send,
                repeat=Repeat.UNSENT,
            )
        return self._read(response, f"POST /files of {self._transport.label}")

    def import_file(
        self,
        filename: str,
        source: SignedUrl,
        *,
        before_send: Callable[[], None] | None = None,
    ) -> File:
        """Let the service fetch a file with GET. Prefer ``lifecycle.training_file.import_file``.

        The file is there at once, pending and of no known size; whether the URL could be read shows
        in its status later.

        Args:
            filename: the name on the wire.
            source: where the service fetches it from. Its query is in this one request only.
            before_send: called before each attempt; what it raises ends the import.

        Raises:
            ResponseUnknown: it may have been imported; look for it.
            Throttled: later; look for it before repeating all the same.
        """
        asked = {
            "purpose": "fine-tune",
            "filename": checked_name(filename),
            "content_url": source.url,
        }
        response = self._transport.request(
            "POST",
            "/files/import",
            params=self._params,
            body=BytesBody(json.dumps(asked).encode(), secrets=source.secrets),
            repeat=Repeat.UNSENT,
            before_send=before_send,
        )
        return self._read(response, f"POST /files/import of {self._transport.label}")

    def get_file(self, file_id: str) -> File:
        """One file.

        Raises:
            NotFound: there is none of that id.
        """
        path = f"/files/{segment(file_id)}"
        response = self._transport.request("GET", path, params=self._params)
        return self._read(response, f"GET {path} of {self._transport.label}")

    def get_content(self, file_id: str) -> bytes:
        """The bytes of a file, such as a job's ``results.csv``; at most 16 MiB.

        Raises:
            NotFound: there is none of that id, or the service has not written it yet.
        """
        path = f"/files/{segment(file_id)}/content"
        return self._transport.request("GET", path, params=self._params, as_file=True).content

    def list_files(self, purpose: str = "fine-tune") -> list[File]:
        """All files of a purpose."""
        params = {**self._params, "purpose": purpose}
        return [File.parse(data) for data in every(self._transport, "/files", params)]

    def delete_file(self, file_id: str) -> bool:
        """Delete a file; one that is gone already is no error.

        Returns:
            Whether it was there.

        Raises:
            Conflict: a job that has not ended reads it.
        """
        path = f"/files/{segment(file_id)}"
        try:
            response = self._transport.request("DELETE", path, params=self._params)
        except NotFound:
            return False
        except Conflict as error:
            raise error.advising(_IN_USE) from None
        return response.data.get("deleted") is not False

    def _read(self, response: Response, what: str) -> File:
        file = File.parse(response.data)
        if not file.id:
            msg = f"{what}: the answer has no file id. {response.request_id}".rstrip()
            raise ResponseUnknown(msg)
        return file
