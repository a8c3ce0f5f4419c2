"""The nightly issue: opened once, edited, and closed when there is no finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aoai.cli import main
from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.hosts.find import issues
from aoai.cli.ci.hosts.host import Issues
from aoai.cli.ci.nightly.command import publish
from aoai.cli.ci.nightly.findings import Finding, findings
from aoai.cli.ci.nightly.text import body, title
from aoai.cli.ci.run_summary import encode
from aoai.errors import ConfigurationError
from tests.ci.conftest import github_environment, gitlab_environment
from tests.ci.github_site import GitHubSite
from tests.ci.gitlab_site import GitLabSite
from tests.ci.rendering import rendered, tags
from tests.ci.summaries import broken, failed, retraining, run_of, unchanged
from tests.ci.test_markdown import HOSTILE

DRIFT = Finding("models/prod", "drift", "tutor", "ModelDeployment differs: sku", False)
IDLE = Finding("models/prod", "inactive-deployment", "tutor", "idle for 12 days", False)
GONE = Finding("models/prod", "removed-for-inactivity", "tutor", "Azure removed it", True)


@dataclass
class Stage:
    """A repository on one of the sites."""

    site: Any
    issues: Callable[[], Issues]
    is_open: Callable[[Any], bool]
    text: str
    """The key of an issue's body."""


@pytest.fixture(params=["github", "gitlab"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    site = request.getfixturevalue(request.param)
    if isinstance(site, GitHubSite):
        environment = github_environment(site, tmp_path)
        return Stage(
            site, lambda: issues(None, environment, ""), lambda i: i["state"] == "open", "body"
        )
    assert isinstance(site, GitLabSite)
    environment = gitlab_environment(site)
    return Stage(
        site,
        lambda: issues(None, environment, ""),
        lambda i: i["state"] == "opened",
        "description",
    )


def test_nights_share_one_issue_and_the_last_closes_it(stage: Stage) -> None:
    for night in ([DRIFT], [DRIFT], [IDLE]):
        publish(stage.issues(), night, "default")
    (issue,) = stage.site.issues
    assert stage.is_open(issue)
    assert "idle for 12 days" in issue[stage.text]
    assert publish(stage.issues(), [], "default") == "nothing is left: the issue was closed"
    assert not stage.is_open(issue)
    assert publish(stage.issues(), [], "default") == "nothing was found, and no issue is open"
    publish(stage.issues(), [DRIFT], "default")
    assert len(stage.site.issues) == 2


def test_only_what_is_new_gets_a_comment(stage: Stage) -> None:
    def comments() -> list[str]:
        return [
            c.body["body"] for c in stage.site.writes() if "body" in c.body and len(c.body) == 1
        ]

    publish(stage.issues(), [DRIFT], "default")
    publish(
        stage.issues(), [Finding("models/prod", "drift", "tutor", "other text", True)], "default"
    )
    assert comments() == []
    publish(stage.issues(), [DRIFT, GONE], "default")
    (told,) = comments()
    assert "`removed-for-inactivity` `tutor`" in told
    assert "drift" not in told


def test_the_issue_of_somebody_else_is_left_alone(github: GitHubSite, tmp_path: Path) -> None:
    site = issues(None, github_environment(github, tmp_path), "")
    forged = github.add_issue("t", body([DRIFT], Place(), "default"), ["aoai:nightly"], "mallory")
    pull = github.add_issue("p", body([DRIFT], Place(), "default"), ["aoai:nightly"])
    pull["pull_request"] = {}
    publish(site, [], "default")
    assert forged["state"] == "open"
    assert pull["state"] == "open"


def test_a_night_finds_drift_failures_and_what_policies_judge(tmp_path: Path) -> None:
    report = {"rule": "model-retirement", "level": "advisory", "name": "tutor", "message": "Ends."}
    path = tmp_path / "accounts.policies.json"
    path.write_text(json.dumps({"findings": [{**report, "remediation": "Move."}], "rules": 18}))
    summary = run_of(unchanged(), retraining(policies=broken()), failed())
    found = findings(summary, [path])
    assert [(f.where, f.rule, f.urgent) for f in found][:2] == [
        ("models/prod", "one-deployment-per-model", True),
        ("models/prod", "preview", True),
    ]
    assert ("accounts", "model-retirement", "Ends. Move.") in [
        (f.where, f.rule, f.text) for f in found
    ]
    assert sum(f.rule == "drift" for f in found) == 4


def test_a_check_that_printed_nothing_is_a_finding(tmp_path: Path) -> None:
    (found,) = findings(run_of(unchanged()), [tmp_path / "accounts.json"])
    assert (found.where, found.rule, found.urgent) == ("accounts", "policy-check", True)


def test_the_title_counts_and_names_the_stacks() -> None:
    assert title([GONE, IDLE]) == (
        "Models that need a look: 2 findings in models/prod, 1 of them broken now"
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_names_or_answers_becomes_markup(hostile: str) -> None:
    page = rendered(
        body([Finding(hostile, hostile, hostile, hostile, True)], Place(), "k"), raw=True
    )
    assert tags(page) <= {"h4", "p", "ul", "li", "strong", "code"}
    assert "href" not in page


def test_a_thousand_findings_fit() -> None:
    many = [Finding(f"stack-{n % 90}", "drift", f"d{n}", "x" * 900, False) for n in range(1000)]
    text = body(many, Place(), "default")
    assert len(text) <= 65_536
    assert "Left out" in text


def test_the_command_says_what_it_would_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.json"
    call = ["ci", "issue", "--summary", str(summary), "--dry-run", "--exit-code"]
    summary.write_text(encode(run_of(failed())))
    assert main(call) == 1
    assert "`preview`" in capsys.readouterr().out
    summary.write_text(encode(run_of(unchanged())))
    assert main(call) == 0
    assert "would be closed" in capsys.readouterr().out


def test_a_site_without_such_issues_says_what_to_do_instead() -> None:
    with pytest.raises(ConfigurationError, match="--exit-code"):
        issues("azure-devops", {}, "")
