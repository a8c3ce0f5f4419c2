"""Azure DevOps' REST API, version 7.1, as far as a pipeline asks of it."""

from __future__ import annotations

from typing import Any

from tests.ci.site import Answer, Call, Refused, Site

BUILD_SERVICE = "b1b1b1b1-0000-4000-8000-00000000000b"
REQUEST = "/models/_apis/git/repositories/repo-id/pullRequests/7"


class AzureDevOpsSite(Site):
    """One repository with a pull request; the token is the build service's."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[dict[str, Any]] = []
        self.labels: dict[str, str] = {}
        self.route("GET", "/_apis/connectionData", self._me)
        self.route("GET", f"{REQUEST}/threads", self._list)
        self.route("POST", f"{REQUEST}/threads", self._create)
        self.route("PATCH", rf"{REQUEST}/threads/(\d+)/comments/(\d+)", self._edit)
        self.route("GET", f"{REQUEST}/labels", self._labels)
        self.route("POST", f"{REQUEST}/labels", self._add)
        self.route("DELETE", f"{REQUEST}/labels/([^/]+)", self._remove)

    def allow(self, call: Call) -> None:
        if call.headers.get("Authorization") != "Bearer job-token":
            raise Refused(401, "TF400813: The user is not authorized")
        if not call.query.get("api-version", "").startswith("7.1"):
            raise Refused(400, "No api-version was supplied")

    def add_thread(self, content: str, author: str = BUILD_SERVICE) -> dict[str, Any]:
        comment = {"id": 1, "content": content, "commentType": "text", "author": {"id": author}}
        thread = {"id": len(self.threads) + 1, "comments": [comment]}
        self.threads.append(thread)
        return thread

    def _me(self, _call: Call) -> Answer:
        return Answer(200, {"authenticatedUser": {"id": BUILD_SERVICE}})

    def _list(self, call: Call) -> Answer:
        call.asks("api-version")
        return Answer(200, {"value": self.threads, "count": len(self.threads)})

    def _create(self, call: Call) -> Answer:
        wanted = call.only("comments", "status", "threadContext", "properties")
        (comment,) = wanted["comments"]
        if set(comment) != {"parentCommentId", "content", "commentType"}:
            raise Refused(400, "not a comment")
        if len(comment["content"].encode("utf-16-le")) > 2 * 150_000:
            raise Refused(400, "The comment is longer than 150000 characters.")
        return Answer(200, self.add_thread(comment["content"]) | {"status": wanted["status"]})

    def _edit(self, call: Call, thread: str, comment: str) -> Answer:
        found = self.threads[int(thread) - 1]["comments"][int(comment) - 1]
        if found["author"]["id"] != BUILD_SERVICE:
            raise Refused(403, "TF401027: You need the Git 'EditComment' permission")
        found["content"] = call.only("content")["content"]
        return Answer(200, found)

    def _labels(self, _call: Call) -> Answer:
        entries = [{"id": number, "name": name} for name, number in self.labels.items()]
        return Answer(200, {"value": entries, "count": len(entries)})

    def _add(self, call: Call) -> Answer:
        name = call.only("name")["name"]
        self.labels[name] = f"label-{len(self.labels)}"
        return Answer(200, {"id": self.labels[name], "name": name})

    def _remove(self, _call: Call, label: str) -> Answer:
        found = next((n for n, i in self.labels.items() if label in {n, i}), None)
        if found is None:
            raise Refused(404, "no such label")
        del self.labels[found]
        return Answer(200)
