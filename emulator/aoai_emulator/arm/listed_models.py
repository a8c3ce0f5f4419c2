"""The rows of ARM's lists of models."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from aoai_emulator.arm.capacity import usage_name
from aoai_emulator.calls.call import Call
from aoai_emulator.state.catalog import BaseModel
from aoai_emulator.state.clock import parse_iso
from aoai_emulator.state.job_records import TrainedModel
from aoai_emulator.state.model_facts import area_of, facts_of

_FACTS: Final = Path(__file__).with_name("listed_models.yaml")
_RETIRES: Final = "2027-10-15"
_LIMITS_OLDEST: Final = "2023-05-01"  # until then the key is ``ratelimits``
_TRAINS: Final = "<trains>"
_NOT_OF_TUNED: Final = ("fineTune", "inference")
_TOKENS: Final = ("NoCachedContextToken", "CachedContextToken", "GeneratedToken")
_LARGEST: Final = 1_000_000


def base_row(call: Call, model: BaseModel, region: str) -> dict[str, Any]:
    """A base model as an account or a region lists it."""
    facts = _facts(model)
    capabilities = _capabilities(facts, model, region)
    old = facts.get("old", False)
    tuned = {n: v for n, v in capabilities.items() if n not in _NOT_OF_TUNED}
    row = {
        "format": model.format,
        "name": model.name,
        "version": model.version,
        "description": None if old else f"{model.name}, version {model.version}.",
        "isDefaultVersion": not old
        and call.backend.catalog.find_version(model.name, None) == model,
        "skus": skus(call, model, region, tuned=False),
        "maxCapacity": facts.get("capacity", 3),
        "capabilities": capabilities,
        "finetuneCapabilities": tuned if "fineTune" in capabilities else None,
        "deprecation": _deprecation(call, facts, model),
        "lifecycleStatus": _lifecycle(call, facts, model),
        "systemData": _system_data(facts, old=old),
        "modelCatalogAssetId": _asset(model) if not old or facts.get("asset") else None,
        "replacementConfig": facts.get("replaced"),
    }
    return {name: value for name, value in row.items() if value is not None}


def trained_row(call: Call, model: TrainedModel) -> dict[str, Any] | None:
    """A tuned model as its account lists it; its format is its base's."""
    base = call.backend.catalog.find(model.base)
    if base is None:
        return None
    region = call.home.location
    return {
        "baseModel": {"format": base.format, "name": base.name, "version": base.version},
        "format": base.format,
        "name": model.id,
        "version": "1",
        "isDefaultVersion": True,
        "skus": skus(call, base, region, tuned=True),
        "maxCapacity": 3,
        "capabilities": facts_of(base).capabilities(region, tuned=True),
        "deprecation": {"inference": _day(_RETIRES)},
        "lifecycleStatus": "GenerallyAvailable",
        "systemData": _system_data({}, old=False),
    }


def skus(call: Call, model: BaseModel, region: str, *, tuned: bool) -> list[dict[str, Any]]:
    """The SKUs of a model in a region: those that were recorded, then those of the catalog."""
    facts = _facts(model)
    known = [] if tuned else facts.get("skus", [])
    rows = [_sku(call, model, facts, each) for each in known]
    if not tuned and facts.get("exactly"):
        return rows
    named = {each["name"] for each in known}
    catalog = call.backend.catalog
    others = [name for name in catalog.skus if catalog.sku_in(name, region) and name not in named]
    return rows + [
        _sku(call, model, facts, _usual_sku(name) | {"usage": usage_name(model, name, tuned=tuned)})
        for name in others
    ]


def capacity_of(sku: str) -> dict[str, int]:
    """How a SKU's capacity may be chosen."""
    if "Provisioned" in sku:
        return {"minimum": 15, "maximum": 100_000, "step": 5, "default": 15}
    return {"minimum": 1, "maximum": _LARGEST, "step": 1, "default": 1}


def _usual_sku(name: str) -> dict[str, Any]:
    if "Provisioned" in name:
        return {"name": name, "capacity": capacity_of(name), "costs": [["Hosting", ""]]}
    costs = [[each, ""] for each in _TOKENS]
    capacity = {"maximum": _LARGEST, "default": 10}
    return {"name": name, "capacity": capacity, "requests": [60, 10], "costs": costs}


