"""GitLab's REST API, version 4, as far as a pipeline asks of it."""

from __future__ import annotations

from typing import Any

from tests.ci.site import Answer, Call, Refused, Site

BOT = 4242


class GitLabSite(Site):
    """One project with a merge request and issues; the token is the project's."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[dict[str, Any]] = []
        self.labels: set[str] = set()
        self.issues: list[dict[str, Any]] = []
        request = "/projects/11/merge_requests/7"
        self.route("GET", "/user", lambda _call: Answer(200, {"id": BOT, "username": "bot"}))
        self.route("GET", f"{request}/notes", self._list)
        self.route("POST", f"{request}/notes", self._create)
        self.route("PUT", rf"{request}/notes/(\d+)", self._edit)
        self.route("GET", request, lambda _call: Answer(200, {"labels": sorted(self.labels)}))
        self.route("PUT", request, self._change)
        self.route("GET", "/projects/11/issues", self._issues)
        self.route("POST", "/projects/11/issues", self._open)
        self.route("PUT", r"/projects/11/issues/(\d+)", self._change_issue)
        self.route("POST", r"/projects/11/issues/(\d+)/notes", self._note)

    def allow(self, call: Call) -> None:
        if call.headers.get("PRIVATE-TOKEN") != "glpat-token":
            raise Refused(401, "401 Unauthorized")

    def add_note(self, body: str, author: int = BOT, system: bool = False) -> dict[str, Any]:
        number = len(self.notes) + 1
        note = {"id": number, "body": body, "author": {"id": author}, "system": system}
        self.notes.append(note)
        return note

    def _list(self, call: Call) -> Answer:
        call.asks("sort", "order_by", "per_page", "page")
        return self.paged(call, self.notes, 20)

    def _create(self, call: Call) -> Answer:
        body = call.only("body", "internal", "created_at")["body"]
        if len(body) > 1_000_000:
            raise Refused(400, "note is too long (maximum is 1000000 characters)")
        return Answer(201, self.add_note(body))

    def _edit(self, call: Call, number: str) -> Answer:
        note = self.notes[int(number) - 1]
        if note["author"]["id"] != BOT:
            raise Refused(403, "403 Forbidden")
        note["body"] = call.only("body")["body"]
        return Answer(200, note)

    def _change(self, call: Call) -> Answer:
        change = call.only("add_labels", "remove_labels", "labels", "title", "description")
        if not change:
            raise Refused(400, "at least one parameter must be provided")
        self.labels |= set(filter(None, change.get("add_labels", "").split(",")))
        self.labels -= set(change.get("remove_labels", "").split(","))
        return Answer(200, {"labels": sorted(self.labels)})

    def _issues(self, call: Call) -> Answer:
        call.asks("state", "labels", "sort", "per_page", "page")
        found = [i for i in self.issues if i["state"] == "opened"]
        return self.paged(call, [i for i in found if call.query["labels"] in i["labels"]], 20)

    def _open(self, call: Call) -> Answer:
        wanted = call.only("title", "description", "labels")
        issue = {"iid": len(self.issues) + 1, **wanted, "state": "opened", "author": {"id": BOT}}
        self.issues.append(issue)
        return Answer(201, issue)

    def _change_issue(self, call: Call, number: str) -> Answer:
        change = dict(call.only("title", "description", "state_event"))
        issue = self.issues[int(number) - 1]
        if change.pop("state_event", None) == "close":
            issue["state"] = "closed"
        issue.update(change)
        return Answer(200, issue)

    def _note(self, call: Call, _number: str) -> Answer:
        return Answer(201, {"id": 1, "body": call.only("body")["body"]})
