"""Models, usages and capacities, as ARM lists them by account, region and subscription."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.arm.capacity import Usage, accounts_in, quotas, usage, usages
from aoai_emulator.arm.deployments import find
from aoai_emulator.arm.listed_models import base_row, capacity_of, trained_row
from aoai_emulator.arm.regions import camel_case
from aoai_emulator.arm.resource_ids import arm_id
from aoai_emulator.calls.call import Call
from aoai_emulator.operations import deployment_life
from aoai_emulator.state.catalog import BaseModel
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.job_records import trained_models
from aoai_emulator.state.json_response import JSONResponse

_MODEL_NAME: Final = re.compile(r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*$")
_TOKENS_PER_UNIT: Final = 1000


def of_account(call: Call) -> Response:
    """GET the models of an account: base models and those that it holds."""
    rows = [base_row(call, model, call.home.location) for model in _in_order(call)]
    held = trained_models(call.backend).list(call.home.name)
    tuned = [trained_row(call, model) for model in held if model.listed]
    return JSONResponse({"value": rows + [row for row in tuned if row]})


def _in_order(call: Call) -> list[BaseModel]:
    return sorted(call.backend.catalog.models, key=lambda model: (model.name, model.version))


def of_location(call: Call) -> Response:
    """GET the models of a region, each wrapped with the kind of account; one answer, no pages."""
    region = call.params["location"].lower()
    subscription = call.params["subscription"]
    rows = []
    for kind in ("OpenAI", "AIServices"):
        for model in _in_order(call):
            place = camel_case(region)
            name = f"{model.format}.{model.name}.{model.version}"
            parent = (
                f"/subscriptions/{subscription}/providers/Microsoft.CognitiveServices/locations"
            )
            rows.append(
                {
                    "id": arm_id(call, f"{parent}/{place}/models/{name}"),
                    "type": "Microsoft.CognitiveServices/locations/models",
                    "name": name,
                    "location": place,
                    "kind": kind,
                    "skuName": "S0",
                    "model": base_row(call, model, region),
                }
            )
    return JSONResponse({"value": rows})


def _usage_row(found: Usage) -> dict[str, Any]:
    return {
        "name": {"value": found.name, "localizedValue": found.title},
        "currentValue": found.used,
        "limit": found.limit,
        "unit": "Count",
    }


def list_usages(call: Call) -> Response:
    """GET the usages of a region of the subscription."""
    region = call.params["location"].lower()
    subscription = call.params["subscription"]
    _catch_up(call, subscription, region)
    found = usages(call.backend, subscription, region)
    return JSONResponse({"value": [_usage_row(each) for each in found]})


def account_usages(call: Call) -> Response:
    """GET the usages that an account's deployments count against."""
    found = quotas(call.backend, call.home.subscription_id, call.home.location)
    return JSONResponse({"value": [_usage_row(each) for each in found if each.used]})


def capacities(call: Call) -> Response:
    """GET how much of a model's quota is free, in one region or in each that has an account."""
    model = _asked_model(call)
    subscription = call.params["subscription"]
    given = call.params.get("location")
    places = {each.location for each in call.backend.world.accounts}
    rows = [
        row
        for region in ([given.lower()] if given else sorted(places))
        for row in _capacity_rows(call, subscription, region, model)
    ]
    return JSONResponse({"value": rows})


def _asked_model(call: Call) -> BaseModel:
    asked = {name: call.query.get(name) for name in ("modelFormat", "modelName", "modelVersion")}
    for name, value in asked.items():
        if not value:
            raise Refused(400, "InvalidParameter", f"The query parameter {name} is required.")
    if not _MODEL_NAME.match(str(asked["modelName"])):
        raise Refused(400, "InvalidParameter", "The query parameter modelName is not valid.")
    for model in call.backend.catalog.models:
        if [model.format, model.name, model.version] == list(asked.values()):
            return model
    raise Refused(404, "ModelNotFound", f"There is no model {' '.join(map(str, asked.values()))}.")


def _capacity_rows(
    call: Call, subscription: str, region: str, model: BaseModel
) -> list[dict[str, Any]]:
    _catch_up(call, subscription, region)
    rows = []
    for sku in call.backend.catalog.skus:
        if not call.backend.catalog.sku_in(sku, region):
            continue
        free = {
            tuned: _free(usage(call.backend, subscription, region, model, sku, tuned=tuned))
            for tuned in (False, True)
        }
        rows.append(_capacity_row(subscription, region, model, sku, free))
    return rows


def _free(found: Usage) -> int:
    return max(0, found.limit - found.used)


def _capacity_row(
    subscription: str, region: str, model: BaseModel, sku: str, free: dict[bool, int]
) -> dict[str, Any]:
    kind = "Microsoft.CognitiveServices/locations/modelCapacities"
    place = (
        f"/subscriptions/{subscription}/providers/Microsoft.CognitiveServices/locations/{region}"
    )
    name = f"{model.format}.{sku}.{model.name}.{model.version}"
    return {
        "id": f"{place}/modelCapacities/{name}",
        "name": name,
        "type": kind,
        "location": region,
        "properties": {
            "model": {"format": model.format, "name": model.name, "version": model.version},
            "skuName": sku,
            "availableCapacity": free[False],
            "availableFinetuneCapacity": free[True],
        },
    }


def calculate(call: Call) -> Response:
    """POST calculateModelCapacity: the capacity that workloads need."""
    body = call.json()
    model, sku = body.get("model"), body.get("skuName")
    workloads = body.get("workloads")
    if not isinstance(model, dict) or not isinstance(sku, str) or not isinstance(workloads, list):
        text = "The request content needs model, skuName and workloads."
        raise Refused(400, "InvalidRequestContent", text)
    need = -(-sum(map(_tokens_a_minute, workloads)) // _TOKENS_PER_UNIT)
    step = int(capacity_of(sku)["step"])
    deployable = max(int(capacity_of(sku)["minimum"]), -(-need // step) * step)
    estimate = {"value": need, "deployableValue": deployable}
    return JSONResponse({"model": model, "skuName": sku, "estimatedCapacity": estimate})


def _tokens_a_minute(workload: dict[str, Any]) -> int:
    asked = workload.get("requestParameters") or {}
    tokens = int(asked.get("avgPromptTokens", 0)) + int(asked.get("avgGeneratedTokens", 0))
    return int(workload.get("requestPerMinute", 0)) * tokens


def deployment_skus(call: Call) -> Response:
    """GET the SKUs that a deployment could change to."""
    deployment = find(call)
    catalog = call.backend.catalog
    rows = [
        {
            "resourceType": "Microsoft.CognitiveServices/accounts/deployments",
            "sku": {"name": sku},
            "capacity": capacity_of(sku),
        }
        for sku in catalog.skus
        if catalog.sku_in(sku, call.home.location)
    ]
    current = deployment.sku_name
    rows.sort(key=lambda row: row["sku"] != {"name": current})
    return JSONResponse({"value": rows})


def _catch_up(call: Call, subscription: str, region: str) -> None:
    for account in accounts_in(call.backend, subscription, region):
        deployment_life.catch_up(call.backend, account.name)
