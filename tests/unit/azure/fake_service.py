"""A data plane that keeps files and jobs, does the work, and then fails as told."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from tests.unit.azure.helpers import Answer, Request

_FILENAME = re.compile(rb'filename="([^"]*)"')


@dataclass
class Fault:
    """How one POST ends: with this answer, before or after the work is done."""

    answer: Answer
    committed: bool


@dataclass
class FakeDataPlane:
    """Use ``route`` as a fault server's route.

    Attributes:
        faults: how the next POSTs end; then they succeed.
        lag: how many lists after a commit do not show what was made yet.
    """

    faults: list[Fault] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    lists: list[Answer] = field(default_factory=list)
    lag: int = 0
    posts: int = 0
    page_size: int = 100
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def route(self, request: Request) -> Answer:
        collection = self.files if request.path.startswith("/files") else self.jobs
        if request.method == "POST":
            return self._post(request, collection)
        if request.method == "DELETE":
            collection[:] = [x for x in collection if x["id"] != request.path.split("/")[-1]]
            return Answer(204)
        if self.lists:
            return self.lists.pop(0)
        return self._list(request, collection)

    def _post(self, request: Request, collection: list[dict[str, Any]]) -> Answer:
        self.posts += 1
        fault = self.faults.pop(0) if self.faults else None
        if fault and not fault.committed:
            return fault.answer
        made = self._made(request)
        collection.append(made)
        return fault.answer if fault else Answer(201, made)

    def _made(self, request: Request) -> dict[str, Any]:
        number = next(self._numbers)
        base = {"id": f"x-{number}", "status": "pending", "created_at": number}
        if request.path.startswith("/files"):
            name = _FILENAME.search(request.body)
            assert name
            content = request.body.split(b"\r\n\r\n")[2].rsplit(b"\r\n--", 1)[0]
            return {**base, "filename": name[1].decode(), "bytes": len(content)}
        return {**base, **request.json()}

    def _list(self, request: Request, collection: list[dict[str, Any]]) -> Answer:
        newest_first = sorted(collection, key=lambda x: -x["created_at"])
        if self.posts and self.lag:
            self.lag -= 1
            newest_first = []
        after = request.query.get("after")
        ids = [x["id"] for x in newest_first]
        start = ids.index(after) + 1 if after else 0
        page = newest_first[start : start + self.page_size]
        more = start + self.page_size < len(newest_first)
        return Answer(body={"object": "list", "data": page, "has_more": more})
