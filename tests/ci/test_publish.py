"""One comment on each site: found, edited in place, or not written at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aoai.cli.ci.comment.compose import read_mark
from aoai.cli.ci.comment.publish import publish
from aoai.cli.ci.hosts.api import Api
from aoai.cli.ci.hosts.find import pull_request
from aoai.cli.ci.hosts.host import PullRequest
from aoai.errors import ApiError, ConfigurationError, ResponseUnknown
from tests.ci.azure_devops_site import AzureDevOpsSite
from tests.ci.conftest import (
    SHA,
    azure_devops_environment,
    github_environment,
    gitlab_environment,
)
from tests.ci.github_site import GitHubSite
from tests.ci.gitlab_site import BOT, GitLabSite
from tests.ci.site import Refused, Site
from tests.ci.summaries import failed, retraining, run_of, unchanged


@dataclass
class Stage:
    """A pull request on one of the sites."""

    site: Any
    request: Callable[[], PullRequest]
    bodies: Callable[[], list[str]]
    add: Callable[[str, bool], Any]
    labels: Callable[[], set[str]]


@pytest.fixture(params=["github", "gitlab", "azure_devops"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    site = request.getfixturevalue(request.param)
    if isinstance(site, GitHubSite):
        return Stage(
            site,
            lambda: pull_request(None, github_environment(site, tmp_path), ""),
            lambda: [c["body"] for c in site.comments],
            lambda body, own: site.add_comment(body, *([] if own else ["mallory"])),
            lambda: site.labels,
        )
    if isinstance(site, GitLabSite):
        return Stage(
            site,
            lambda: pull_request(None, gitlab_environment(site), ""),
            lambda: [n["body"] for n in site.notes],
            lambda body, own: site.add_note(body, BOT if own else 1),
            lambda: site.labels,
        )
    assert isinstance(site, AzureDevOpsSite)
    return Stage(
        site,
        lambda: pull_request(None, azure_devops_environment(site), ""),
        lambda: [t["comments"][0]["content"] for t in site.threads],
        lambda body, own: site.add_thread(body, *([] if own else ["mallory"])),
        lambda: set(site.labels),
    )


def test_a_change_is_one_comment_however_often_the_run_comes(stage: Stage) -> None:
    for _ in range(3):
        publish(stage.request(), run_of(retraining()), "default")
    (body,) = stage.bodies()
    mark = read_mark(body)
    assert mark is not None
    assert mark.edits == 2
    assert stage.labels() == {"aoai:retrains"}


def test_it_is_found_on_the_last_page_and_not_the_one_that_somebody_else_marked(
    stage: Stage,
) -> None:
    publish(stage.request(), run_of(retraining()), "default")
    (mine,) = stage.bodies()
    kept = stage.bodies
    # It comes to stand behind three pages, one of which has a copy of its mark.
    first = _first(stage)
    others = [stage.add(f"chat {n}", False) for n in range(250)]
    others.insert(120, stage.add(mine, False))
    stage.add(mine, True)
    _drop(stage, first)
    publish(stage.request(), run_of(failed()), "default")
    changed = [body for body in kept() if "the preview failed" in body]
    assert len([body for body in changed if read_mark(body)]) == 1
    assert sum(body == mine for body in kept()) == 1


def _first(stage: Stage) -> Any:
    site = stage.site
    name = next(n for n in ("comments", "notes", "threads") if hasattr(site, n))
    return name, getattr(site, name)[0]


def _drop(stage: Stage, first: Any) -> None:
    name, entry = first
    if name == "comments":
        getattr(stage.site, name).remove(entry)
        return
    # The others find entries by their place: this one is made somebody else's.
    owner = entry["comments"][0] if name == "threads" else entry
    owner["author"] = {"id": "mallory"}
    owner["content" if name == "threads" else "body"] = "other"


def test_two_pipelines_have_a_comment_each(stage: Stage) -> None:
    publish(stage.request(), run_of(retraining()), "one")
    publish(stage.request(), run_of(retraining()), "two")
    assert len(stage.bodies()) == 2


def test_no_change_is_no_comment(stage: Stage) -> None:
    done = publish(stage.request(), run_of(unchanged()), "default")
    assert done == "nothing changes: no comment is written"
    assert stage.site.writes() == []


def test_a_comment_says_when_nothing_changes_any_more_and_then_stays_as_it_is(
    stage: Stage,
) -> None:
    publish(stage.request(), run_of(retraining()), "default")
    publish(stage.request(), run_of(unchanged()), "default")
    (body,) = stage.bodies()
    assert "Nothing changes any more" in body
    assert stage.labels() == set()
    before = len(stage.site.writes())
    publish(stage.request(), run_of(unchanged()), "default")
    assert len(stage.site.writes()) == before


def test_turning_red_gets_one_more_comment(stage: Stage) -> None:
    publish(stage.request(), run_of(retraining()), "default")
    publish(stage.request(), run_of(failed()), "default")
    assert len(stage.bodies()) == 2
    assert "the preview failed" in stage.bodies()[1]
    publish(stage.request(), run_of(failed()), "default")
    assert len(stage.bodies()) == 2
    publish(stage.request(), run_of(retraining()), "default")
    publish(stage.request(), run_of(failed()), "default")
    assert len(stage.bodies()) == 3


def test_a_first_comment_that_is_red_needs_no_second(stage: Stage) -> None:
    publish(stage.request(), run_of(failed()), "default")
    assert len(stage.bodies()) == 1


def test_the_longest_comment_is_taken(stage: Stage) -> None:
    many = [retraining(stack=f"stack-{n}") for n in range(300)]
    publish(stage.request(), run_of(*many), "default")
    (body,) = stage.bodies()
    assert "Left out" in body or len(body) < stage.request().place.limit


def test_labels_of_others_stay(stage: Stage) -> None:
    if isinstance(stage.site, AzureDevOpsSite):
        stage.site.labels = {"bug": "label-9", "aoai:gap": "label-8"}
    else:
        stage.site.labels = {"bug", "aoai:gap"}
    publish(stage.request(), run_of(retraining()), "default")
    assert stage.labels() == {"bug", "aoai:retrains"}


def test_a_line_of_data_has_a_link_to_the_commit(stage: Stage) -> None:
    publish(stage.request(), run_of(retraining()), "default")
    (body,) = stage.bodies()
    assert SHA in body
    assert "train.jsonl" in body


def test_a_refusal_says_what_is_missing_and_never_the_token(stage: Stage) -> None:
    request = stage.request()
    stage.site.failures = [Refused(403, "no rights", {"X-Request-Id": "r-1"})]
    with pytest.raises(ApiError, match=r"refuses GET .* with 403: no rights\. .*r-1") as refused:
        list(request.comments())
    assert "token" not in str(refused.value).replace("the token of a fork", "").replace(
        "GITLAB_TOKEN", ""
    )


@pytest.mark.parametrize(
    ("method", "status", "headers", "again"),
    [
        ("GET", 503, {"Retry-After": "0"}, True),
        ("POST", 429, {"Retry-After": "0"}, True),
        ("POST", 403, {"Retry-After": "0"}, True),
        ("POST", 502, {"Retry-After": "0"}, False),
        ("GET", 403, {}, False),
        ("GET", 503, {"Retry-After": "4000"}, False),
    ],
)
def test_only_what_was_not_carried_out_is_sent_again(
    github: GitHubSite, method: str, status: int, headers: dict[str, str], again: bool
) -> None:
    waited: list[float] = []
    sent = {"Authorization": "Bearer ghs_token", "X-GitHub-Api-Version": "2022-11-28"}
    api = Api("GitHub", github.url, {**sent, "User-Agent": "t"}, "", waited.append)
    github.failures = [Refused(status, "busy", headers)]
    path = "/repos/contoso/models/issues/7/comments"
    body = {"body": "text"} if method == "POST" else None
    if again:
        api.call(method, path, body)
        assert waited == [0]
    else:
        with pytest.raises(ApiError, match=str(status)):
            api.call(method, path, body)
        assert len(github.calls) == 1


def test_no_token_is_sent_without_tls() -> None:
    with pytest.raises(ConfigurationError, match="no https address"):
        Api("GitHub", "http://github.example", {}, "")


def test_a_next_page_elsewhere_is_not_followed(github: GitHubSite, tmp_path: Path) -> None:
    other = Site()
    with other.serve():
        github.next_page = f"{other.url}/next"
        for number in range(101):
            github.add_comment(f"chat {number}", "mallory")
        request = pull_request(None, github_environment(github, tmp_path), "")
        with pytest.raises(ResponseUnknown, match="a next page on another host"):
            list(request.comments())
    assert other.calls == []


class TestForks:
    """A fork's summary is posted by a second run, to the pull request that GitHub names."""

    def event(self, sha: str = SHA) -> Any:
        owner = {"login": "someone"}
        head = {"head_sha": sha, "head_branch": "data", "head_repository": {"owner": owner}}
        return {"workflow_run": {**head, "pull_requests": []}}

    def pull(self, number: int, sha: str) -> Any:
        repository = {"full_name": "someone/models"}
        return {
            "number": number,
            "head": {"label": "someone:data", "sha": sha, "repo": repository},
        }

    def test_it_is_the_open_one_with_the_commit(self, github: GitHubSite, tmp_path: Path) -> None:
        github.pulls = [self.pull(6, "0" * 40), self.pull(7, SHA)]
        environment = github_environment(github, tmp_path, self.event())
        publish(pull_request(None, environment, ""), run_of(retraining()), "default")
        (comment,) = github.comments
        assert "https://github.example/someone/models/blob/" in comment["body"]

    def test_a_newer_commit_has_a_run_of_its_own(self, github: GitHubSite, tmp_path: Path) -> None:
        github.pulls = [self.pull(7, "0" * 40)]
        environment = github_environment(github, tmp_path, self.event())
        with pytest.raises(ConfigurationError, match="closed or has a newer commit"):
            pull_request(None, environment, "")


