"""GitHub, and GitHub Enterprise Server: REST API version 2022-11-28.

A fork's run has no token that may write. Its summary is posted by a second workflow, started by
``workflow_run``: which pull request it is about follows from what GitHub says of the first run, not
from what that run has written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.hosts.api import Api
from aoai.cli.ci.hosts.host import Posted, inside, needed
from aoai.cli.terminal import print_note
from aoai.errors import ApiError, ConfigurationError

LIMIT = 65_536
"""Characters of a comment or an issue ("body is too long (maximum is 65536 characters)")."""
WORKFLOW_TOKEN = "github-actions[bot]"  # noqa: S105 - a login
"""Login behind the token of a workflow, which may not ask who it is."""
_PAGE = {"per_page": "100"}


class GitHub:
    """A repository on GitHub, and the run that asks.

    Args:
        environment: as GitHub Actions sets it, with ``GITHUB_TOKEN``.
        author: login behind the token, for a token of a GitHub App.
    """

    def __init__(self, environment: Mapping[str, str], author: str = "") -> None:
        why = "GitHub Actions sets it; for another run, set it yourself"
        token = needed(
            environment, "GITHUB_TOKEN", "give the step `GITHUB_TOKEN: ${{ github.token }}`"
        )
        self._repository = needed(environment, "GITHUB_REPOSITORY", why)
        self._environment = environment
        self._author = author
        self.api = Api(
            "GitHub",
            environment.get("GITHUB_API_URL") or "https://api.github.com",
            {
                "Authorization": f"Bearer {token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "aoai-finetune",
            },
            "The job needs `permissions: {pull-requests: write, issues: write}`; the token of a "
            "fork's run can never write.",
        )

    @property
    def root(self) -> str:
        """Path of the repository in the API."""
        return f"/repos/{self._repository}"

    def login(self) -> str:
        """The login behind the token."""
        if not self._author:
            try:
                self._author = self.api.call("GET", "/user")["login"]
            except ApiError as error:
                if error.status not in {401, 403}:
                    raise
                self._author = WORKFLOW_TOKEN
        return self._author

    def check_author(self, made: Mapping[str, Any]) -> None:
        """Warn if the next run would not find what this one has written."""
        author = (made.get("user") or {}).get("login")
        if author and author != self.login():
            print_note(
                f"GitHub names {author} as the author: add `--author {author}`, or the next run "
                "writes a second comment."
            )

    def event(self) -> Any:
        """What started the run."""
        path = needed(self._environment, "GITHUB_EVENT_PATH", "GitHub Actions sets it")
        try:
            return json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise ConfigurationError(
                f"{path}, which GITHUB_EVENT_PATH names, is no JSON."
            ) from None

    def place_of(self, repository: str, commit: str) -> Place:
        """Where a text about a commit of a repository is shown."""
        server = self._environment.get("GITHUB_SERVER_URL") or "https://github.com"
        run = self._environment.get("GITHUB_RUN_ID", "")

        def link(path: str, line: int) -> str:
            if not commit or not inside(path):
                return ""
            return f"{server}/{repository}/blob/{commit}/{quote(path)}" + (
                f"#L{line}" if line else ""
            )

        return Place(
            limit=LIMIT,
            alerts=True,
            host="GitHub",
            run_url=f"{server}/{self._repository}/actions/runs/{run}" if run else "",
            commit=commit,
            moment=datetime.now(UTC),
            file_link=link,
        )

    def posted(self, entry: Mapping[str, Any], number: str) -> Posted:
        """A comment or an issue of an answer."""
        own = (entry.get("user") or {}).get("login") == self.login()
        return Posted(number, entry.get("body") or "", own, entry.get("html_url") or "")


class GitHubPullRequest:
    """The pull request that a run was started for."""

    def __init__(self, environment: Mapping[str, str], author: str = "") -> None:
        self._site = GitHub(environment, author)
        self._number, head = self._find(self._site.event())
        repository = (head.get("repo") or {}).get("full_name") or ""
        self.place = self._site.place_of(repository, head.get("sha") or "")

    def _find(self, event: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        """Number and head of the pull request."""
        if found := event.get("pull_request"):
            return found["number"], found["head"]
        if run := event.get("workflow_run"):
            return self._of_run(run)
        raise ConfigurationError(
            "the run was started by no pull request: `aoai ci comment` is for workflows on "
            "`pull_request`, and on `workflow_run` after one."
        )

    def _of_run(self, run: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        # GitHub names no pull request for a run of a fork: it is found by its branch.
        owner = run["head_repository"]["owner"]["login"]
        query = {"state": "open", "head": f"{owner}:{run['head_branch']}", **_PAGE}
        for found in self._site.api.pages(f"{self._site.root}/pulls", query):
            if found["head"]["sha"] == run["head_sha"]:
                return found["number"], found["head"]
        raise ConfigurationError(
            f"no open pull request has the commit {run['head_sha'][:8]} of the run at its head: it "
            "was closed or has a newer commit, whose own run comments."
        )

    def comments(self) -> Iterator[Posted]:
        """All comments, through all pages."""
        path = f"{self._site.root}/issues/{self._number}/comments"
        for entry in self._site.api.pages(path, _PAGE):
            yield self._site.posted(entry, str(entry["id"]))

    def create(self, body: str) -> Posted:
        """Write a comment."""
        path = f"{self._site.root}/issues/{self._number}/comments"
        made = self._site.api.call("POST", path, {"body": body})
        self._site.check_author(made)
        return Posted(str(made["id"]), body, True, made.get("html_url") or "")

    def edit(self, comment: Posted, body: str) -> None:
        """Overwrite a comment."""
        path = f"{self._site.root}/issues/comments/{comment.id}"
        self._site.api.call("PATCH", path, {"body": body})

    def labels(self) -> set[str]:
        """Its labels."""
        path = f"{self._site.root}/issues/{self._number}/labels"
        return {entry["name"] for entry in self._site.api.pages(path, _PAGE)}

    def set_labels(self, add: set[str], remove: set[str]) -> None:
        """Add labels, which GitHub makes if they are new, and take others away."""
        path = f"{self._site.root}/issues/{self._number}/labels"
        if add:
            self._site.api.call("POST", path, {"labels": sorted(add)})
        for name in sorted(remove):
            self._site.api.call("DELETE", f"{path}/{quote(name, safe='')}")


class GitHubIssues:
    """The issues of the repository of a run."""

    def __init__(self, environment: Mapping[str, str], author: str = "") -> None:
        self._site = GitHub(environment, author)
        repository = environment.get("GITHUB_REPOSITORY", "")
        self.place = self._site.place_of(repository, environment.get("GITHUB_SHA", ""))

    def open_issues(self, label: str) -> Iterator[Posted]:
        """Open issues with a label; GitHub lists pull requests among them."""
        query = {"state": "open", "labels": label, "direction": "asc", **_PAGE}
        for entry in self._site.api.pages(f"{self._site.root}/issues", query):
            if "pull_request" not in entry:
                yield self._site.posted(entry, str(entry["number"]))

    def create(self, title: str, body: str, label: str) -> Posted:
        """Open an issue."""
        wanted = {"title": title, "body": body, "labels": [label]}
        made = self._site.api.call("POST", f"{self._site.root}/issues", wanted)
        return Posted(str(made["number"]), body, True, made.get("html_url") or "")

    def edit(self, issue: Posted, title: str, body: str) -> None:
        """Overwrite an issue."""
        path = f"{self._site.root}/issues/{issue.id}"
        self._site.api.call("PATCH", path, {"title": title, "body": body})

    def comment(self, issue: Posted, text: str) -> None:
        """Write a comment on an issue."""
        path = f"{self._site.root}/issues/{issue.id}/comments"
        self._site.api.call("POST", path, {"body": text})

    def close(self, issue: Posted) -> None:
        """Close an issue."""
        closed = {"state": "closed", "state_reason": "completed"}
        self._site.api.call("PATCH", f"{self._site.root}/issues/{issue.id}", closed)
