"""Where an asynchronous operation is followed: its status (Azure-AsyncOperation), or Location."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from aoai_emulator.arm.deployments import look_at, operation_headers, shown
from aoai_emulator.calls.call import Call
from aoai_emulator.operations import deployment_life
from aoai_emulator.state.clock import iso
from aoai_emulator.state.deployment_records import Operation, deployments, operations
from aoai_emulator.state.errors import Refused


def _find(call: Call) -> tuple[Call, Operation]:
    name, _, operation_id = call.params["operation"].rpartition("_")
    account = call.backend.world.account(name)
    if account and account.subscription_id.lower() == call.params["subscription"].lower():
        inside = call.at(account)
        deployment_life.settle(call.backend, account.name)
        look_at(inside, operation_id)
        operation = operations(call.backend).get(account.name, operation_id)
        if operation:
            return inside, operation
    raise Refused(
        404, "OperationNotFound", f"The operation '{call.params['operation']}' was not found."
    )


def status(call: Call) -> Response:
    """GET of an Azure-AsyncOperation URL: always 200, with the status in the body."""
    inside, operation = _find(call)
    body: dict[str, object] = {
        "id": call.path,
        "name": operation.id,
        "status": operation.status,
        "startTime": iso(operation.started_at),
    }
    if operation.ended_at is not None:
        body["endTime"] = iso(operation.ended_at)
    if operation.error:
        body["error"] = operation.error
    headers = (
        {} if operation.ended_at else operation_headers(inside, operation, "azure-asyncoperation")
    )
    return JSONResponse(body, headers=headers)


def result(call: Call) -> Response:
    """GET of a Location URL: 202 as long as it runs, then what the operation left."""
    inside, operation = _find(call)
    if operation.ended_at is None:
        return Response(status_code=202, headers=operation_headers(inside, operation, "location"))
    deployment = deployments(call.backend).get(operation.account, operation.deployment)
    if operation.kind == "delete" or deployment is None:
        return Response(status_code=200)
    return JSONResponse(shown(inside, deployment))
