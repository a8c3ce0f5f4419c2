"""GitLab, on gitlab.com and self-managed: REST API version 4.

The token of a job may not write notes: an access token of the project with the scope ``api`` and
the role Reporter is needed, as the variable ``GITLAB_TOKEN``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.hosts.api import Api
from aoai.cli.ci.hosts.host import Posted, inside, needed

LIMIT = 1_000_000
"""Characters of a note (GitLab's application limits)."""
_PAGE = {"per_page": "100"}


class GitLab:
    """A project on GitLab, and the job that asks.

    Args:
        environment: as GitLab CI sets it, with ``GITLAB_TOKEN``.
        project: id of the project.
    """

    def __init__(self, environment: Mapping[str, str], project: str) -> None:
        token = needed(
            environment,
            "GITLAB_TOKEN",
            "make an access token of the project with the scope `api` and the role Reporter, and "
            "store it as a masked variable; the token of a job may not write comments",
        )
        self.root = f"/projects/{quote(project, safe='')}"
        self._environment = environment
        self._user: int | None = None
        self.api = Api(
            "GitLab",
            needed(environment, "CI_API_V4_URL", "GitLab CI sets it"),
            {"PRIVATE-TOKEN": token, "User-Agent": "aoai-finetune"},
            "GITLAB_TOKEN needs the scope `api` and the role Reporter in the project.",
        )

    def posted(self, entry: Mapping[str, Any], number: str, body: str) -> Posted:
        """A note or an issue of an answer."""
        if self._user is None:
            self._user = self.api.call("GET", "/user")["id"]
        own = (entry.get("author") or {}).get("id") == self._user
        return Posted(number, entry.get(body) or "", own, entry.get("web_url") or "")

    def place(self) -> Place:
        """Where a text is shown."""
        get = self._environment.get
        project, commit = get("CI_PROJECT_URL", ""), get("CI_COMMIT_SHA", "")

        def link(path: str, line: int) -> str:
            if not project or not commit or not inside(path):
                return ""
            return f"{project}/-/blob/{commit}/{quote(path)}" + (f"#L{line}" if line else "")

        return Place(
            limit=LIMIT,
            alerts=True,
            host="GitLab",
            run_url=get("CI_PIPELINE_URL", ""),
            commit=commit,
            moment=datetime.now(UTC),
            file_link=link,
        )


class GitLabMergeRequest:
    """The merge request that a pipeline was started for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        why = "GitLab sets it in pipelines of merge requests; add `rules` for them to the job"
        number = needed(environment, "CI_MERGE_REQUEST_IID", why)
        # In a pipeline of a fork, CI_PROJECT_ID is the fork's.
        self._site = GitLab(environment, needed(environment, "CI_MERGE_REQUEST_PROJECT_ID", why))
        self._path = f"{self._site.root}/merge_requests/{number}"
        self.place = self._site.place()

    def comments(self) -> Iterator[Posted]:
        """All notes of people, through all pages."""
        query = {"sort": "asc", "order_by": "created_at", **_PAGE}
        for entry in self._site.api.pages(f"{self._path}/notes", query):
            if not entry.get("system"):
                yield self._site.posted(entry, str(entry["id"]), "body")

    def create(self, body: str) -> Posted:
        """Write a note."""
        made = self._site.api.call("POST", f"{self._path}/notes", {"body": body})
        return Posted(str(made["id"]), body, True)

    def edit(self, comment: Posted, body: str) -> None:
        """Overwrite a note."""
        self._site.api.call("PUT", f"{self._path}/notes/{comment.id}", {"body": body})

    def labels(self) -> set[str]:
        """Its labels."""
        return set(self._site.api.call("GET", self._path)["labels"])

    def set_labels(self, add: set[str], remove: set[str]) -> None:
        """Add labels, which GitLab makes if they are new, and take others away."""
        changes = {"add_labels": ",".join(sorted(add)), "remove_labels": ",".join(sorted(remove))}
        wanted = {name: value for name, value in changes.items() if value}
        self._site.api.call("PUT", self._path, wanted)


class GitLabIssues:
    """The issues of the project of a pipeline."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._site = GitLab(environment, needed(environment, "CI_PROJECT_ID", "GitLab CI sets it"))
        self._path = f"{self._site.root}/issues"
        self.place = self._site.place()

    def open_issues(self, label: str) -> Iterator[Posted]:
        """Open issues with a label."""
        query = {"state": "opened", "labels": label, "sort": "asc", **_PAGE}
        for entry in self._site.api.pages(self._path, query):
            yield self._site.posted(entry, str(entry["iid"]), "description")

    def create(self, title: str, body: str, label: str) -> Posted:
        """Open an issue."""
        wanted = {"title": title, "description": body, "labels": label}
        made = self._site.api.call("POST", self._path, wanted)
        return Posted(str(made["iid"]), body, True, made.get("web_url") or "")

    def edit(self, issue: Posted, title: str, body: str) -> None:
        """Overwrite an issue."""
        wanted = {"title": title, "description": body}
        self._site.api.call("PUT", f"{self._path}/{issue.id}", wanted)

    def comment(self, issue: Posted, text: str) -> None:
        """Write a note on an issue."""
        self._site.api.call("POST", f"{self._path}/{issue.id}/notes", {"body": text})

    def close(self, issue: Posted) -> None:
        """Close an issue."""
        self._site.api.call("PUT", f"{self._path}/{issue.id}", {"state_event": "close"})
