"""GitHub's REST API, version 2022-11-28, as far as a pipeline asks of it."""

from __future__ import annotations

from typing import Any

from tests.ci.site import Answer, Call, Refused, Site

REPOSITORY = "contoso/models"
BOT = "github-actions[bot]"
LONGEST = 65_536


class GitHubSite(Site):
    """One repository with pull requests and issues; the token is a workflow's."""

    def __init__(self) -> None:
        super().__init__()
        self.comments: list[dict[str, Any]] = []
        self.labels: set[str] = set()
        self.issues: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        root = f"/repos/{REPOSITORY}"
        self.route("GET", "/user", self._user)
        self.route("GET", f"{root}/pulls", self._pulls)
        self.route("GET", f"{root}/issues/7/comments", self._list)
        self.route("POST", rf"{root}/issues/(\d+)/comments", self._create)
        self.route("PATCH", rf"{root}/issues/comments/(\d+)", self._edit)
        self.route("GET", f"{root}/issues/7/labels", self._labels)
        self.route("POST", f"{root}/issues/7/labels", self._add)
        self.route("DELETE", f"{root}/issues/7/labels/([^/]+)", self._remove)
        self.route("GET", f"{root}/issues", self._issues)
        self.route("POST", f"{root}/issues", self._open)
        self.route("PATCH", rf"{root}/issues/(\d+)", self._change)

    def allow(self, call: Call) -> None:
        if call.headers.get("Authorization") != "Bearer ghs_token":
            raise Refused(401, "Bad credentials")
        if call.headers.get("X-GitHub-Api-Version") != "2022-11-28":
            raise Refused(400, "no such version")
        if not call.headers.get("User-Agent"):
            raise Refused(403, "Request forbidden by administrative rules")

    def add_comment(self, body: str, login: str = BOT) -> dict[str, Any]:
        number = len(self.comments) + 1
        url = f"https://github.example/{REPOSITORY}/pull/7#issuecomment-{number}"
        comment = {"id": number, "body": body, "user": {"login": login}, "html_url": url}
        self.comments.append(comment)
        return comment

    def _user(self, _call: Call) -> Answer:
        raise Refused(403, "Resource not accessible by integration")

    def _pulls(self, call: Call) -> Answer:
        call.asks("state", "head", "per_page", "page")
        found = [p for p in self.pulls if p["head"]["label"] == call.query["head"]]
        return self.paged(call, found, 30)

    def _list(self, call: Call) -> Answer:
        call.asks("per_page", "page", "since")
        return self.paged(call, self.comments, 30)

    def _create(self, call: Call, number: str) -> Answer:
        body = _text(call.only("body")["body"])
        if number != "7":
            return Answer(201, {"id": 99, "html_url": f"#{number}"})
        return Answer(201, self.add_comment(body))

    def _edit(self, call: Call, number: str) -> Answer:
        comment = next((c for c in self.comments if c["id"] == int(number)), None)
        if comment is None:
            raise Refused(404, "Not Found")
        if comment["user"]["login"] != BOT:
            raise Refused(403, "Resource not accessible by integration")
        comment["body"] = _text(call.only("body")["body"])
        return Answer(200, comment)

    def _labels(self, call: Call) -> Answer:
        call.asks("per_page", "page")
        return self.paged(call, [{"name": name} for name in sorted(self.labels)], 30)

    def _add(self, call: Call) -> Answer:
        self.labels |= set(call.only("labels")["labels"])
        return Answer(200, [{"name": name} for name in sorted(self.labels)])

    def _remove(self, _call: Call, name: str) -> Answer:
        if name not in self.labels:
            raise Refused(404, "Label does not exist")
        self.labels.remove(name)
        return Answer(200, [])

    def _issues(self, call: Call) -> Answer:
        call.asks("state", "labels", "direction", "per_page", "page", "creator")
        wanted = call.query["labels"]
        found = [i for i in self.issues if wanted in i["labels"] and i["state"] == "open"]
        return self.paged(call, found, 30)

    def _open(self, call: Call) -> Answer:
        wanted = call.only("title", "body", "labels")
        _text(wanted["body"])
        return Answer(201, self.add_issue(**wanted))

    def add_issue(self, title: str, body: str, labels: list[str], login: str = BOT) -> Any:
        number = 100 + len(self.issues)
        issue = {"number": number, "title": title, "body": body, "labels": labels}
        self.issues.append({**issue, "state": "open", "user": {"login": login}})
        return self.issues[-1]

    def _change(self, call: Call, number: str) -> Answer:
        change = call.only("title", "body", "state", "state_reason")
        issue = next(i for i in self.issues if i["number"] == int(number))
        issue.update(change)
        return Answer(200, issue)


def _text(body: str) -> str:
    if not body:
        raise Refused(422, "Body cannot be blank")
    if len(body) > LONGEST:
        raise Refused(422, f"Body is too long (maximum is {LONGEST} characters)")
    return body
