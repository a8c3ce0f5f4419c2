"""What the commands need of a code host: the same for GitHub, Azure DevOps and GitLab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aoai.cli.ci.comment.place import Place
from aoai.errors import ConfigurationError


@dataclass(frozen=True)
class Posted:
    """A comment or an issue on the code host.

    Attributes:
        id: by which the code host finds it.
        body: its Markdown.
        own: whether the identity behind the token has written it.
        url: where people read it; empty if the code host gives none.
    """

    id: str
    body: str
    own: bool
    url: str = ""


class PullRequest(Protocol):
    """A pull request, or a merge request, that a run was started for."""

    @property
    def place(self) -> Place:
        """What the code host and the run give a comment."""

    def comments(self) -> Iterable[Posted]:
        """All comments, oldest first, through all pages."""

    def create(self, body: str) -> Posted:
        """Write a comment."""

    def edit(self, comment: Posted, body: str) -> None:
        """Overwrite a comment."""

    def labels(self) -> set[str]:
        """The labels that it has."""

    def set_labels(self, add: set[str], remove: set[str]) -> None:
        """Add labels, and take others away."""


class Issues(Protocol):
    """The issues of a repository."""

    @property
    def place(self) -> Place:
        """What the code host and the run give an issue."""

    def open_issues(self, label: str) -> Iterable[Posted]:
        """Open issues with a label, oldest first, through all pages."""

    def create(self, title: str, body: str, label: str) -> Posted:
        """Open an issue."""

    def edit(self, issue: Posted, title: str, body: str) -> None:
        """Overwrite an issue."""

    def comment(self, issue: Posted, text: str) -> None:
        """Write a comment on an issue: an edit of its body sends no message."""

    def close(self, issue: Posted) -> None:
        """Close an issue."""


def needed(environment: Mapping[str, str], name: str, why: str) -> str:
    """A variable of a pipeline.

    Raises:
        ConfigurationError: it is not set.
    """
    value = environment.get(name, "")
    if not value:
        raise ConfigurationError(f"the environment variable {name} is not set: {why}.")
    return value


def inside(path: str) -> bool:
    """Whether a path is one of the repository, to which a link can lead."""
    return not path.startswith(("/", "\\")) and ":" not in path and ".." not in path.split("/")
