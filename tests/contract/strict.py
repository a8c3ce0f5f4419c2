"""Strict decoding: what an answer has that the official models don't know, or type otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import ModuleType
from typing import Any

from openai import BaseModel
from pydantic import ValidationError

_NUMBER = (int, float)
_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": _NUMBER,
    "object": (object,),
}


def openai_problems(decoded: BaseModel, body: object) -> set[str]:
    """Where a body of the wire differs from the model that the openai SDK decoded it to."""
    model = type(decoded)
    found = set(_unknown(decoded))
    try:
        model.model_validate(body, strict=True)
    except ValidationError as error:
        found |= {_worded(_plain_name(model), detail) for detail in error.errors()}
    return found


def _unknown(value: object) -> Iterator[str]:
    """Fields that the SDK kept without knowing them, at any depth."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _unknown(item)
    if isinstance(value, dict):
        yield from _unknown(list(value.values()))
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{_plain_name(type(value))}.{name}: unknown"
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name, None))


def _plain_name(model: type) -> str:
    return re.sub(r"\[.*", "", model.__name__)


def _worded(model: str, detail: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in detail["loc"] if not isinstance(part, int))
    if detail["type"] == "missing":
        return f"{model}.{place}: missing"
    if detail["type"] == "literal_error":
        return f"{model}.{place}: {detail['input']!r}"
    return f"{model}.{place}: {detail['type']}"


def azure_problems(body: object, model: str, models: ModuleType) -> set[str]:
    """Where a body of the wire differs from a model of an Azure management SDK."""
    return set(_check(body, model, models, model))


def _check(value: object, kind: str, models: ModuleType, place: str) -> Iterator[str]:
    if value is None:
        yield f"{place}: null"
    elif kind.startswith("["):
        yield from _check_many(value, list, kind, models, place)
    elif kind.startswith("{"):
        yield from _check_many(value, dict, kind, models, place)
    elif kind in ("iso-8601", "duration", "date"):
        yield from _check_time(value, kind, place)
    elif kind in _PLAIN:
        wrong_bool = isinstance(value, bool) and kind in ("int", "float")
        if wrong_bool or not isinstance(value, _PLAIN[kind]):
            yield f"{place}: {type(value).__name__} for {kind}"
    else:
        yield from _check_model(value, kind, models)


def _check_many(
    value: object,
    wanted: type[list[object]] | type[dict[str, object]],
    kind: str,
    models: ModuleType,
    place: str,
) -> Iterator[str]:
    if not isinstance(value, wanted):
        yield f"{place}: {type(value).__name__} for {wanted.__name__}"
        return
    items: Iterable[object] = value.values() if isinstance(value, dict) else list(value)
    for item in items:
        yield from _check(item, kind[1:-1], models, place)


def _check_time(value: object, kind: str, place: str) -> Iterator[str]:
    try:
        if kind == "iso-8601":
            datetime.fromisoformat(str(value))
        elif not str(value).startswith("P"):
            yield f"{place}: no {kind}"
    except ValueError:
        yield f"{place}: no {kind}"


def _check_model(value: object, kind: str, models: ModuleType) -> Iterator[str]:
    model = getattr(models, kind, None)
    if model is None or issubclass(model, str):
        if not isinstance(value, str):
            yield f"{kind}: {type(value).__name__} for a name"
        return
    if not isinstance(value, dict):
        yield f"{kind}: {type(value).__name__} for an object"
        return
    fields = {entry["key"].replace("\\.", "."): entry["type"] for entry in _map(model).values()}
    required = [
        _map(model)[name]["key"]
        for name, rules in getattr(model, "_validation", {}).items()
        if rules.get("required") and name in _map(model)
    ]
    yield from (f"{kind}.{name}: missing" for name in required if name not in value)
    for name, item in value.items():
        if name not in fields:
            yield f"{kind}.{name}: unknown"
        else:
            yield from _check(item, fields[name], models, f"{kind}.{name}")


def _map(model: type) -> Mapping[str, Mapping[str, str]]:
    return dict(model._attribute_map)  # type: ignore[attr-defined]
