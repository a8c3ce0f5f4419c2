"""The code host that a pipeline runs on, from the variables that it sets."""

from __future__ import annotations

from collections.abc import Mapping

from aoai.cli.ci.hosts.azure_devops import AzureDevOpsPullRequest
from aoai.cli.ci.hosts.github import GitHubIssues, GitHubPullRequest
from aoai.cli.ci.hosts.gitlab import GitLabIssues, GitLabMergeRequest
from aoai.cli.ci.hosts.host import Issues, PullRequest
from aoai.errors import ConfigurationError

HOSTS = ("github", "azure-devops", "gitlab")
"""Names of the code hosts."""
_SIGNS = {"GITHUB_ACTIONS": "github", "TF_BUILD": "azure-devops", "GITLAB_CI": "gitlab"}


def host_of(environment: Mapping[str, str]) -> str | None:
    """The code host, or None where no pipeline runs."""
    return next((host for name, host in _SIGNS.items() if environment.get(name)), None)


def pull_request(host: str | None, environment: Mapping[str, str], author: str) -> PullRequest:
    """The pull request that the run was started for.

    Raises:
        ConfigurationError: there is none, or a variable is missing.
    """
    chosen = known_host(host, environment)
    if chosen == "github":
        return GitHubPullRequest(environment, author)
    return (
        GitLabMergeRequest(environment)
        if chosen == "gitlab"
        else AzureDevOpsPullRequest(environment)
    )


def issues(host: str | None, environment: Mapping[str, str], author: str) -> Issues:
    """The issues of the run's repository.

    Raises:
        ConfigurationError: the code host has none that is known here, or a variable is missing.
    """
    chosen = known_host(host, environment)
    if chosen == "azure-devops":
        raise ConfigurationError(
            "`aoai ci issue` opens no work items: their types and states differ from project to "
            "project. Let the scheduled pipeline fail instead: `--exit-code`."
        )
    if chosen == "gitlab":
        return GitLabIssues(environment)
    return GitHubIssues(environment, author)


def known_host(host: str | None, environment: Mapping[str, str]) -> str:
    """The code host that is named, or whose pipeline runs.

    Raises:
        ConfigurationError: there is neither.
    """
    chosen = host or host_of(environment)
    if chosen is None:
        raise ConfigurationError(
            "no pipeline of GitHub, Azure DevOps or GitLab runs here: name one with --host, "
            "or print the text with --dry-run."
        )
    return chosen
