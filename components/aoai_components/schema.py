"""A JSON Schema of a stack's file, for editors; read off the entries and Pulumi.yaml's keys."""

from __future__ import annotations

from typing import Any

import msgspec

from aoai.azure.clouds import CLOUDS
from aoai.catalog import ENTRY_FIELDS
from aoai.resources.job_waiter import WAITS
from aoai_components.account_settings import AccountSettings
from aoai_components.entries import DeploymentEntry, ModelEntry
from aoai_components.model_settings import ORIGINS
from aoai_components.settings import KEYS

PROJECT = "aoai-finetune"
_ENTRIES = {"accounts": AccountSettings, "models": ModelEntry, "deployments": DeploymentEntry}


def stack_schema() -> dict[str, Any]:
    """The schema of ``stacks/Pulumi.NAME.yaml``; a key of this project that is a typo is an error.

    Keys of other projects and of Pulumi itself are free.
    """
    described = msgspec.json.schema_components(
        tuple(_ENTRIES.values()), ref_template="#/$defs/{name}"
    )
    # As JSON has it: a default of a list is a tuple in Python.
    schemas, components = msgspec.json.decode(msgspec.json.encode(described))
    keys: dict[str, Any] = {
        name: {"type": "object", "additionalProperties": schema}
        for name, schema in zip(_ENTRIES, schemas, strict=True)
    }
    components[ModelEntry.__name__]["oneOf"] = [{"required": [*keys]} for keys in ORIGINS]
    keys["cloud"] = {"enum": [*CLOUDS, "emulator"]}
    keys["wait"] = {"enum": [*WAITS]}
    keys["deadline"] = {"type": "string"}
    keys["pollInterval"] = {"type": ["integer", "string"], "minimum": 1, "pattern": "^[0-9]+$"}
    keys["prices"] = {
        "type": "object",
        "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
    }
    keys["catalog"] = {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {field: {} for field in ENTRY_FIELDS},
            "additionalProperties": False,
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of aoai-finetune",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {f"{PROJECT}:{key}": keys[key] for key in KEYS},
                "patternProperties": {f"^{PROJECT}:(?!({'|'.join(KEYS)})$)": False},
            }
        },
        "$defs": components,
    }
