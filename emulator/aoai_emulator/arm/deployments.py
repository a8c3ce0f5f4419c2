"""Deployments in ARM: put, get, list, patch, delete."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from aoai_emulator.arm.deployment_form import etag, shown
from aoai_emulator.arm.deployment_request import check_patch, wanted
from aoai_emulator.arm.operation_headers import operation_headers
from aoai_emulator.calls.call import Call
from aoai_emulator.operations import deployment_life
from aoai_emulator.state.deployment_records import Deployment, Operation, deployments, operations
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.json_response import JSONResponse

_PAUSABLE = ("Standard", "DataZoneStandard", "GlobalStandard")


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
    """GET one; it counts as a poll of the operation that makes it."""
    count_poll(call, find(call).operation)
    return _answer(call, find(call))


def _answer(
    call: Call, deployment: Deployment, status: int = 200, operation: Operation | None = None
) -> Response:
    headers = operation_headers(call, operation) if operation else {}
    return JSONResponse(shown(call, deployment), status, {"etag": etag(deployment), **headers})


def count_poll(call: Call, operation_id: str) -> None:
    """Count a poll of an operation, for the pace ``polls``."""
    table = operations(call.backend)
    operation = table.get(call.home.name, operation_id)
    if operation and operation.ended_at is None:
        table.put(call.home.name, replace(operation, polls=operation.polls + 1))
        deployment_life.catch_up(call.backend, call.home.name)


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


def _refuse_if_not_ready(call: Call) -> None:
    """409 while the account itself is in another state than Succeeded."""
    account = call.backend.world.account(call.home.name) or call.home
    if account.state != "Succeeded":
        text = (
            "Call to Microsoft.CognitiveServices/accounts failed. Error message: Account"
            f" {account.id} in state {account.state}"
        )
        raise Refused(409, "AccountProvisioningStateInvalid", text)


def put(call: Call) -> Response:
    """PUT: create (201) or replace (200)."""
    _refuse_if_not_ready(call)
    refuse_if_busy(call)
    name = call.params["deployment"]
    old = deployments(call.backend).get(call.home.name, name.lower())
    if old and old.state == "Failed" and call.backend.settings.failed_deployment_blocks:
        text = (
            f"The deployment '{old.name}' is in the state 'Failed' and cannot be changed."
            " Delete it first."
        )
        raise Refused(409, "Conflict", text)
    asked = wanted(call, name, old)
    done = deployment_life.change(call.backend, asked, "put")
    return _answer(call, done.deployment, 200 if old else 201, done.operation)


def patch(call: Call) -> Response:
    """PATCH of tags and SKU: 202, or 200 where it is done in the answer."""
    refuse_if_busy(call)
    changed = check_patch(call, find(call))
    done = deployment_life.change(call.backend, changed, "patch")
    return _answer(call, done.deployment, 202 if done.operation else 200, done.operation)


def delete(call: Call) -> Response:
    """DELETE: 202, 200 where it is done in the answer, or 204 when it is not there."""
    old = deployments(call.backend).get(call.home.name, call.params["deployment"].lower())
    if old is None:
        return Response(status_code=204)
    refuse_if_busy(call)
    operation = deployment_life.change(call.backend, old, "delete").operation
    if operation is None:
        return Response(status_code=200)
    return Response(status_code=202, headers=operation_headers(call, operation))


def pause(call: Call) -> Response:
    """POST pause: calls are answered with 423 until it is resumed."""
    return _turn(call, "Paused")


def resume(call: Call) -> Response:
    """POST resume."""
    return _turn(call, "Running")


def _turn(call: Call, state: str) -> Response:
    old = find(call)
    if old.sku_name not in _PAUSABLE:
        text = f"The SKU '{old.sku_name}' cannot be paused; those that can: {', '.join(_PAUSABLE)}."
        raise Refused(400, "InvalidResourceProperties", text)
    refuse_if_busy(call)
    made = deployments(call.backend).put(call.home.name, replace(old, running=state))
    return JSONResponse(shown(call, made))
