"""Models of an account: base models that it can use and the fine-tuned ones it holds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.state.catalog import BaseModel, Catalog
from aoai_emulator.state.errors import no_entity
from aoai_emulator.state.job_records import TrainedModel, trained_models
from aoai_emulator.state.json_response import JSONResponse

_RELEASED = 1_744_588_800  # 2025-04-14, one date for all
_RETIRES = 1_823_558_400  # 2027-10-15


@lru_cache(maxsize=64)
def _bases(catalog: Catalog, region: str) -> tuple[dict[str, Any], ...]:
    """All base models as a region shows them."""
    return tuple(_base(model, region) for model in catalog.models)


def _base(model: BaseModel, region: str) -> dict[str, Any]:
    return {
        "object": "model",
        "id": model.wire_name,
        "created_at": _RELEASED,
        "status": "succeeded",
        "capabilities": _capabilities(model, fine_tune=model.trains_in(region)),
        "lifecycle_status": "generally-available",
        "deprecation": {"fine_tune": _RETIRES, "inference": _RETIRES},
    }


def _trained(call: Call, model: TrainedModel) -> dict[str, Any]:
    return {
        "object": "model",
        "id": model.id,
        "created_at": int(model.created_at),
        "status": "succeeded",
        "model": model.base,
        "fine_tune": model.job,
        "capabilities": _capabilities(call.backend.catalog.find(model.base), fine_tune=False),
        "lifecycle_status": "generally-available",
        # No fine_tune date: real answers leave it out for fine-tuned models.
        "deprecation": {"inference": _RETIRES},
    }


def _capabilities(base: BaseModel | None, *, fine_tune: bool) -> dict[str, bool]:
    serves = base.serves if base else ()
    return {
        "fine_tune": fine_tune,
        "inference": True,
        "completion": "completions" in serves,
        "chat_completion": "chat" in serves,
        "embeddings": "embeddings" in serves,
    }


def listed(call: Call) -> Response:
    """GET /models."""
    rows = [*_bases(call.backend.catalog, call.home.location)]
    held = trained_models(call.backend).list(call.home.name)
    rows += [_trained(call, model) for model in held if model.listed]
    return JSONResponse({"object": "list", "data": [_worded(call, row) for row in rows]})


def get(call: Call) -> Response:
    """GET /models/{id}."""
    wanted = call.params["model"]
    trained = trained_models(call.backend).get(call.home.name, wanted)
    if trained:
        return JSONResponse(_worded(call, _trained(call, trained)))
    base = call.backend.catalog.find(wanted)
    if base is None or base.wire_name != wanted:
        raise no_entity()
    return JSONResponse(_worded(call, _base(base, call.home.location)))


def _worded(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    # OpenAI's own clients read `created` and `owned_by`, which v1 adds.
    if call.surface == "v1":
        return {**row, "created": row["created_at"], "owned_by": "azure-openai"}
    return row
