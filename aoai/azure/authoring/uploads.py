"""Uploads of an account: a large file in parts (data plane, the classic surface only).

An upload expires after two hours. There is no call that lists or reads one: without its id it can
only be left to expire. It costs nothing, and no part of it is a file before it is completed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aoai.azure import api_versions
from aoai.azure.authoring.files import File
from aoai.azure.http.fields import Json, mapping, text
from aoai.azure.http.multipart import FormBody, checked_name
from aoai.azure.http.retrying import Attempts
from aoai.azure.http.transport import Repeat, Transport
from aoai.azure.http.urls import segment
from aoai.errors import ApiError, Conflict, InvalidRequest, NotFound, ResponseUnknown

PART_BUDGET = 600.0
"""Seconds for one part with all its attempts: 64 MB take minutes where the network is slow."""

_CANCEL_BUDGET = 15.0  # seconds; what is not cancelled expires by itself
_ENDED = frozenset({"unexpectedentitystate", "itemdoesalreadyexist"})


@dataclass(frozen=True)
class Upload:
    """An upload as the service describes it.

    Attributes:
        id: ``upload_…`` or ``upload-…``.
        status: pending, completed, cancelled, expired, or something newer.
        file: what it became, once it is completed.
    """

    id: str
    status: str = ""
    file: File | None = None

    @classmethod
    def parse(cls, data: Json) -> Upload:
        """Read what the service sent; absent and null fields are the same."""
        file = File.parse(mapping(data.get("file")))
        return cls(
            id=text(data.get("id")),
            status=text(data.get("status")).lower(),
            file=file if file.id else None,
        )


@dataclass(frozen=True)
class Part:
    """A part that was taken: its id, and the id of the block that it became, if it is named."""

    id: str
    block: str = ""


class UploadsClient:
    """Begins, feeds, completes and cancels the uploads of one account.

    Every method raises what ``Transport.request`` raises.
    """

    def __init__(self, transport: Transport, api_version: str = api_versions.FILES) -> None:
        self._transport = transport
        self._part_transport = transport.within(PART_BUDGET)
        self._cancel_transport = transport.within(_CANCEL_BUDGET)
        self._params = {"api-version": api_version}

    @property
    def transport(self) -> Transport:
        """What the requests go through."""
        return self._transport

    def create_upload(
        self, filename: str, size: int, *, before_send: Callable[[], None] | None = None
    ) -> Upload:
        """Begin an upload of ``size`` bytes, purpose fine-tune.

        Sent again until it is answered: an upload whose answer was lost stays empty and expires.
        """
        body = {
            "purpose": "fine-tune",
            "filename": checked_name(filename),
            "bytes": size,
            "mime_type": "application/jsonl",
        }
        return Upload(text(self._ask(self._transport, "/uploads", body, before_send).get("id")))

    def add_part(
        self, upload_id: str, body: FormBody, *, before_send: Callable[[], None] | None = None
    ) -> Part:
        """Send a part.

        Sent again until it is answered: a part that was taken and is not named at the end is left
        out of the file.
        """
        path = f"/uploads/{segment(upload_id)}/parts"
        answer = self._ask(self._part_transport, path, body, before_send)
        return Part(text(answer.get("id")), text(answer.get("azure_block_id")))

    def complete_upload(
        self,
        upload_id: str,
        parts: list[Part],
        *,
        before_send: Callable[[], None] | None = None,
    ) -> File:
        """Join the parts, in this order, to a file.

        Clients name them by their ids, the example of the specification by their blocks. It is not
        known which of them Azure wants, so what is refused in the one form is asked in the other.

        Raises:
            ResponseUnknown: it may have been done; look for the file.
        """
        try:
            return self._complete(upload_id, [part.id for part in parts], before_send)
        except InvalidRequest as refused:
            if has_ended(refused) or not all(part.block for part in parts):
                raise
        return self._complete(upload_id, [part.block for part in parts], before_send)

    def _complete(
        self, upload_id: str, part_ids: list[str], before_send: Callable[[], None] | None
    ) -> File:
        path = f"/uploads/{segment(upload_id)}/complete"
        response = self._transport.request(
            "POST",
            path,
            params=self._params,
            body={"part_ids": part_ids},
            before_send=before_send,
        )
        file = Upload.parse(response.data).file
        if file is None:
            msg = f"POST {path} of {self._transport.label}: the answer has no file id."
            raise ResponseUnknown(msg)
        return file

    def cancel_upload(self, upload_id: str) -> None:
        """Give an upload up, with the parts that it has; tried for some seconds only."""
        path = f"/uploads/{segment(upload_id)}/cancel"
        self._cancel_transport.request("POST", path, params=self._params, repeat=Repeat.ALWAYS)

    def _ask(
        self,
        transport: Transport,
        path: str,
        body: FormBody | Json,
        before_send: Callable[[], None] | None,
    ) -> Json:
        """Post until the answer names an id: posting twice does no harm.

        A conflict passes, unless it is that the upload has ended.
        """
        attempts = Attempts(transport.retry_policy)
        while True:
            try:
                response = transport.request(
                    "POST",
                    path,
                    params=self._params,
                    body=body,
                    repeat=Repeat.ALWAYS,
                    before_send=before_send,
                )
            except Conflict as error:
                if has_ended(error) or not attempts.wait(error.retry_after):
                    raise
                continue
            if text(response.data.get("id")):
                return response.data
            if not attempts.wait(None):
                what = f"POST {path} of {transport.label}"
                raise ResponseUnknown(f"{what}: the answer has no id. {response.request_id}")


def has_ended(error: ApiError) -> bool:
    """Whether a refusal means that the upload has ended: expired, completed or cancelled."""
    return isinstance(error, NotFound) or error.code.lower() in _ENDED
