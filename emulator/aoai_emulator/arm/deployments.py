"""Deployments in ARM: put, get, list, patch, delete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import JSONResponse, Response

from aoai_emulator.arm.deployment_request import check_patch, wanted
from aoai_emulator.calls.call import Call
from aoai_emulator.operations import deployment_life
from aoai_emulator.state.clock import iso
from aoai_emulator.state.deployment_records import Deployment, Operation, deployments, operations
from aoai_emulator.state.errors import Refused

_PAUSABLE = ("Standard", "DataZoneStandard", "GlobalStandard")
_TYPE = "Microsoft.CognitiveServices/accounts/deployments"


def shown(call: Call, deployment: Deployment) -> dict[str, Any]:
    """A deployment on the wire, as the call's api-version shows it."""
    model = dict(deployment.model)
    if not call.backend.settings.echo_source:
        model.pop("source", None)
        model.pop("sourceAccount", None)
    capacity = int(deployment.sku.get("capacity", 1))
    properties: dict[str, Any] = {
        "model": model,
        "versionUpgradeOption": deployment.upgrade,
        "capabilities": {"chatCompletion": "true"},
        "raiPolicyName": deployment.rai_policy,
        "rateLimits": _rate_limits(capacity),
        "provisioningState": deployment.state,
    }
    if call.version >= "2024-10-01":
        properties["currentCapacity"] = capacity
    if call.version >= "2025-12-01":
        properties["deploymentState"] = deployment.running
    body: dict[str, Any] = {
        "id": f"{call.home.id}/deployments/{deployment.name}",
        "type": _TYPE,
        "name": deployment.name,
        "sku": deployment.sku,
        "properties": properties | deployment.extra,
        "systemData": _system_data(deployment),
        "etag": f'"{deployment.operation}"',
    }
    if deployment.tags is not None and call.version >= "2024-10-01":
        body["tags"] = deployment.tags
    return body


def _rate_limits(capacity: int) -> list[dict[str, Any]]:
    # A capacity of 1 is a thousand tokens a minute, and one request a minute for fine-tuned models.
    return [
        {"key": "request", "renewalPeriod": 60.0, "count": float(capacity)},
        {"key": "token", "renewalPeriod": 60.0, "count": 1000.0 * capacity},
    ]


def _system_data(deployment: Deployment) -> dict[str, str]:
    return {
        "createdBy": deployment.created_by,
        "createdByType": "Application",
        "createdAt": iso(deployment.created_at),
        "lastModifiedBy": deployment.modified_by,
        "lastModifiedByType": "Application",
        "lastModifiedAt": iso(deployment.modified_at),
    }


def find(call: Call) -> Deployment:
    """The deployment of the path."""
    name = call.params["deployment"]
    deployment = deployments(call.backend).get(call.home.name, name.lower())
    if deployment is None:
        text = (
            f"The Resource 'Microsoft.CognitiveServices/accounts/{call.home.name}"
            f"/deployments/{name}' under resource group '{call.home.resource_group}' was not found."
        )
        raise Refused(404, "ResourceNotFound", text)
    return deployment


def get(call: Call) -> Response:
    """GET one; it counts as a look at the operation that makes it."""
    look_at(call, find(call).operation)
    return JSONResponse(shown(call, find(call)))


def look_at(call: Call, operation_id: str) -> None:
    """Count a look at an operation, for a pace by looks."""
    table = operations(call.backend)
    operation = table.get(call.home.name, operation_id)
    if operation and operation.status == "InProgress":
        table.put(call.home.name, replace(operation, looks=operation.looks + 1))
        deployment_life.settle(call.backend, call.home.name)


def listed(call: Call) -> Response:
    """List the deployments of an account."""
    found = deployments(call.backend).list(call.home.name)
    return JSONResponse({"value": [shown(call, each) for each in found]})


def refuse_if_busy(call: Call) -> None:
    """409 while another operation works on a deployment of the account."""
    if deployment_life.busy(call.backend, call.home.name):
        text = (
            f"Another operation is being performed on the parent resource '{call.home.id}'."
            " Please try again later."
        )
        raise Refused(409, "RequestConflict", text)


def put(call: Call) -> Response:
    """PUT: create (201) or replace (200)."""
    refuse_if_busy(call)
    name = call.params["deployment"]
    old = deployments(call.backend).get(call.home.name, name.lower())
    asked = wanted(call, name, old)
    operation = deployment_life.begin(call.backend, call.home.name, name.lower(), "put")
    made = deployments(call.backend).put(call.home.name, replace(asked, operation=operation.id))
    header = call.backend.settings.operation_header
    headers = {} if header == "none" else operation_headers(call, operation, header)
    return JSONResponse(shown(call, made), 200 if old else 201, headers)


def patch(call: Call) -> Response:
    """PATCH of tags and SKU."""
    refuse_if_busy(call)
    old = find(call)
    changed = check_patch(call, old)
    operation = deployment_life.begin(call.backend, call.home.name, old.id, "patch")
    made = deployments(call.backend).put(call.home.name, replace(changed, operation=operation.id))
    return JSONResponse(shown(call, made), 202, operation_headers(call, operation, "location"))


def delete(call: Call) -> Response:
    """DELETE: 202, or 204 when it is not there."""
    old = deployments(call.backend).get(call.home.name, call.params["deployment"].lower())
    if old is None:
        return Response(status_code=204)
    refuse_if_busy(call)
    if not call.backend.settings.deployment_delete_async:
        deployments(call.backend).delete(call.home.name, old.id)
        return Response(status_code=200)
    operation = deployment_life.begin(call.backend, call.home.name, old.id, "delete")
    deployments(call.backend).put(
        call.home.name, replace(old, state="Deleting", operation=operation.id)
    )
    return Response(status_code=202, headers=operation_headers(call, operation, "location"))


def pause(call: Call) -> Response:
    """POST pause: calls are answered with 423 until it is resumed."""
    return _turn(call, "Paused")


def resume(call: Call) -> Response:
    """POST resume."""
    return _turn(call, "Running")


def _turn(call: Call, state: str) -> Response:
    old = find(call)
    if old.sku["name"] not in _PAUSABLE:
        text = (
            f"The SKU '{old.sku['name']}' cannot be paused; those that can: {', '.join(_PAUSABLE)}."
        )
        raise Refused(400, "InvalidResourceProperties", text)
    refuse_if_busy(call)
    made = deployments(call.backend).put(call.home.name, replace(old, running=state))
    return JSONResponse(shown(call, made))


def operation_headers(call: Call, operation: Operation, header: str) -> dict[str, str]:
    """Where the operation can be followed, and how soon to ask."""
    route = "operationResults" if header == "location" else "operationStatuses"
    path = (
        f"/subscriptions/{call.home.subscription_id}/providers/Microsoft.CognitiveServices"
        f"/locations/{call.home.location}/{route}/{call.home.name}_{operation.id}"
    )
    # Azure says 10 s or more; here nothing takes that long, and tests do not wait.
    step = call.backend.pace.of("deployments")
    soon = "1" if step.mode == "time" else "0"
    return {header: call.url(f"{path}?api-version={call.version}"), "retry-after": soon}
