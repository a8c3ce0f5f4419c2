"""Evaluations and graders, by the openai SDK."""

from __future__ import annotations

from typing import Any

from tests.contract.cases import case
from tests.contract.stage import Stage

SDK = "openai"
HEADER = {"aoai-evals": "preview"}
GRADER: Any = {
    "type": "string_check",
    "name": "same",
    "operation": "eq",
    "input": "{{item.answer}}",
    "reference": "yes",
}
ROWS = [{"item": {"answer": "yes"}}, {"item": {"answer": "no"}}]


def made(stage: Stage) -> Any:
    """A new evaluation."""
    schema = {"type": "object", "properties": {"answer": {"type": "string"}}}
    config: Any = {"type": "custom", "item_schema": schema}
    return stage.openai().evals.create(
        data_source_config=config, testing_criteria=[GRADER], extra_headers=HEADER
    )


def ran(stage: Stage, evaluation: str) -> Any:
    """A new run of it."""
    source: Any = {"type": "jsonl", "source": {"type": "file_content", "content": ROWS}}
    runs = stage.openai().evals.runs
    return runs.create(evaluation, data_source=source, name="r", extra_headers=HEADER)


@case("evals.create", SDK)
def evals_create(stage: Stage) -> Any:
    made(stage)


@case("evals.list", SDK)
def evals_list(stage: Stage) -> Any:
    name = made(stage).id
    page = stage.openai().evals.list(extra_headers=HEADER)
    assert [each.id for each in page.data] == [name]


@case("evals.get", SDK)
def evals_get(stage: Stage) -> Any:
    assert stage.openai().evals.retrieve(made(stage).id, extra_headers=HEADER).name == "same"


@case("evals.update", SDK)
def evals_update(stage: Stage) -> Any:
    client = stage.openai().evals
    assert client.update(made(stage).id, name="new", extra_headers=HEADER).name == "new"


@case("evals.delete", SDK)
def evals_delete(stage: Stage) -> Any:
    assert stage.openai().evals.delete(made(stage).id, extra_headers=HEADER).deleted


@case("evalRuns.create", SDK)
def runs_create(stage: Stage) -> Any:
    assert ran(stage, made(stage).id).status == "queued"


@case("evalRuns.list", SDK)
def runs_list(stage: Stage) -> Any:
    name = made(stage).id
    ran(stage, name)
    assert len(stage.openai().evals.runs.list(name, extra_headers=HEADER).data) == 1


@case("evalRuns.get", SDK)
def runs_get(stage: Stage) -> Any:
    name = made(stage).id
    run = ran(stage, name)
    found = stage.openai().evals.runs.retrieve(run.id, eval_id=name, extra_headers=HEADER)
    assert (found.result_counts.passed, found.result_counts.failed) == (1, 1)


@case("evalRuns.cancel", SDK)
def runs_cancel(stage: Stage) -> Any:
    stage.azure.pace("manual", of="evals")
    name = made(stage).id
    run = ran(stage, name)
    found = stage.openai().evals.runs.cancel(run.id, eval_id=name, extra_headers=HEADER)
    assert found.status == "canceled"


@case("evalRuns.cancelByRun", SDK)
def runs_cancel_by_run(stage: Stage) -> Any:
    stage.azure.pace("manual", of="evals")
    name = made(stage).id
    path = f"/evals/{name}/runs/{ran(stage, name).id}"
    options: Any = {"headers": HEADER}
    found: Any = stage.openai().post(path, cast_to=object, options=options)
    assert found["status"] == "canceled"


@case("evalRuns.delete", SDK)
def runs_delete(stage: Stage) -> Any:
    name = made(stage).id
    run = ran(stage, name)
    assert stage.openai().evals.runs.delete(run.id, eval_id=name, extra_headers=HEADER).deleted


@case("evalRuns.items", SDK)
@case("evalRuns.item", SDK)
def runs_items(stage: Stage) -> Any:
    name = made(stage).id
    run = ran(stage, name)
    items = stage.openai().evals.runs.output_items
    page = items.list(run.id, eval_id=name, extra_headers=HEADER)
    assert [each.datasource_item_id for each in page.data] == [1, 0]
    one = items.retrieve(page.data[0].id, eval_id=name, run_id=run.id, extra_headers=HEADER)
    assert one.status == "fail"


@case("graders.validate", SDK)
def graders_validate(stage: Stage) -> Any:
    graders = stage.openai().fine_tuning.alpha.graders
    assert graders.validate(grader=GRADER).grader == graders.validate(grader=GRADER).grader


@case("graders.run", SDK)
def graders_run(stage: Stage) -> Any:
    graders = stage.openai().fine_tuning.alpha.graders
    found = graders.run(grader=GRADER, model_sample="x", item={"answer": "yes"})
    assert (found.reward, found.metadata.errors.other_error) == (1.0, False)
