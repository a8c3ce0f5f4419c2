"""Request bodies, put together from values and their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aoai.azure.http.fields import Json


def nested(values: Mapping[str, Any]) -> Json:
    """A JSON object from values by their dotted place: ``{"sku.name": "Standard"}``."""
    body: dict[str, Any] = {}
    for place, value in values.items():
        *path, name = place.split(".")
        part = body
        for step in path:
            part = part.setdefault(step, {})
        part[name] = value
    return body