def _sku(
    call: Call, model: BaseModel, facts: dict[str, Any], given: dict[str, Any]
) -> dict[str, Any]:
    limits = "ratelimits" if call.version <= _LIMITS_OLDEST else "rateLimits"
    row = {
        "name": given["name"],
        "usageName": given.get("usage", usage_name(model, given["name"], tuned=False)),
        "capacity": given["capacity"],
        "deprecationDate": _day(_end(call, model, facts.get("sku_ends"))),
        limits: _rate_limits(given),
        "costs": _costs(given),
    }
    return {name: value for name, value in row.items() if value is not None}


def _rate_limits(sku: dict[str, Any]) -> list[dict[str, Any]] | None:
    if "only_requests" in sku:
        seconds, count = sku["only_requests"]
        return [{"key": "request", "renewalPeriod": seconds, "count": count}]
    if "requests" not in sku:
        return None
    seconds, count = sku["requests"]
    return [
        {"key": "request", "renewalPeriod": seconds, "count": count},
        {"key": "token", "renewalPeriod": 60, "count": 1000},
    ]


def _costs(sku: dict[str, Any]) -> list[dict[str, str]] | None:
    """Prices by meter; an id may be empty and a name may repeat, as in Azure."""
    if "costs" not in sku:
        return None
    return [
        {
            "name": name,
            "meterId": meter,
            "unit": "1 Unit/Hour" if name == "Hosting" else "1K Tokens",
        }
        for name, meter in sku["costs"]
    ]


def _capabilities(facts: dict[str, Any], model: BaseModel, region: str) -> dict[str, str]:
    """Texts. Where the region trains the model itself: fineTune; globally only: globalFineTune."""
    usual = {
        **facts_of(model).capabilities(region, tuned=False),
        _TRAINS: "true",
        "maxContextToken": str(model.context),
    }
    if model.methods:
        usual["FineTuneTokensMaxValuePerExample"] = str(model.context)
        usual["FineTuneTokensMaxValue"] = "2000000000"
    found = {}
    for name, value in facts.get("capabilities", usual).items():
        text = area_of(region) if value == "<area>" else value
        key = _training(model, region) if name == _TRAINS else name
        if key and text:
            found[key] = text
    return found


def _training(model: BaseModel, region: str) -> str:
    if model.trains_in(region, "Standard"):
        return "fineTune"
    return "globalFineTune" if model.trains_in(region) else ""


def _end(call: Call, model: BaseModel, planned: str | None) -> str:
    """When something ends: as planned, or later once that day is past and it has not ended."""
    if model.retired:
        return planned or model.retired
    if planned is None or call.now >= parse_iso(planned):
        return _RETIRES
    return planned


def _deprecation(call: Call, facts: dict[str, Any], model: BaseModel) -> dict[str, str]:
    planned = facts.get("ends", {})
    kinds = ("fineTune", "inference") if model.methods else ("inference",)
    # Both move together: the model goes on being trained as long as it is not retired.
    last = planned.get("inference")
    moved = not model.retired and (last is None or call.now >= parse_iso(last))
    days = {kind: _RETIRES if moved else planned.get(kind, model.retired) for kind in kinds}
    found = {kind: _day(str(day)) for kind, day in days.items()}
    return found | ({"deprecationStatus": facts["status"]} if "status" in facts else {})


def _lifecycle(call: Call, facts: dict[str, Any], model: BaseModel) -> str:
    if model.retired and call.now >= parse_iso(model.retired):
        return "Deprecated"
    return str(facts.get("lifecycle", "GenerallyAvailable"))


def _system_data(facts: dict[str, Any], *, old: bool) -> dict[str, str]:
    created, modified = facts.get("created", ("2025-04-14", "2025-04-14"))
    typed = {} if old else {"createdByType": "Application"}
    changed = {} if old else {"lastModifiedByType": "Application"}
    return {
        "createdBy": "Microsoft",
        **typed,
        "createdAt": _day(created),
        "lastModifiedBy": "Microsoft",
        **changed,
        "lastModifiedAt": _day(modified),
    }


def _asset(model: BaseModel) -> str:
    registry = "azure-openai" if model.format == "OpenAI" else "azureml"
    return f"azureml://registries/{registry}/models/{model.name}/versions/{model.version}"


def _day(text: str) -> str:
    return f"{text}T00:00:00Z"


def _facts(model: BaseModel) -> dict[str, Any]:
    return dict(_all().get(model.wire_name, {}))


@cache
def _all() -> dict[str, Any]:
    return dict(yaml.safe_load(_FACTS.read_text(encoding="utf-8"))["models"])
