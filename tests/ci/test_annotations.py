"""Findings at their lines: in each site's form, and never as another command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from aoai.cli import main
from aoai.cli.ci.annotations.formats import render
from aoai.cli.ci.annotations.notes import Note, notes
from aoai.cli.ci.review import DataFinding, ModelReview, Review
from aoai.cli.ci.run_summary import RunSummary, encode
from tests.ci.summaries import broken, failed, retraining, run_of

HOSTS = ("github", "azure-devops", "gitlab")
HOSTILE = (
    "a\n::set-output name=x::y",
    "a\r\n##vso[task.setvariable variable=x]y",
    "in the ##vso[task.complete result=Succeeded] middle",
    "##[error]x ##[group]",
    "100% ; ] : , %0A",
)


def test_the_worst_comes_first_and_lines_of_files_before_the_rest() -> None:
    found = notes(run_of(retraining(policies=broken()), failed()))
    assert [(note.error, note.code, note.line) for note in found] == [
        (True, "one-deployment-per-model", 0),
        (True, "preview", 0),
        (False, "system-missing", 812),
    ]


def test_github_shows_them_at_the_line() -> None:
    text = render("github", notes(run_of(retraining())))
    command, total = text.splitlines()
    assert command == (
        "::warning file=data/train.jsonl,line=812,title=system-missing::"
        "data/train.jsonl:812: no system message; 1,261 others have one"
    )
    assert total == "0 errors, 1 warning."


def test_azure_devops_shows_them_at_the_line() -> None:
    text = render("azure-devops", notes(run_of(retraining())))
    assert text.splitlines()[0] == (
        "##vso[task.logissue type=warning;sourcepath=data/train.jsonl;linenumber=812;"
        "code=system-missing]data/train.jsonl:812: no system message; 1,261 others have one"
    )


def test_gitlab_gets_a_code_quality_report() -> None:
    first, second = json.loads(render("gitlab", notes(run_of(failed(), retraining()))))
    assert first["location"] == {"path": "Pulumi.yaml", "lines": {"begin": 1}}
    assert second["location"] == {"path": "data/train.jsonl", "lines": {"begin": 812}}
    assert (first["severity"], second["severity"]) == ("critical", "minor")
    assert first["fingerprint"] != second["fingerprint"]
    assert set(first) == {"description", "check_name", "fingerprint", "severity", "location"}


@pytest.mark.parametrize("host", HOSTS)
def test_what_is_left_out_is_the_least_bad(host: str) -> None:
    many = [Note(number < 3, "code", f"message {number}") for number in range(80)]
    text = render(host, many, 50)
    assert all(f"message {number}" in text for number in range(50))
    assert "message 50" not in text
    if host != "gitlab":
        assert text.endswith("3 errors, 77 warnings; 30 of them are not listed.")


def hostile_run(text: str) -> RunSummary:
    finding = DataFinding(severity="error", file=text, line=3, code=text, message=text)
    review = Review(models=(ModelReview(key="m", findings=(finding,)),))
    return run_of(retraining(stack=text, review=review, policies=broken(text)), failed(text))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("host", ["github", "azure-devops"])
def test_no_text_is_a_command_of_its_own(host: str, hostile: str) -> None:
    begin = "##vso[task.logissue " if host == "azure-devops" else "::"
    *commands, total = render(host, notes(hostile_run(hostile))).splitlines()
    assert len(commands) == 3
    for line in commands:
        assert line.startswith((begin, "::error", "::warning"))
        rest = line.removeprefix(begin)
        assert "##vso[" not in rest
        assert "##[" not in rest
    assert re.fullmatch(r"\d errors?, \d warnings?\.", total)


def test_the_properties_of_a_command_end_where_they_end() -> None:
    note = Note(True, "a;b]c", "m", file="x,y:z;w].jsonl", line=1)
    (github, _) = render("github", [note]).splitlines()
    assert github.startswith("::error file=x%2Cy%3Az;w].jsonl,line=1,title=a;b]c::")
    (azure, _) = render("azure-devops", [note]).splitlines()
    assert azure.startswith("##vso[task.logissue type=error;sourcepath=x,y:z%3Bw%5D.jsonl;")


def test_the_command_prints_them_and_may_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.json"
    summary.write_text(encode(run_of(failed())))
    call = ["ci", "annotations", "--summary", str(summary), "--host", "github"]
    assert main(call) == 0
    assert capsys.readouterr().out.startswith("::error title=preview::models/prod: 1 file")
    assert main([*call, "--exit-code"]) == 1
