"""`aoai policy check`: exit codes, and the formats as their readers see them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from aoai.cli import main
from tests.unit.policies.stacks import MODEL, SWEDEN, ago, urn

KIND = "pulumi-python:dynamic/aoai:ModelDeployment"
NOW = "2026-03-20T12:00:00Z"


def write_export(directory: Path, *names: str, **props: Any) -> Path:
    path = directory / "export.json"
    given = {"account": SWEDEN, "model": MODEL, "sku": "Standard", "capacity": 1, **props}
    rows = [{"urn": urn(KIND, name), "type": KIND, "inputs": given} for name in names]
    path.write_text(json.dumps({"deployment": {"resources": rows}}))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["policy", "check", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_a_broken_mandatory_rule_is_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_export(tmp_path, "chat", "copy")

    code, out, _ = run(capsys, "--stack-export", str(path), "--now", NOW)

    assert code == 1
    assert "[mandatory] one-deployment-per-model (copy)" in out
    assert out.index("[mandatory]") < out.index("[advisory]")
    assert "18 rules: 1 mandatory findings" in out


def test_warnings_alone_are_exit_code_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_export(tmp_path, "chat")

    code, out, _ = run(capsys, "--stack-export", str(path), "--now", NOW)

    assert (code, "[advisory] readiness (chat)" in out) == (0, True)


def test_the_time_decides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import timedelta

    path = write_export(
        tmp_path,
        "chat",
        deployment_id="id",
        created_at=ago(timedelta()),
        activity={"calls": 0, "last_inference_at": None, "observed_at": ago(timedelta())},
    )

    early, _, _ = run(capsys, "--stack-export", str(path), "--now", NOW)
    late, out, _ = run(capsys, "--stack-export", str(path), "--now", "2026-04-10")

    assert (early, late) == (0, 1)
    assert "inactive-deployment" in out


def test_the_standard_input_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with write_export(tmp_path, "chat", "copy").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        code, _, _ = run(capsys, "--stack-export", "-", "--now", NOW)

    assert code == 1


def test_a_config_file_is_applied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_export(tmp_path, "chat", "copy")
    config = tmp_path / "config.json"
    config.write_text('{"one-deployment-per-model": "disabled"}')

    code, out, _ = run(capsys, "--stack-export", str(path), "--config", str(config), "--now", NOW)

    assert (code, "one-deployment-per-model" in out) == (0, False)


@pytest.mark.parametrize(
    ("export", "config", "words"),
    [
        ("", None, "is not the export of a stack"),
        ('{"a": 1}', None, "pulumi stack export"),
        (None, None, "cannot be read"),
        ('{"deployment": {}}', "{", "is no JSON"),
        ('{"deployment": {}}', '{"nope": {}}', "there is no policy nope"),
    ],
)
def test_what_cannot_be_read_is_exit_code_2_and_one_line(
    export: str | None,
    config: str | None,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, settings = tmp_path / "export.json", tmp_path / "config.json"
    if export is not None:
        path.write_text(export)
    if config is not None:
        settings.write_text(config)
    more = ("--config", str(settings)) if config is not None else ()

    code, out, err = run(capsys, "--stack-export", str(path), *more)

    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1


def test_json_has_every_finding_with_its_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_export(tmp_path, "chat", "copy")

    _, out, _ = run(capsys, "--stack-export", str(path), "--now", NOW, "--format", "json")

    shown = json.loads(out)
    (first,) = [f for f in shown["findings"] if f["level"] == "mandatory"]
    assert first["rule"] == "one-deployment-per-model"
    assert first["urn"] == urn(KIND, "copy")
    assert shown["mandatory"] == 1


def test_sarif_names_rules_levels_and_resources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_export(tmp_path, "chat", "copy")

    _, out, _ = run(capsys, "--stack-export", str(path), "--now", NOW, "--format", "sarif")

    (sarif,) = json.loads(out)["runs"]
    ids = {rule["id"] for rule in sarif["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in sarif["results"]} <= ids
    assert {result["level"] for result in sarif["results"]} == {"error", "warning"}
    location = sarif["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "export.json"
    assert location["logicalLocations"][0]["fullyQualifiedName"] == urn(KIND, "copy")


def test_github_has_an_annotation_for_each_finding_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_export(tmp_path, "chat", "copy")

    _, out, _ = run(capsys, "--stack-export", str(path), "--now", NOW, "--format", "github")

    (error,) = [line for line in out.splitlines() if line.startswith("::error ")]
    assert "title=one-deployment-per-model%3A copy::" in error
    assert "%0A" in error


def test_markdown_is_a_table_whose_cells_cannot_break_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_export(tmp_path, "chat", "a|b")

    _, out, _ = run(capsys, "--stack-export", str(path), "--now", NOW, "--format", "markdown")

    rows = [line for line in out.splitlines() if line.startswith("| ")]
    assert {row.replace(r"\|", "").count("|") for row in rows} == {5}


def test_junit_counts_failures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_export(tmp_path, "chat", "copy")

    _, out, _ = run(capsys, "--stack-export", str(path), "--now", NOW, "--format", "junit")

    suite = ElementTree.fromstring(out)
    assert suite.get("failures") == str(len(suite.findall(".//failure"))) == "1"
    assert suite.get("tests") == str(len(suite.findall("testcase")))
