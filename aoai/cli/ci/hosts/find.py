"""The site that a pipeline runs on, from the variables that it sets."""

from __future__ import annotations

from collections.abc import Mapping

from aoai.cli.ci.hosts.azure_devops import AzureDevOpsPullRequest
from aoai.cli.ci.hosts.github import GitHubIssues, GitHubPullRequest
from aoai.cli.ci.hosts.gitlab import GitLabIssues, GitLabMergeRequest
from aoai.cli.ci.hosts.host import Issues, PullRequest
from aoai.errors import ConfigurationError

HOSTS = ("github", "azure-devops", "gitlab")
"""Names of the sites."""
_SIGNS = {"GITHUB_ACTIONS": "github", "TF_BUILD": "azure-devops", "GITLAB_CI": "gitlab"}


def host_of(environment: Mapping[str, str]) -> str | None:
    """The site, or None where no pipeline runs."""
    return next((host for name, host in _SIGNS.items() if environment.get(name)), None)


def pull_request(host: str | None, environment: Mapping[str, str], author: str) -> PullRequest:
    """The pull request that the run was started for.

    Raises:
        ConfigurationError: there is none, or a variable is missing.
    """
    site = known_host(host, environment)
    if site == "github":
        return GitHubPullRequest(environment, author)
    return (
        GitLabMergeRequest(environment) if site == "gitlab" else AzureDevOpsPullRequest(environment)
    )


def issues(host: str | None, environment: Mapping[str, str], author: str) -> Issues:
    """The issues of the run's repository.

    Raises:
        ConfigurationError: the site has none that this command knows, or a variable is missing.
    """
    site = known_host(host, environment)
    if site == "azure-devops":
        raise ConfigurationError(
            "`aoai ci issue` opens no work items: their types and states differ from project to "
            "project. Let the scheduled pipeline fail instead: `--exit-code`."
        )
    if site == "gitlab":
        return GitLabIssues(environment)
    return GitHubIssues(environment, author)


def known_host(host: str | None, environment: Mapping[str, str]) -> str:
    """The site that is named, or whose pipeline runs.

    Raises:
        ConfigurationError: there is neither.
    """
    site = host or host_of(environment)
    if site is None:
        raise ConfigurationError(
            "no pipeline of GitHub, Azure DevOps or GitLab runs here: name the site with --host, "
            "or print the text with --dry-run."
        )
    return site
