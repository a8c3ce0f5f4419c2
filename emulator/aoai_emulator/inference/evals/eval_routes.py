"""The routes of evaluations themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol, TypeVar

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.checks import known_fields
from aoai_emulator.inference.evals.graders import check_grader
from aoai_emulator.state.errors import ModelError, Refused
from aoai_emulator.state.eval_records import Eval, evals, output_items, runs
from aoai_emulator.state.json_response import JSONResponse

_FIELDS: Final = ("name", "metadata", "data_source_config", "testing_criteria", "statusCode")
_ORDER: Final = ("type", "input", "reference", "operation", "pass_threshold", "evaluation_metric")
_HEADER: Final = "aoai-evals"
_MOST_PAIRS, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512


class _Row(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_Row)


def require_header(call: Call) -> None:
    """Refuse a call of v1 without the header that the preview needs; projects need none."""
    if call.surface == "v1" and not call.project and call.headers.get(_HEADER) != "preview":
        raise Refused(400, "invalidPayload", f"The header '{_HEADER}: preview' is required.")


def create(call: Call) -> Response:
    """POST /evals: 201 without Location, 200 on v1."""
    require_header(call)
    body = call.json()
    known_fields(body, _FIELDS)
    config = _config(body.get("data_source_config"))
    given = body.get("testing_criteria")
    if not isinstance(given, list) or not given:
        raise ModelError("Missing required parameter: 'testing_criteria'.", "testing_criteria")
    criteria = [
        _criterion(call, check_grader(each, f"testing_criteria[{place}]"))
        for place, each in enumerate(given)
    ]
    made = Eval(
        id=f"eval_{call.backend.ids.new()}",
        name=str(body.get("name") or criteria[0]["name"]),
        created_at=call.now,
        updated_at=call.now,
        config=config,
        criteria=criteria,
        metadata=metadata_of(body),
    )
    evals(call.backend).put(call.home.name, made)
    return JSONResponse(_shown(made), 200 if call.surface == "v1" else 201)


def metadata_of(body: dict[str, Any]) -> dict[str, str]:
    """The metadata of a body: at most 16 pairs of texts."""
    given = body.get("metadata") or {}
    good = isinstance(given, dict) and len(given) <= _MOST_PAIRS
    if not good or not all(
        isinstance(value, str) and len(name) <= _LONGEST_KEY and len(value) <= _LONGEST_VALUE
        for name, value in given.items()
    ):
        raise ModelError("Invalid 'metadata': at most 16 pairs of short texts.", "metadata")
    return dict(given)


def _config(given: Any) -> dict[str, Any]:
    kind = given.get("type") if isinstance(given, dict) else None
    if kind != "custom":
        text = "The emulator keeps no logs: 'data_source_config.type' must be custom."
        raise ModelError(text, "data_source_config.type")
    schema = given.get("item_schema")
    if not isinstance(schema, dict):
        text = "Missing required parameter: 'data_source_config.item_schema'."
        raise ModelError(text, "data_source_config.item_schema")
    parts = {"item": schema}
    if given.get("include_sample_schema"):
        texts = {"output_text": {"type": "string"}, "model": {"type": "string"}}
        parts["sample"] = {"type": "object", "properties": texts, "required": ["output_text"]}
    return {
        "type": kind,
        "schema": {"type": "object", "properties": parts, "required": list(parts)},
    }


def _criterion(call: Call, grader: dict[str, Any]) -> dict[str, Any]:
    name = grader["name"]
    head = {"name": name, "id": f"{name}-{call.backend.ids.uuid()}"}
    known: dict[str, Any] = {key: grader[key] for key in _ORDER if key in grader}
    if grader["type"] == "text_similarity":
        known["pass_threshold"] = float(grader.get("pass_threshold") or 0)
        known["evaluation_metric"] = known.pop("evaluation_metric")
    return {**head, **known, **{key: grader[key] for key in grader if key not in known | head}}


def find(call: Call) -> Eval:
    """The evaluation of the path."""
    require_header(call)
    name = call.params["eval"]
    found = evals(call.backend).get(call.home.name, name)
    if found is None:
        raise ModelError(f"Eval with id '{name}' not found.", "id", status=404)
    return found


def get(call: Call) -> Response:
    """GET /evals/{id}."""
    return JSONResponse(_shown(find(call)))


def update(call: Call) -> Response:
    """POST /evals/{id}: name and metadata."""
    found = find(call)
    body = call.json()
    known_fields(body, ("name", "metadata"))
    name = str(body.get("name") or found.name)
    metadata = metadata_of(body) if "metadata" in body else found.metadata
    changed = replace(found, name=name, metadata=metadata, updated_at=call.now)
    return JSONResponse(_shown(evals(call.backend).put(call.home.name, changed)))


def delete(call: Call) -> Response:
    """DELETE /evals/{id}, with its runs."""
    found = find(call)
    for run in runs(call.backend).list(found.id):
        output_items(call.backend).clear(run.id)
    runs(call.backend).clear(found.id)
    evals(call.backend).delete(call.home.name, found.id)
    body = {"object": "eval.deleted", "deleted": True, "eval_id": found.id}
    return JSONResponse(body)


def listed(call: Call) -> Response:
    """GET /evals, newest first unless ``order`` is asc."""
    require_header(call)
    rows = evals(call.backend).list(call.home.name)
    if call.query.get("order_by") == "updated_at":
        rows.sort(key=lambda each: each.updated_at)
    return cursor_page(call, rows, _shown)


def cursor_page(
    call: Call, rows: Sequence[_T], show: Callable[[_T], dict[str, Any]], usual: str = "desc"
) -> Response:
    """One page with the ids of its first and last row."""
    ordered = list(rows)
    if call.query.get("order", usual) == "desc":
        ordered.reverse()
    after = call.query.get("after")
    places = [place for place, row in enumerate(ordered) if row.id == after]
    if after and not places:
        raise ModelError(f"No item with id '{after}' found.", "after")
    rest = ordered[places[0] + 1 :] if places else ordered
    given = call.query.get("limit", "20")
    if not given.isdecimal() or not 1 <= int(given) <= 100:  # noqa: PLR2004  as in the SDK's docs
        raise ModelError("Invalid 'limit': it must be a whole number from 1 to 100.", "limit")
    data = rest[: int(given)]
    ends = {
        "first_id": data[0].id if data else None,
        "last_id": data[-1].id if data else None,
    }
    more = len(rest) > len(data)
    body = {"object": "list", "data": [show(row) for row in data], **ends, "has_more": more}
    return JSONResponse(body)


def _shown(found: Eval) -> dict[str, Any]:
    return {
        "object": "eval",
        "id": found.id,
        "data_source_config": found.config,
        "testing_criteria": found.criteria,
        "name": found.name,
        "created_at": int(found.created_at),
        "metadata": found.metadata,
    }
