"""``aoai ci comment`` as a pipeline calls it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from aoai.cli import main
from tests.ci import previews
from tests.ci.conftest import github_environment
from tests.ci.github_site import GitHubSite
from tests.ci.summaries import retraining


@pytest.fixture
def prod(tmp_path: Path) -> Path:
    """The preview of a stack, with the program's review beside it."""
    path = tmp_path / "prod.json"
    path.write_text(previews.events(previews.retraining()))
    review = msgspec.json.encode(retraining().review)
    (tmp_path / "prod.review.json").write_bytes(review)
    return path


def aoai(*arguments: object) -> int:
    return main(["ci", "comment", *map(str, arguments)])


def test_a_dry_run_prints_the_comment_and_asks_nobody(
    prod: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert aoai("--preview", prod, "--review", prod.with_suffix(".review.json"), "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "models/prod: 1 model retrains, 3 deployments follow" in shown
    assert "| Billed once (training) |  | **$6.42** |" in shown


def test_a_job_without_rights_hands_over_what_another_posts(
    prod: Path,
    github: GitHubSite,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert aoai("--preview", prod, "--format", "json") == 0
    summary = prod.with_name("summary.json")
    summary.write_text(capsys.readouterr().out)
    for name, value in github_environment(github, prod.parent).items():
        monkeypatch.setenv(name, value)
    assert aoai("--summary", summary) == 0
    (comment,) = github.comments
    assert "1 model retrains" in comment["body"]
    assert "the comment was written: https://github.example/" in capsys.readouterr().out


def test_reviews_belong_to_the_previews_that_are_called_alike(
    prod: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dev = prod.with_name("dev.json")
    dev.write_text(prod.read_text().replace("urn:pulumi:prod", "urn:pulumi:dev"))
    review = prod.with_suffix(".review.json")
    assert aoai("--preview", dev, prod, "--review", review, "--dry-run") == 0
    shown = capsys.readouterr().out
    (row,) = [line for line in shown.splitlines() if line.startswith("| 🟡 `models/prod`")]
    assert "$6.42" in row
    (row,) = [line for line in shown.splitlines() if line.startswith("| 🟡 `models/dev`")]
    assert "$" not in row


def test_a_preview_that_was_never_written_is_a_failure_of_its_stack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "prod.json"
    assert aoai("--preview", gone, "--review", tmp_path / "x.json", "--dry-run") == 0
    assert "### 🔴 prod: **the preview failed**" in capsys.readouterr().out
    assert aoai("--preview", gone, "--dry-run", "--exit-code") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--preview", "{prod}", "--key", "a b"], "--key a b: write 1 to 60 letters"),
        (["--preview", "{prod}"], "name one with --host"),
        (["--summary", "{prod}"], "prod.json is not the summary of a run"),
        (["--summary", "{prod}/x"], "cannot be read"),
        (["--preview", "{prod}", "--review", "{prod}", "--dry-run"], "not the review of a stack"),
    ],
)
def test_a_wrong_call_is_one_line(
    prod: Path,
    arguments: list[str],
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("GITHUB_ACTIONS", "TF_BUILD", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    assert aoai(*(part.format(prod=prod) for part in arguments)) == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert "Traceback" not in shown
