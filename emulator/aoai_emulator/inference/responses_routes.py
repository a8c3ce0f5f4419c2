"""The Responses API: create, retrieve, delete, and the input of a response."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.rate_limits import token_headers
from aoai_emulator.inference.responses_answer import ResponseAnswer
from aoai_emulator.inference.responses_request import ResponsesRequest, responses_request
from aoai_emulator.inference.sampling import sample
from aoai_emulator.inference.serve import Usage, base_of, metered, served, tokens_of
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.response_records import (
    StoredResponse,
    conversations,
    remember,
    responses,
)

_OPERATION: Final = "Responses_Create"
_TIERS: Final = {"azureai-processed-tier": "default", "azureai-requested-tier": "default"}
_REASONING_TOKENS: Final = 64


def create(call: Call) -> Response:
    """POST /responses, the deployment being named by ``model``."""
    body = call.json()
    name = str(body.get("model", ""))
    deployment = served(call, name, "responses")
    base = base_of(call, deployment)

    def work() -> tuple[tuple[ResponseAnswer, ResponsesRequest], Usage]:
        asked = responses_request(call, body, deployment.base)
        found = sample(call, deployment, asked.spec)
        thought = _REASONING_TOKENS if asked.reasons else 0
        usage = Usage(tokens_of(asked.prompt), found.tokens + thought)
        open_model = base is not None and base.format != "OpenAI"
        answer = ResponseAnswer(call, body, asked, found, usage, open_model=open_model)
        return (answer, asked), usage

    (answer, asked), _ = metered(call, deployment, _OPERATION, work)
    _keep(call, body, asked, answer)
    if body.get("stream"):
        lines = iter(list(answer.events()))
        headers = {"cache-control": "no-cache", "openai-version": "2020-10-01"}
        headers["openai-processing-ms"] = "100"
        return StreamingResponse(lines, 200, headers, "text/event-stream; charset=utf-8")
    headers = _TIERS | token_headers(call, deployment)
    if base is not None and base.format != "OpenAI":
        headers |= {"openai-version": "2020-10-01", "openai-processing-ms": "100"}
    return JSONResponse(answer.whole(), headers=headers)


def _keep(
    call: Call, body: dict[str, Any], asked: ResponsesRequest, answer: ResponseAnswer
) -> None:
    if body.get("store") is not False:
        kept = StoredResponse(answer.id, call.now, answer.whole(), asked.input, asked.history)
        remember(call.backend, call.home.name, kept)
    if asked.conversation:
        table = conversations(call.backend)
        held = table.get(call.home.name, asked.conversation)
        if held:
            said = [*held.messages, *asked.input, *answer.output]
            table.put(call.home.name, replace(held, messages=said))


def _find(call: Call) -> StoredResponse:
    name = call.params["response"]
    found = responses(call.backend).get(call.home.name, name)
    if found is None:
        raise ModelError(f"Response with id '{name}' not found.", "id", status=404)
    return found


def get(call: Call) -> Response:
    """GET /responses/{id}."""
    return JSONResponse(_find(call).body)


def delete(call: Call) -> Response:
    """DELETE /responses/{id}."""
    found = _find(call)
    responses(call.backend).delete(call.home.name, found.id)
    return JSONResponse({"id": found.id, "object": "response.deleted", "deleted": True})


def list_input(call: Call) -> Response:
    """GET /responses/{id}/input_items, newest first."""
    found = _find(call)
    rows = [
        {"id": f"msg_{found.id.removeprefix('resp_')[:-4]}{place:04x}", **item}
        for place, item in enumerate((*found.history, *found.input))
    ]
    if call.query.get("order") != "asc":
        rows.reverse()
    ends = {"first_id": rows[0]["id"], "last_id": rows[-1]["id"]} if rows else {}
    return JSONResponse({"object": "list", "data": rows, **ends, "has_more": False})
