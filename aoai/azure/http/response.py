"""An answer of the service that means success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aoai.azure.http.fields import Json
from aoai.azure.http.refusals import request_id_of
from aoai.azure.http.retrying import http_date, retry_after


@dataclass(frozen=True)
class Response:
    """An answer, read to its end.

    Attributes:
        data: its JSON object, empty if there is no body or it was asked for as a file.
        content: the bytes of a file that was asked for.
    """

    status: int
    headers: Mapping[str, str]
    data: Json
    content: bytes = b""

    @property
    def request_id(self) -> str:
        """The id by which the service's support finds the request."""
        return request_id_of(self.headers)

    @property
    def retry_after(self) -> float | None:
        """Seconds that the service asks to wait."""
        return retry_after(self.headers)

    @property
    def date(self) -> datetime | None:
        """The service's own clock when it answered."""
        return http_date(self.headers.get("Date", ""))
