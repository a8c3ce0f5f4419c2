"""A data plane that keeps uploads, parts and files, does the work, and then fails as told."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.unit.azure.helpers import Answer, Request

_ENDED = {"error": {"code": "unexpectedEntityState", "message": "The upload is over."}}


@dataclass
class FakeUpload:
    """One upload: its parts by id, whether or not anybody names them at the end."""

    id: str
    asked: dict[str, Any]
    parts: dict[str, bytes] = field(default_factory=dict)
    status: str = "pending"


@dataclass
class FakeUploads:
    """Use ``route`` as a fault server's route.

    Attributes:
        faults: by the last word of a path (uploads, parts, complete, cancel): answers for the next
            requests, and whether the work is done first.
        lag: how many lists do not show the file yet.
        on_part: called with each part's bytes before it is taken.
    """

    uploads: list[FakeUpload] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    listed: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, list[tuple[Answer, bool]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    lag: int = 0
    on_part: Callable[[bytes], None] = lambda _: None
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _guard: Any = field(default_factory=threading.Lock)

    def route(self, request: Request) -> Answer:
        with self._guard:
            word = request.path.split("/")[-1]
            if request.method == "GET":
                return self._list()
            self.calls.append(word)
            waiting = self.faults.get(word, [])
            fault, done = waiting.pop(0) if waiting else (None, True)
            answer = self._do(word, request) if done else Answer()
            return fault or answer

    def _do(self, word: str, request: Request) -> Answer:
        if word == "uploads":
            made = FakeUpload(f"upload-{next(self._numbers)}", request.json())
            self.uploads.append(made)
            return Answer(200, {"id": made.id, "status": "pending"})
        name = request.path.split("/")[2]
        upload = next((each for each in self.uploads if each.id == name), None)
        if upload is None:
            return Answer(404, {"error": {"code": "notFound", "message": "no such upload"}})
        if upload.status != "pending":
            return Answer(400, _ENDED)
        if word == "parts":
            return self._part(upload, request.body)
        if word == "cancel":
            upload.status = "cancelled"
            return Answer(200, {"id": upload.id, "status": "cancelled"})
        return self._complete(upload, request.json()["part_ids"])

    def _part(self, upload: FakeUpload, body: bytes) -> Answer:
        content = body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]
        self.on_part(content)
        name = f"uplprt-{next(self._numbers)}"
        upload.parts[name] = content
        return Answer(200, {"object": "upload.part", "id": name, "upload_id": upload.id})

    def _complete(self, upload: FakeUpload, part_ids: list[str]) -> Answer:
        content = b"".join(upload.parts[name] for name in part_ids)
        if len(content) != upload.asked["bytes"]:
            return Answer(400, {"error": {"code": "invalidPayload", "message": "another size"}})
        upload.status = "completed"
        name = f"file-{next(self._numbers)}"
        self.files[name] = content
        file = {"id": name, "filename": upload.asked["filename"], "bytes": len(content)}
        self.listed.append({**file, "status": "processed", "created_at": next(self._numbers)})
        return Answer(200, {"id": upload.id, "status": "completed", "file": self.listed[-1]})

    def _list(self) -> Answer:
        hidden = self.lag > 0 and bool(self.listed)
        self.lag -= hidden
        return Answer(body={"object": "list", "data": [] if hidden else self.listed})
