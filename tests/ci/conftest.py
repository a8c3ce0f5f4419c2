"""Sites on this machine, and the environments that their pipelines set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ci.azure_devops_site import AzureDevOpsSite
from tests.ci.github_site import REPOSITORY, GitHubSite
from tests.ci.gitlab_site import GitLabSite

SHA = "4be1c09a" + "0" * 32


@pytest.fixture
def github() -> Iterator[GitHubSite]:
    with GitHubSite().serve() as site:
        yield site


@pytest.fixture
def gitlab() -> Iterator[GitLabSite]:
    with GitLabSite().serve() as site:
        yield site


@pytest.fixture
def azure_devops() -> Iterator[AzureDevOpsSite]:
    with AzureDevOpsSite().serve() as site:
        yield site


def github_environment(site: GitHubSite, directory: Path, event: Any = None) -> dict[str, str]:
    """What GitHub Actions sets in a run for a pull request."""
    head = {"sha": SHA, "ref": "data", "repo": {"full_name": REPOSITORY}}
    path = directory / "event.json"
    path.write_text(json.dumps(event or {"pull_request": {"number": 7, "head": head}}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_TOKEN": "ghs_token",
        "GITHUB_API_URL": site.url,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_RUN_ID": "99",
        "GITHUB_SHA": SHA,
        "GITHUB_EVENT_PATH": str(path),
    }


def gitlab_environment(site: GitLabSite) -> dict[str, str]:
    """What GitLab CI sets in a pipeline of a merge request."""
    return {
        "GITLAB_CI": "true",
        "GITLAB_TOKEN": "glpat-token",
        "CI_API_V4_URL": site.url,
        "CI_PROJECT_ID": "11",
        "CI_PROJECT_URL": "https://gitlab.example/contoso/models",
        "CI_PIPELINE_URL": "https://gitlab.example/contoso/models/-/pipelines/5",
        "CI_COMMIT_SHA": SHA,
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_PROJECT_ID": "11",
    }


def azure_devops_environment(site: AzureDevOpsSite) -> dict[str, str]:
    """What Azure Pipelines sets in a build of a pull request."""
    return {
        "TF_BUILD": "True",
        "SYSTEM_ACCESSTOKEN": "job-token",
        "SYSTEM_COLLECTIONURI": f"{site.url}/",
        "SYSTEM_TEAMPROJECT": "models",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": SHA,
        "BUILD_REPOSITORY_ID": "repo-id",
        "BUILD_REPOSITORY_URI": "https://dev.example/contoso/_git/models",
        "BUILD_BUILDID": "5",
    }
