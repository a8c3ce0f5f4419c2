"""Declares what stack.json lists: made-up resources of our types, in order.

A property `{"from": "NAME.OUTPUT"}` is the output of a resource above; `in` puts a resource into a
component.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
from made_up import MADE_UP  # type: ignore[import-not-found] # found at run time, beside this file

made: dict[str, Any] = {}
components: dict[str, pulumi.ComponentResource] = {}


def value(given: Any) -> Any:
    """A property as it is written, or as it comes from another resource."""
    if isinstance(given, dict) and set(given) == {"from"}:
        name, _, output = given["from"].partition(".")
        return getattr(made[name], output)
    return given


def component(name: str | None) -> pulumi.ComponentResource | None:
    """A component by name, made once."""
    if name is None:
        return None
    if name not in components:
        components[name] = pulumi.ComponentResource("test:index:Component", name)
    return components[name]


for entry in json.loads(Path("stack.json").read_text()):
    options = pulumi.ResourceOptions(
        parent=component(entry.get("in")),
        aliases=[pulumi.Alias(name=name) for name in entry.get("aliases", [])],
        protect=entry.get("protect"),
    )
    props = {key: value(given) for key, given in entry["props"].items()}
    made[entry["name"]] = MADE_UP[entry["kind"]](
        entry.get("logical", entry["name"]), props, options
    )
