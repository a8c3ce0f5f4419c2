"""What a Foundry project has besides ``openai``: a flat list of its account's deployments."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.state.deployment_records import Deployment, deployments
from aoai_emulator.state.errors import not_found
from aoai_emulator.state.json_response import JSONResponse

_CAPABILITIES: Final = {
    "chat": "chat_completion",
    "completions": "completion",
    "embeddings": "embeddings",
}


def list_deployments(call: Call) -> Response:
    """GET /deployments, by ``modelPublisher``, ``modelName`` or ``deploymentType``."""
    rows = [_shown(call, each) for each in deployments(call.backend).list(call.home.name)]
    for param, field in (("modelPublisher", "modelPublisher"), ("modelName", "modelName")):
        if param in call.query:
            rows = [row for row in rows if row[field] == call.query[param]]
    if call.query.get("deploymentType", "ModelDeployment") != "ModelDeployment":
        rows = []
    return JSONResponse({"value": rows})


def get_deployment(call: Call) -> Response:
    """GET /deployments/{name}."""
    name = call.params["deployment"].lower()
    found = deployments(call.backend).get(call.home.name, name)
    if found is None:
        raise not_found(f"The deployment {call.params['deployment']} was not found.")
    return JSONResponse(_shown(call, found))


def _shown(call: Call, deployment: Deployment) -> dict[str, Any]:
    base = call.backend.catalog.find(deployment.base)
    serves = base.serves if base else ()
    return {
        "name": deployment.name,
        "type": "ModelDeployment",
        "modelName": deployment.model["name"],
        "modelVersion": deployment.model["version"],
        "modelPublisher": base.format if base else "OpenAI",
        "capabilities": {
            name: "true" for operation, name in _CAPABILITIES.items() if operation in serves
        },
        "sku": {
            "name": deployment.sku["name"],
            "capacity": int(deployment.sku.get("capacity", 1)),
        },
    }
