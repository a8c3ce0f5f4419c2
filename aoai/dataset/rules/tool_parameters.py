"""The parameters of a declared function are a JSON Schema of an object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aoai.dataset.example.fields import get, items, join
from aoai.dataset.example.rule import Rule
from aoai.dataset.example.tools import declared_functions
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, shown, warning

BAD_PARAMETERS = warning(
    "bad-parameters",
    "a function's parameters are no JSON Schema of an object: requests with such are refused",
    "chat completions API, refusals with the code invalid_function_parameters",
)

_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
_ONE = ("items", "additionalProperties", "not")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "$defs", "definitions")


def check(example: Example) -> Iterator[Problem]:
    """Schemas that the service refuses in a request."""
    for function, path in declared_functions(example.conversation, example.path):
        parameters, at = get(function, "parameters"), f"{path}.parameters"
        if not isinstance(parameters, dict) or not parameters:
            continue  # no parameters at all, or a finding of its own
        if parameters.get("type") != "object":
            yield BAD_PARAMETERS.at(at, 'the schema is none of an object; write "type": "object".')
        yield from _schemas(parameters, at)


def _schemas(schema: dict[str, Any], path: str) -> Iterator[Problem]:
    """What is wrong with a schema and with those in it, without recursion."""
    waiting: list[tuple[Any, str]] = [(schema, path)]
    while waiting:
        schema, path = waiting.pop()
        if not isinstance(schema, dict):
            if not isinstance(schema, bool):
                yield BAD_PARAMETERS.at(path, f"{shown(schema)} is no schema; write an object.")
            continue
        yield from _keywords(schema, path)
        waiting += [(schema[name], f"{path}.{name}") for name in _ONE if name in schema]
        for name in _LISTS:
            waiting += items(schema.get(name), f"{path}.{name}")
        for name in _MAPS:
            inner = schema.get(name)
            if isinstance(inner, dict):
                waiting += [(each, join(f"{path}.{name}", key)) for key, each in inner.items()]


def _keywords(schema: dict[str, Any], path: str) -> Iterator[Problem]:
    given = schema.get("type", [])
    kinds = given if isinstance(given, list) else [given]
    for kind in kinds:
        if kind not in _TYPES:
            text = f"{shown(kind)} is no type of JSON Schema; write one of: {', '.join(_TYPES)}."
            yield BAD_PARAMETERS.at(f"{path}.type", text)
    if "array" in kinds and not {"items", "prefixItems"} & schema.keys():
        yield BAD_PARAMETERS.at(path, 'an array without "items"; write the schema of its items.')
    required = schema.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        text = 'write a list of names beside "properties".'
        yield BAD_PARAMETERS.at(f"{path}.required", text)
    if not isinstance(schema.get("properties", {}), dict):
        text = "write an object with a schema for each name."
        yield BAD_PARAMETERS.at(f"{path}.properties", text)


RULE = Rule(check)
