"""A JSON value that fits a schema: what a model with structured output would answer at least."""

from __future__ import annotations

import json
from typing import Any, Final

_DEEPEST: Final = 12


def instance(schema: Any, text: str, root: Any = None, depth: int = 0) -> Any:
    """The smallest value that fits, with ``text`` wherever free text goes.

    Args:
        schema: a JSON schema, as far as structured outputs support it.
        text: what strings are filled with.
        root: the whole schema, for ``$ref``; the schema itself if left out.
        depth: how deep the value lies; recursion ends in null.
    """
    root = schema if root is None else root
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return None
    if "$ref" in schema:
        return instance(_target(root, str(schema["$ref"])), text, root, depth + 1)
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    for name in ("anyOf", "oneOf", "allOf"):
        if schema.get(name):
            return instance(schema[name][0], text, root, depth + 1)
    return _of_type(schema, text, root, depth)


def fits(value: Any, schema: Any) -> bool:
    """Whether a value has the type and the required fields of a schema, at the top."""
    if not isinstance(schema, dict):
        return True
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        needed = schema.get("required", ())
        return isinstance(value, dict) and all(name in value for name in needed)
    types: dict[str, type | tuple[type, ...]] = {
        "array": list,
        "string": str,
        "number": (int, float),
        "integer": int,
        "boolean": bool,
    }
    return kind not in types or isinstance(value, types[kind])


def compact(value: Any) -> str:
    """JSON as models write it: without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _of_type(schema: dict[str, Any], text: str, root: Any, depth: int) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0] if kind else None
    if kind == "object" or "properties" in schema:
        return {
            name: instance(each, text, root, depth + 1)
            for name, each in schema.get("properties", {}).items()
        }
    if kind == "array":
        least = max(1, int(schema.get("minItems", 1)))
        return [instance(schema.get("items"), text, root, depth + 1) for _ in range(min(least, 16))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return {"boolean": True, "null": None}.get(str(kind), text)


def _target(root: Any, reference: str) -> Any:
    found = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part and isinstance(found, dict):
            found = found.get(part.replace("~1", "/").replace("~0", "~"))
    return found