def test_the_author_of_a_github_app_is_named(github: GitHubSite, tmp_path: Path) -> None:
    request = pull_request(None, github_environment(github, tmp_path), "my-app[bot]")
    github.add_comment("x", "my-app[bot]")
    assert [comment.own for comment in request.comments()] == [True]
    assert all(call.path != "/user" for call in github.calls)


def test_a_run_of_no_pull_request_says_so(github: GitHubSite, tmp_path: Path) -> None:
    environment = github_environment(github, tmp_path, {"push": {}})
    with pytest.raises(ConfigurationError, match="started by no pull request"):
        pull_request(None, environment, "")


def test_without_a_pipeline_the_site_has_to_be_named() -> None:
    with pytest.raises(ConfigurationError, match="--host"):
        pull_request(None, {}, "")


@pytest.mark.parametrize(
    ("host", "missing"),
    [
        ("github", "GITHUB_TOKEN"),
        ("gitlab", "CI_MERGE_REQUEST_IID"),
        ("azure-devops", "SYSTEM_TEAMPROJECT"),
    ],
)
def test_a_variable_that_is_missing_is_named(host: str, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        pull_request(host, {}, "")


def test_an_author_other_than_the_expected_one_is_reported(
    github: GitHubSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = pull_request(None, github_environment(github, tmp_path), "other[bot]")
    publish(request, run_of(retraining()), "default")
    assert "--author github-actions[bot]" in capsys.readouterr().err
