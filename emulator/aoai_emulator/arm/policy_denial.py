"""A denial by Azure Policy: what a setting says that nobody may make."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.json_response import JSONResponse

_TYPE: Final = "Microsoft.CognitiveServices"


def denied_type(backend: Backend, operation: str) -> str | None:
    """The resource type that a write would make and that is denied; None if it is not."""
    kinds = {"accounts.put": "accounts", "deployments.put": "accounts/deployments"}
    kind = kinds.get(operation, "")
    denied = [each.strip() for each in backend.settings.policy_denies.split(",")]
    return f"{_TYPE}/{kind}" if kind and kind in denied else None


def denial(kind: str, params: Mapping[str, str]) -> Response:
    """403 with the assignment, the definition and what was compared, as recorded of a template."""
    name = params.get("deployment", params.get("account", ""))
    scope = f"/subscriptions/{params['subscription']}"
    provider = f"{scope}/providers/Microsoft.Authorization"
    policy = {
        "policyAssignment": {
            "name": "Emulated denial",
            "id": f"{provider}/policyAssignments/emulated",
        },
        "policyDefinition": {
            "name": "Emulated denial",
            "id": f"{provider}/policyDefinitions/emulated",
            "version": "1.0.0",
        },
    }
    compared = {
        "result": "True",
        "expressionKind": "Field",
        "expression": "type",
        "path": "type",
        "expressionValue": kind,
        "targetValue": kind,
        "operator": "Equals",
    }
    info = {
        "evaluationDetails": {"evaluatedExpressions": [compared]},
        "policyDefinitionEffect": "deny",
        "policyAssignmentScope": scope,
    }
    error = {
        "code": "RequestDisallowedByPolicy",
        "target": name,
        "message": (
            f"Resource '{name}' was disallowed by policy. Policy identifiers:"
            f" '[{json.dumps(policy, separators=(',', ':'))}]'."
        ),
        "additionalInfo": [{"type": "PolicyViolation", "info": info}],
    }
    return JSONResponse({"error": error}, 403)
