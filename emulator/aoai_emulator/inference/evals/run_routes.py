"""The routes of an evaluation's runs and of their output items."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.checks import known_fields
from aoai_emulator.inference.evals.eval_routes import cursor_page, find, metadata_of
from aoai_emulator.inference.evals.grading import catch_up, rows_of
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.eval_records import (
    ENDED,
    Eval,
    EvalRun,
    OutputItem,
    output_items,
    runs,
)
from aoai_emulator.state.json_response import JSONResponse

_SOURCES: Final = ("jsonl", "completions", "responses")


def create(call: Call) -> Response:
    """POST /evals/{id}/runs: the run is queued, whatever the pace."""
    found = find(call)
    body = call.json()
    known_fields(body, ("name", "metadata", "data_source"))
    source = body.get("data_source")
    kind = source.get("type") if isinstance(source, dict) else None
    if not isinstance(source, dict) or kind not in _SOURCES:
        text = f"Invalid 'data_source.type': it must be one of {', '.join(_SOURCES)}."
        raise ModelError(text, "data_source.type")
    model = None if kind == "jsonl" else source.get("model")
    if kind != "jsonl" and not isinstance(model, str):
        raise ModelError("Missing required parameter: 'data_source.model'.", "data_source.model")
    _check_rows(call, found, source)
    run = EvalRun(
        id=f"evalrun_{call.backend.ids.new()}",
        eval_id=found.id,
        name=str(body.get("name") or found.name),
        created_at=call.now,
        data_source=source,
        model=model,
        metadata=metadata_of(body),
    )
    runs(call.backend).put(found.id, run)
    return JSONResponse(_shown(call, run), 200 if call.surface == "v1" else 201)


def _check_rows(call: Call, found: Eval, source: dict[str, Any]) -> None:
    needed = found.config["schema"]["properties"]["item"].get("required", ())
    for place, row in enumerate(rows_of(call, source.get("source"))):
        missing = [name for name in needed if name not in row["item"]]
        if missing:
            text = f"Item {place} does not fit the schema: it lacks {', '.join(missing)}."
            raise ModelError(text, "data_source.source")


def _find(call: Call) -> tuple[Eval, EvalRun]:
    found = find(call)
    name = call.params["run"]
    run = runs(call.backend).get(found.id, name)
    if run is None:
        raise ModelError(f"Run with id '{name}' not found.", "id", status=404)
    return found, catch_up(call, found, replace(run, polls=run.polls + 1))


def get(call: Call) -> Response:
    """GET /evals/{id}/runs/{run}."""
    return JSONResponse(_shown(call, _find(call)[1]))


def listed(call: Call) -> Response:
    """GET /evals/{id}/runs, oldest first unless ``order`` is desc."""
    found = find(call)
    rows = [catch_up(call, found, run) for run in runs(call.backend).list(found.id)]
    wanted = call.query.get("status")
    chosen = [run for run in rows if wanted in (None, run.status)]
    return cursor_page(call, chosen, lambda run: _shown(call, run), "asc")


def cancel(call: Call) -> Response:
    """POST /evals/{id}/runs/{run}: cancel it."""
    found, run = _find(call)
    if run.status in ENDED:
        raise ModelError(f"The run {run.id} has already ended: it is {run.status}.")
    canceled = replace(run, status="canceled")
    return JSONResponse(_shown(call, runs(call.backend).put(found.id, canceled)))


def delete(call: Call) -> Response:
    """DELETE /evals/{id}/runs/{run}."""
    found, run = _find(call)
    output_items(call.backend).clear(run.id)
    runs(call.backend).delete(found.id, run.id)
    return JSONResponse({"object": "eval.run.deleted", "deleted": True, "run_id": run.id})


def list_items(call: Call) -> Response:
    """GET …/output_items, newest first as recorded."""
    _, run = _find(call)
    wanted = call.query.get("status")
    rows = [
        each for each in output_items(call.backend).list(run.id) if wanted in (None, each.status)
    ]
    return cursor_page(call, rows, _item)


def get_item(call: Call) -> Response:
    """GET …/output_items/{item}."""
    _, run = _find(call)
    name = call.params["item"]
    found = output_items(call.backend).get(run.id, name)
    if found is None:
        raise ModelError(f"Output item with id '{name}' not found.", "id", status=404)
    return JSONResponse(_item(found))


def _shown(call: Call, run: EvalRun) -> dict[str, Any]:
    done = run.status in ENDED
    project = call.home.subscription_id.replace("-", "")
    report = (
        f"https://platform.openai.com/evaluations/{run.eval_id}?project_id={project}"
        f"&run_id={run.id}"
    )
    none = dict.fromkeys(("total", "errored", "failed", "passed"), 0)
    return {
        "object": "eval.run",
        "id": run.id,
        "eval_id": run.eval_id,
        "report_url": report if done else "https://ai.azure.com/resource/evaluation",
        "status": run.status,
        "model": run.model,
        "name": run.name,
        "created_at": int(run.created_at),
        "result_counts": run.counts or none,
        "per_model_usage": run.usage,
        "per_testing_criteria_results": run.by_criterion,
        "data_source": run.data_source,
        "error": run.error,
        "metadata": run.metadata,
    }


def _item(found: OutputItem) -> dict[str, Any]:
    return {
        "object": "eval.run.output_item",
        "id": found.id,
        "created_at": int(found.created_at),
        "run_id": found.run_id,
        "eval_id": found.eval_id,
        "status": found.status,
        "_datasource_item_content_hash": found.digest,
        "datasource_item_id": found.place,
        "datasource_item": found.item,
        "results": found.results,
        **({"sample": found.sample} if found.sample else {}),
    }
