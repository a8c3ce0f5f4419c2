"""Where an asynchronous operation is followed: its status (Azure-AsyncOperation), or Location."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from aoai_emulator.arm.deployment_form import shown
from aoai_emulator.arm.deployments import count_poll
from aoai_emulator.arm.operation_headers import LOCATION_TYPE, location_header, retry_after
from aoai_emulator.arm.resource_ids import arm_id
from aoai_emulator.calls.call import Call
from aoai_emulator.operations import deployment_life
from aoai_emulator.state.clock import whole_seconds
from aoai_emulator.state.deployment_records import Operation, deployments, operations
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.json_response import JSONResponse

_CREATING = "Creating"  # what the operation of an account says while it runs


def _find(call: Call) -> tuple[Call, Operation]:
    wanted = call.params["operation"]
    for account in call.backend.world.accounts:
        if account.subscription_id.lower() != call.params["subscription"].lower():
            continue
        if operations(call.backend).get(account.name, wanted) is None:
            continue
        deployment_life.catch_up(call.backend, account.name)
        inside = call.at(account)
        count_poll(inside, wanted)
        found = operations(call.backend).get(account.name, wanted)
        if found:
            return inside, found
    raise Refused(404, "OperationNotFound", f"The operation '{wanted}' was not found.")


def status(call: Call) -> Response:
    """GET of an Azure-AsyncOperation URL: always 200, with the status in the body.

    The same path with ``operationResultResponseType=Location`` is the Location: 202 as long as
    the operation runs, then what it left.
    """
    inside, operation = _find(call)
    if call.query.get(LOCATION_TYPE) == "Location":
        return _result(inside, operation)
    running = operation.ended_at is None
    body: dict[str, Any] = {
        "id": arm_id(call, call.path),
        "name": operation.id,
        "status": _status(call, operation),
        "startTime": whole_seconds(operation.started_at),
    }
    if operation.ended_at is not None:
        body["endTime"] = whole_seconds(operation.ended_at)
    if operation.deployment and call.backend.settings.operation_percent_complete:
        body["percentComplete"] = 0.0  # in Azure to the end
    if operation.error:
        body["error"] = operation.error
    return JSONResponse(body, headers=retry_after(call) if running else None)


def _status(call: Call, operation: Operation) -> str:
    if operation.ended_at is not None:
        return operation.status
    if not operation.deployment:
        return _CREATING
    return call.backend.settings.operation_running


def _result(inside: Call, operation: Operation) -> Response:
    if operation.ended_at is None:
        return Response(status_code=202, headers=location_header(inside, operation))
    deployment = deployments(inside.backend).get(operation.account, operation.deployment)
    if operation.kind == "delete" or deployment is None:
        return Response(status_code=200)
    return JSONResponse(shown(inside, deployment))
