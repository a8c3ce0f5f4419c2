"""Conversations, which responses can go on with."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.checks import known_fields
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.response_records import Conversation, conversations

_FIELDS: Final = ("metadata", "items")


def create(call: Call) -> Response:
    """POST /conversations."""
    body = call.json()
    known_fields(body, _FIELDS)
    made = Conversation(
        id=f"conv_{call.backend.ids.letters(24)}{call.backend.ids.letters(24)}",
        created_at=call.now,
        metadata=body.get("metadata") or {},
        messages=body.get("items") or [],
    )
    conversations(call.backend).put(call.home.name, made)
    return JSONResponse(_shown(made))


def get(call: Call) -> Response:
    """GET /conversations/{id}."""
    return JSONResponse(_shown(_find(call)))


def delete(call: Call) -> Response:
    """DELETE /conversations/{id}."""
    found = _find(call)
    conversations(call.backend).delete(call.home.name, found.id)
    return JSONResponse({"id": found.id, "object": "conversation.deleted", "deleted": True})


def _find(call: Call) -> Conversation:
    name = call.params["conversation"]
    found = conversations(call.backend).get(call.home.name, name)
    if found is None:
        raise ModelError(f"Conversation with id '{name}' not found.", "id", status=404)
    return found


def _shown(found: Conversation) -> dict[str, Any]:
    return {
        "id": found.id,
        "object": "conversation",
        "created_at": int(found.created_at),
        "metadata": found.metadata,
    }
