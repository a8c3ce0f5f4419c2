"""Evaluations: what is taken, how items are sampled and graded, and what graders give."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aoai_emulator import RunningEmulator
from aoai_emulator.inference.evals.text_similarity import METRICS, similarity

from tests.emulator.wire import SWEDEN, Wire, chat_lines

HEADER = {"aoai-evals": "preview"}
SCHEMA = {
    "type": "object",
    "properties": {"question": {"type": "string"}, "answer": {"type": "string"}},
    "required": ["question", "answer"],
}
SAME = {
    "type": "string_check",
    "name": "same",
    "operation": "eq",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
}
ROWS = [
    {"item": {"question": "number 5?", "answer": "It returns 5."}},
    {"item": {"question": "number 6?", "answer": "It returns 7."}},
]


def ask(wire: Wire, method: str, path: str, **options: Any) -> Any:
    return wire.data(method, path, version="v1", headers=HEADER, **options)


def make(wire: Wire, *criteria: dict[str, Any], **body: Any) -> dict[str, Any]:
    config = {"type": "custom", "item_schema": SCHEMA, "include_sample_schema": True}
    given = {"data_source_config": config, "testing_criteria": list(criteria or [SAME]), **body}
    answer = ask(wire, "POST", "/evals", json=given)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def run(wire: Wire, made: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    path = f"/evals/{made['id']}/runs"
    answer = ask(wire, "POST", path, json={"name": "r", "data_source": source})
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "queued"
    return dict(ask(wire, "GET", f"{path}/{answer.json()['id']}").json())


def completions(model: str, rows: list[Any] | None = None) -> dict[str, Any]:
    template = [{"role": "user", "content": "{{item.question}}"}]
    return {
        "type": "completions",
        "model": model,
        "source": {"type": "file_content", "content": rows or ROWS},
        "input_messages": {"type": "template", "template": template},
    }


@pytest.fixture
def served(wire: Wire) -> Wire:
    wire.deploy(wire.trained(training_file=wire.upload(chat_lines(20))))
    return wire


def test_a_deployment_is_sampled_and_graded(served: Wire) -> None:
    made = make(served)
    done = run(served, made, completions("ft"))
    assert done["status"] == "completed"
    assert done["result_counts"] == {"total": 2, "errored": 0, "failed": 1, "passed": 1}
    (row,) = done["per_testing_criteria_results"]
    assert (row["passed"], row["failed"]) == (1, 1)
    assert done["per_model_usage"][0]["invocation_count"] == 2
    items = ask(served, "GET", f"/evals/{made['id']}/runs/{done['id']}/output_items").json()
    assert [each["datasource_item_id"] for each in items["data"]] == [1, 0]
    last = items["data"][0]
    assert (last["status"], last["results"][0]["score"]) == ("fail", 0.0)
    assert last["sample"]["output"][0]["content"] == "It returns 6."
    path = f"/evals/{made['id']}/runs/{done['id']}/output_items/{last['id']}"
    assert ask(served, "GET", path).json() == last
    params = {"status": "pass"}
    passed = ask(served, "GET", path.rpartition("/")[0], params=params).json()["data"]
    assert [each["datasource_item_id"] for each in passed] == [0]


def test_a_sampled_deployment_counts_as_called(served: Wire, azure: RunningEmulator) -> None:
    azure.freeze(azure.now())
    made = make(served)
    azure.advance(days=14)
    run(served, made, completions("ft"))
    azure.advance(days=14)
    assert azure.state()[SWEDEN]["deployments"]


def test_data_may_lie_in_a_file(served: Wire) -> None:
    data = "\n".join(json.dumps(row["item"]) for row in ROWS).encode()
    parts = {"file": ("items.jsonl", data)}
    form = {"purpose": "evals"}
    file = served.data("POST", "/files", version="v1", data=form, files=parts).json()
    source = {**completions("ft"), "source": {"type": "file_id", "id": file["id"]}}
    assert run(served, make(served), source)["result_counts"]["passed"] == 1


def test_a_run_by_time_passes_through_its_states(served: Wire, azure: RunningEmulator) -> None:
    azure.freeze(azure.now())
    azure.pace("time:20", of="evals")
    made = make(served)
    first = run(served, made, completions("ft"))
    path = f"/evals/{made['id']}/runs/{first['id']}"
    assert first["status"] == "queued"
    azure.advance(seconds=12)
    assert ask(served, "GET", path).json()["status"] == "in_progress"
    azure.advance(seconds=12)
    assert ask(served, "GET", path).json()["status"] == "completed"
    second = run(served, made, completions("ft"))
    canceled = ask(served, "POST", f"/evals/{made['id']}/runs/{second['id']}").json()
    assert canceled["status"] == "canceled"
    listed = ask(served, "GET", f"/evals/{made['id']}/runs").json()["data"]
    assert [each["status"] for each in listed] == ["completed", "canceled"]


def test_a_run_of_a_deployment_that_is_not_there_fails(served: Wire) -> None:
    done = run(served, make(served), completions("none"))
    assert (done["status"], done["error"]["code"]) == ("failed", "DeploymentNotFound")


def test_a_grader_that_cannot_be_filled_errs(served: Wire) -> None:
    bad = {**SAME, "reference": "{{item.colour}}"}
    done = run(served, make(served, bad), completions("ft"))
    assert done["result_counts"] == {"total": 2, "errored": 2, "failed": 0, "passed": 0}


def test_graders_that_ask_a_model_show_what_was_asked(served: Wire) -> None:
    score = {
        "type": "score_model",
        "name": "close",
        "model": "ft",
        "range": [0, 10],
        "pass_threshold": 9,
        "input": [{"role": "user", "content": "{{item.answer}} or {{sample.output_text}}?"}],
    }
    label = {
        "type": "label_model",
        "name": "kind",
        "model": "ft",
        "labels": ["good number", "bad"],
        "passing_labels": ["good number"],
        "input": [{"role": "user", "content": "{{item.question}}"}],
    }
    made = make(served, score, label)
    done = run(served, made, completions("ft"))
    items = ask(served, "GET", f"/evals/{made['id']}/runs/{done['id']}/output_items").json()
    first, second = items["data"][1]["results"]
    assert (first["score"], first["passed"], second["passed"]) == (10.0, True, True)
    assert first["sample"]["input"][0]["content"] == "It returns 5. or It returns 5.?"
    assert items["data"][0]["results"][0]["score"] == 5.0


def test_an_eval_is_listed_changed_and_deleted(wire: Wire) -> None:
    made = make(wire, name="first", metadata={"owner": "us"})
    path = f"/evals/{made['id']}"
    changed = ask(wire, "POST", path, json={"name": "second"}).json()
    assert (changed["name"], changed["metadata"]) == ("second", {"owner": "us"})
    assert ask(wire, "GET", path).json() == changed
    other = make(wire)
    listed = ask(wire, "GET", "/evals", params={"limit": 1}).json()
    assert ([each["id"] for each in listed["data"]], listed["has_more"]) == ([other["id"]], True)
    rest = ask(wire, "GET", "/evals", params={"after": other["id"]}).json()
    assert [each["id"] for each in rest["data"]] == [made["id"]]
    assert ask(wire, "DELETE", path).json()["deleted"] is True
    assert ask(wire, "GET", path).status_code == 404


def test_v1_wants_the_header_of_the_preview(wire: Wire) -> None:
    answer = wire.data("GET", "/evals", version="v1")
    assert (answer.status_code, "aoai-evals: preview" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"testing_criteria": []}, "testing_criteria"),
        ({"testing_criteria": [{"type": "python"}]}, "testing_criteria[0].type"),
        ({"testing_criteria": [{**SAME, "operation": "is"}]}, "testing_criteria[0].operation"),
        ({"testing_criteria": [{**SAME, "input": ""}]}, "testing_criteria[0].input"),
        ({"data_source_config": {"type": "logs"}}, "data_source_config.type"),
        ({"metadata": {"a": "x" * 513}}, "metadata"),
    ],
)
def test_an_eval_that_cannot_be_honoured_is_refused(
    wire: Wire, body: dict[str, Any], param: str
) -> None:
    config = {"type": "custom", "item_schema": SCHEMA}
    given = {"data_source_config": config, "testing_criteria": [SAME], **body}
    answer = ask(wire, "POST", "/evals", json=given)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize("rows", [[], [{"question": "x"}], [{"item": {"question": "x"}}]])
def test_rows_that_do_not_fit_are_refused(wire: Wire, rows: list[Any]) -> None:
    source = {**completions("ft"), "source": {"type": "file_content", "content": rows}}
    path = f"/evals/{make(wire)['id']}/runs"
    answer = ask(wire, "POST", path, json={"data_source": source})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "data_source.source")


@pytest.mark.parametrize(
    ("metric", "text", "reference", "score"),
    [
        ("fuzzy_match", "kitten", "sitting", 8 / 13),
        ("fuzzy_match", "", "", 1),
        ("bleu", "the cat sat on the mat", "the cat sat on the mat", 1),
        ("bleu", "dog", "cat", 0),
        ("gleu", "the cat", "the dog", 1 / 3),
        ("meteor", "the cat sat", "the cat sat", 1 - 0.5 / 27),
        ("rouge_1", "the cat sat", "the cat ran", 2 / 3),
        ("rouge_2", "the cat sat", "the cat ran", 1 / 2),
        ("rouge_l", "a b c d", "a c d e", 3 / 4),
        ("cosine", "red fox", "red fox", 1),
    ],
)
def test_a_similarity_is_that_of_the_published_formula(
    metric: str, text: str, reference: str, score: float
) -> None:
    assert similarity(metric, text, reference) == pytest.approx(score, abs=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_a_similarity_is_from_0_to_1(metric: str) -> None:
    for text, reference in (("", "x"), ("x", ""), ("a b a b a", "a"), ("a", "b c d e f g")):
        assert 0 <= similarity(metric, text, reference) <= 1


def graded(wire: Wire, grader: dict[str, Any], sample: str, **item: Any) -> Any:
    body = {"grader": grader, "model_sample": sample, "item": item}
    return wire.data("POST", "/fine_tuning/alpha/graders/run", version="v1", json=body)


@pytest.mark.parametrize(
    ("operation", "sample", "reward"),
    [
        ("eq", "Paris", 1),
        ("eq", "paris", 0),
        ("ne", "paris", 1),
        ("like", "in Paris.", 1),
        ("like", "in paris.", 0),
        ("ilike", "in paris.", 1),
    ],
)
def test_a_string_check_is_exact(wire: Wire, operation: str, sample: str, reward: int) -> None:
    grader = {**SAME, "operation": operation}
    found = graded(wire, grader, sample, answer="Paris").json()
    assert found["reward"] == reward
    assert found["metadata"]["errors"]["other_error"] is False


def test_a_multi_grader_computes_its_formula(wire: Wire) -> None:
    alike = {
        "type": "text_similarity",
        "name": "alike",
        "evaluation_metric": "rouge_1",
        "input": "{{sample.output_text}}",
        "reference": "{{item.answer}}",
    }
    grader = {
        "type": "multi",
        "name": "both",
        "graders": {"same": SAME, "alike": alike},
        "calculate_output": "0.25 * same + max(alike, 0) / 2",
    }
    answer = wire.data(
        "POST", "/fine_tuning/alpha/graders/validate", version="v1", json={"grader": grader}
    )
    assert answer.json() == {"grader": grader}
    found = graded(wire, grader, "a b", answer="a c").json()
    assert found["reward"] == 0.25
    assert found["sub_rewards"] == {"same": 0.0, "alike": 0.5}
    bad = {**grader, "calculate_output": "__import__('os')"}
    refused = graded(wire, bad, "a b", answer="a c")
    assert refused.json()["error"]["param"] == "grader.calculate_output"


def test_a_grader_with_a_wrong_variable_says_so(wire: Wire) -> None:
    found = graded(wire, SAME, "x").json()
    assert (found["reward"], found["metadata"]["errors"]["invalid_variable_error"]) == (0, True)
