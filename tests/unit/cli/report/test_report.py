"""``aoai report``: what is read off a state, and how it is shown."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from aoai.catalog import built_in
from aoai.cli import main
from aoai.cli.report.bill_of_materials import bill_of_materials
from aoai.cli.report.facts import Report
from aoai.cli.report.markdown import as_markdown, sparkline
from aoai.cli.report.page import as_page
from aoai.cli.report.reading import report_of, stored_in
from tests.unit.cli.report.exports import MODEL, exported

NOW = datetime(2026, 12, 20, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> @team | </svg>"


def report(*exports: str) -> Report:
    found = [each for export in exports for each in stored_in(export, "export.json")]
    return report_of(found, built_in(), NOW, title="prod", source="as read")


VOID = {"meta", "line", "polyline", "circle"}


class Tags(HTMLParser):
    """Which tags a page has, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def tags(page: str) -> list[str]:
    parser = Tags()
    parser.feed(page)
    assert parser.open == []
    return parser.seen


def test_a_model_is_followed_from_its_data_to_its_deployment() -> None:
    (model,) = report(exported()).models
    (file,) = model.files
    (deployment,) = model.deployments
    assert (file.source, file.examples, file.sha256) == ("train.jsonl", 600, "0" * 64)
    assert model.name == deployment.model == f"{MODEL}:ckpt-step-10"
    assert (model.served_step, model.best_step, model.billed_usd) == (10, 10, 6.42)
    assert (deployment.account, deployment.calls) == ("contoso", 12)


def test_days_are_counted_from_when_the_service_was_read() -> None:
    (deployment,) = report(exported()).fleet
    assert deployment.days_left == 4


def test_a_job_that_still_runs_has_no_model_yet() -> None:
    export = json.loads(exported())
    kept = [r for r in export["deployment"]["resources"] if "FineTunedModel" not in r["type"]]
    export["deployment"]["resources"] = kept
    found = report(json.dumps(export))
    (model,) = found.models
    assert (model.name, model.status) == (None, "pending")
    assert [deployment.key for deployment in found.others] == ["tutor"]
    assert "job pending" in as_page(found)
    assert "Job pending." in as_markdown(found)


def test_a_page_is_whole_and_fetches_and_runs_nothing() -> None:
    page = as_page(report(exported()))
    seen = tags(page)
    assert not {"script", "link", "img", "iframe"} & set(seen)
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert "default-src 'none'" in page


def test_a_chart_is_there_for_who_does_not_see_it() -> None:
    page = as_page(report(exported()))
    assert 'role="img" aria-labelledby="chart-0-0-title chart-0-0-text"' in page
    assert "<desc" in page
    assert "training: 2 at step 1, 0.5 at step 20" in page
    assert '<th scope="col">step</th>' in page


def test_what_is_near_its_removal_is_marked() -> None:
    assert '<span class="warn">in 4 days, 2026-12-05</span>' in as_page(report(exported()))
    gone = exported(ModelDeployment={"removed_for_inactivity": True})
    assert '<span class="bad">removed' in as_page(report(gone))


def test_hostile_names_stay_text() -> None:
    export = exported(
        TrainingFile={"path": HOSTILE},
        FineTunedModel={"overfit": {"sentence": HOSTILE}},
        ModelDeployment={"deployment_name": HOSTILE},
    )
    assert "script" not in tags(as_page(report(export)))
    text = as_markdown(report(export))
    assert "<script>" not in text
    assert "@team" not in text
    assert all(line.count(" | ") == 6 for line in text.splitlines() if line.startswith("| deploy"))


@pytest.mark.parametrize(
    "curves",
    [
        {},
        {"train_loss": []},
        {"train_loss": [[1, 2.0]]},
        {"train_loss": [[1, 2.0], [2, 2.0]]},
        None,
    ],
)
def test_few_points_make_a_page_too(curves: Any) -> None:
    tags(as_page(report(exported(FineTunedModel={"curves": curves}))))


def test_a_curve_that_is_no_number_is_left_out() -> None:
    text = exported().replace("[1, 2.0]", "[1, NaN]")
    assert "NaN" not in as_page(report(text))


def test_the_strict_judge_takes_the_bill_of_materials() -> None:
    document = json.dumps(bill_of_materials(report(exported()), "1.0"))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None


def test_the_bill_says_what_a_model_was_made_of() -> None:
    bill = bill_of_materials(report(exported()), "1.0")
    by_ref = {each["bom-ref"]: each for each in bill["components"]}
    (model,) = [each for each in by_ref.values() if "modelCard" in each]
    needs = {d["ref"]: d["dependsOn"] for d in bill["dependencies"]}
    assert by_ref[f"data:{'0' * 64}"]["hashes"] == [{"alg": "SHA-256", "content": "0" * 64}]
    assert needs[model["bom-ref"]] == ["base:gpt-4.1-mini-2025-04-14", f"data:{'0' * 64}"]
    assert needs["deployment:contoso/tutor"] == [model["bom-ref"]]
    assert model["modelCard"]["quantitativeAnalysis"]["performanceMetrics"] == [
        {"type": "full_valid_loss", "value": "1.1", "slice": "step 10"}
    ]


def test_the_same_state_gives_the_same_bill() -> None:
    first, again = (bill_of_materials(report(exported()), "1.0") for _ in range(2))
    other = bill_of_materials(report(exported(TrainingFile={"examples": 1})), "1.0")
    assert first == again
    assert first["serialNumber"] != other["serialNumber"]


def test_a_curve_is_a_row_of_blocks() -> None:
    assert sparkline(tuple((step, float(step)) for step in range(8))) == "▁▂▃▄▅▆▇█"
    assert sparkline(((1, 2.0),)) == "▁"
    assert sparkline(()) == ""


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"deployment": 1}', '{"deployment": {"resources": 3}}', "[" * 10**5]
)
def test_what_is_no_export_is_one_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "export.json"
    given.write_text(text)
    assert main(["report", "--stack-export", str(given)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "is not the export of a stack" in line


def test_an_empty_stack_is_an_empty_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "export.json"
    given.write_text('{"deployment": {}}')
    assert main(["report", "--stack-export", str(given), "--format", "markdown"]) == 0
    assert "0 models, 0 deployments" in capsys.readouterr().out


def test_the_report_is_written_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "export.json").write_text(exported())
    output = tmp_path / "report.html"
    given = ["report", "--stack-export", str(tmp_path / "export.json"), "--output", str(output)]
    assert main(given) == 0
    assert capsys.readouterr().out.strip() == str(output)
    assert output.read_text().startswith("<!doctype html>")
    assert main([*given[:-1], str(tmp_path / "no" / "report.html")]) == 2
    assert "cannot be written" in capsys.readouterr().err
