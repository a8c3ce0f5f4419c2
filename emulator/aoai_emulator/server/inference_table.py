"""The calls of deployments: chat, completions, embeddings, responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.calls.dispatch import Handler, Operation
from aoai_emulator.inference import (
    chat_routes,
    completions_routes,
    conversations_routes,
    embeddings_routes,
    project_routes,
    responses_routes,
)

_Answer = Callable[[Call, str, dict[str, Any]], Response]
_OPENAI: Final = "Microsoft.CognitiveServices/accounts/OpenAI"
_CHAT_SINCE, _COMPLETIONS_SINCE = "2023-03-15-preview", "2022-12-01"
_RESPONSES_SINCE: Final = "2025-03-01-preview"
_READ, _WRITE, _DELETE = (f"{_OPENAI}/responses/{verb}" for verb in ("read", "write", "delete"))
_RESPONSE, _CONVERSATION = "/responses/{response}", "/conversations/{conversation}"


def _pair(name: str, path: str, since: str, answer: _Answer) -> tuple[Operation, ...]:
    """A call in two forms: classic versions name the deployment in the path, v1 in ``model``."""

    def by_path(call: Call) -> Response:
        return answer(call, call.params["deployment"], call.json())

    def by_model(call: Call) -> Response:
        body = call.json()
        return answer(call, str(body.get("model", "")), body)

    action = f"{_OPENAI}/deployments{path}/action"
    return (
        Operation(
            f"{name}.classic",
            "POST",
            f"/deployments/{{deployment}}{path}",
            action,
            by_path,
            classic=since,
            v1=False,
            body="json",
            service="inference",
        ),
        Operation(
            f"{name}.v1",
            "POST",
            path,
            action,
            by_model,
            classic=None,
            body="json",
            service="inference",
        ),
    )


def _response(
    name: str, method: str, path: str, handler: Handler, *, query: tuple[str, ...] = ()
) -> Operation:
    action = {"GET": _READ, "POST": _WRITE, "DELETE": _DELETE}[method]
    return Operation(
        name,
        method,
        path,
        action,
        handler,
        classic=_RESPONSES_SINCE,
        query=query,
        body="json" if method == "POST" else None,
        service="inference",
    )


INFERENCE_TABLE: Final = (
    *_pair("chat", "/chat/completions", _CHAT_SINCE, chat_routes.answer),
    *_pair(
        "completions",
        "/completions",
        _COMPLETIONS_SINCE,
        completions_routes.answer,
    ),
    *_pair(
        "embeddings",
        "/embeddings",
        _COMPLETIONS_SINCE,
        embeddings_routes.answer,
    ),
    _response("responses.create", "POST", "/responses", responses_routes.create),
    _response("responses.get", "GET", _RESPONSE, responses_routes.get),
    _response("responses.delete", "DELETE", _RESPONSE, responses_routes.delete),
    _response(
        "responses.input",
        "GET",
        f"{_RESPONSE}/input_items",
        responses_routes.list_input,
        query=("limit", "order", "after"),
    ),
    _response("conversations.create", "POST", "/conversations", conversations_routes.create),
    _response("conversations.get", "GET", _CONVERSATION, conversations_routes.get),
    _response("conversations.delete", "DELETE", _CONVERSATION, conversations_routes.delete),
)


def _project(name: str, path: str, handler: Handler, query: tuple[str, ...] = ()) -> Operation:
    action = f"{_OPENAI}/deployments/read"
    return Operation(name, "GET", path, action, handler, query=query, service="project")


PROJECT_TABLE: Final = (
    _project(
        "project.deployments",
        "/deployments",
        project_routes.list_deployments,
        ("modelPublisher", "modelName", "deploymentType"),
    ),
    _project("project.deployment", "/deployments/{deployment}", project_routes.get_deployment),
)
"""What a project has beside ``/openai``."""
