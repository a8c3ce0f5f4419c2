"""Azure DevOps, services and server: REST API version 7.1.

The job's token is the build service's: it needs the permission "Contribute to pull requests" on the
repository, and has to be handed to the step (``SYSTEM_ACCESSTOKEN: $(System.AccessToken)``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.hosts.api import Api
from aoai.cli.ci.hosts.host import Posted, inside, needed

LIMIT = 150_000
"""Characters of a comment of a pull request."""
_VERSION = {"api-version": "7.1"}
_TEXT = 1  # commentType: text
_CLOSED = "closed"
"""Status of the thread: an open one would hold up the merge where all must be resolved."""


class AzureDevOpsPullRequest:
    """The pull request that a pipeline was started for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        why = "Azure Pipelines sets it in builds of pull requests"
        self._project = quote(needed(environment, "SYSTEM_TEAMPROJECT", why))
        self._repository = needed(environment, "BUILD_REPOSITORY_ID", why)
        self._number = needed(environment, "SYSTEM_PULLREQUEST_PULLREQUESTID", why)
        mapped = "give the step `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` in `env`"
        token = needed(environment, "SYSTEM_ACCESSTOKEN", mapped)
        self._api = Api(
            "Azure DevOps",
            needed(environment, "SYSTEM_COLLECTIONURI", why),
            {
                "Authorization": f"Bearer {token}",
                # Without it, a token that is not known is answered with a page to sign in.
                "X-TFS-FedAuthRedirect": "Suppress",
                "User-Agent": "aoai-finetune",
            },
            "The build service needs `Contribute to pull requests` on the repository.",
        )
        self._user = ""
        self._label_ids: dict[str, str] = {}
        self.place = _place(environment, self._api.base, self._project)

    @property
    def _path(self) -> str:
        repository = f"/{self._project}/_apis/git/repositories/{self._repository}"
        return f"{repository}/pullRequests/{self._number}"

    def comments(self) -> Iterator[Posted]:
        """All comments of people; Azure DevOps gives all threads in one answer."""
        if not self._user:
            me = self._api.call(
                "GET", "/_apis/connectionData", None, {"api-version": "7.1-preview"}
            )
            self._user = me["authenticatedUser"]["id"]
        answer = self._api.call("GET", f"{self._path}/threads", None, _VERSION)
        for thread in answer["value"]:
            for entry in thread.get("comments") or ():
                if entry.get("commentType") == "system" or entry.get("isDeleted"):
                    continue
                own = (entry.get("author") or {}).get("id") == self._user
                number = f"{thread['id']}/comments/{entry['id']}"
                yield Posted(number, entry.get("content") or "", own)

    def create(self, body: str) -> Posted:
        """Write a comment, as a thread of its own."""
        comment = {"parentCommentId": 0, "content": body, "commentType": _TEXT}
        wanted = {"comments": [comment], "status": _CLOSED}
        made = self._api.call("POST", f"{self._path}/threads", wanted, _VERSION)
        return Posted(f"{made['id']}/comments/{made['comments'][0]['id']}", body, True)

    def edit(self, comment: Posted, body: str) -> None:
        """Overwrite a comment."""
        path = f"{self._path}/threads/{comment.id}"
        self._api.call("PATCH", path, {"content": body}, _VERSION)

    def labels(self) -> set[str]:
        """Its labels."""
        answer = self._api.call("GET", f"{self._path}/labels", None, _VERSION)
        self._label_ids = {entry["name"]: entry["id"] for entry in answer["value"]}
        return set(self._label_ids)

    def set_labels(self, add: set[str], remove: set[str]) -> None:
        """Add labels, which Azure DevOps makes if they are new, and take others away."""
        for name in sorted(add):
            self._api.call("POST", f"{self._path}/labels", {"name": name}, _VERSION)
        for name in sorted(remove):
            number = self._label_ids.get(name) or quote(name, safe="")
            self._api.call("DELETE", f"{self._path}/labels/{number}", None, _VERSION)


def _place(environment: Mapping[str, str], base: str, project: str) -> Place:
    get = environment.get
    commit = get("SYSTEM_PULLREQUEST_SOURCECOMMITID") or get("BUILD_SOURCEVERSION", "")
    repository, build = get("BUILD_REPOSITORY_URI", ""), get("BUILD_BUILDID", "")

    def link(path: str, line: int) -> str:
        if not repository or not commit or not inside(path):
            return ""
        lines = f"&line={line}&lineEnd={line + 1}&lineStartColumn=1&lineEndColumn=1" if line else ""
        return f"{repository}?path=/{quote(path)}&version=GC{commit}{lines}"

    return Place(
        limit=LIMIT,
        alerts=False,
        host="Azure DevOps",
        run_url=f"{base}/{project}/_build/results?buildId={build}" if build else "",
        commit=commit,
        moment=datetime.now(UTC),
        file_link=link,
    )
