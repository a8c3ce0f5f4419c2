"""RAI policies of an account: the content filters that a deployment names (raiPolicyName).

The emulator keeps and shows them; no filter of theirs is applied to what a deployment answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.arm.resource_ids import arm_id
from aoai_emulator.calls.call import Call
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.clock import shortest
from aoai_emulator.state.deployment_records import deployments
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.store import Table

SYSTEM: Final = ("Microsoft.Default", "Microsoft.DefaultV2")
"""The policies that every account has; they cannot be changed."""
_TYPE: Final = "Microsoft.CognitiveServices/accounts/raiPolicies"
_HARMS: Final = ("Hate", "Sexual", "Violence", "Selfharm")
_SOURCES: Final = ("Prompt", "Completion")


@dataclass(frozen=True)
class RaiPolicy:
    """A policy that a call made; its id is its lower-cased name."""

    id: str
    name: str
    properties: dict[str, Any]
    etag: str
    created_at: float
    created_by: str
    modified_at: float
    modified_by: str


def policies(backend: Backend) -> Table[RaiPolicy]:
    """The policies that calls made, by account."""
    return Table(backend.store, RaiPolicy)


def is_known(backend: Backend, account: str, name: str) -> bool:
    """Whether an account has a policy of this name, in any letter case."""
    system = name.lower() in {each.lower() for each in SYSTEM}
    return system or policies(backend).get(account, name.lower()) is not None


def listed(call: Call) -> Response:
    """GET the policies of an account."""
    made = [_shown(call, each) for each in policies(call.backend).list(call.home.name)]
    return JSONResponse({"value": [*(_system(call, each) for each in SYSTEM), *made]})


def get(call: Call) -> Response:
    """GET one policy."""
    name = call.params["policy"]
    for each in SYSTEM:
        if each.lower() == name.lower():
            return JSONResponse(_system(call, each))
    return JSONResponse(_shown(call, _find(call)))


def put(call: Call) -> Response:
    """PUT: make (201) or change (200) a policy."""
    name = call.params["policy"]
    _refuse_system(name)
    sent = call.json().get("properties")
    if not isinstance(sent, dict) or not isinstance(sent.get("basePolicyName"), str):
        text = "The RAI policy needs properties with a basePolicyName."
        raise Refused(400, "InvalidResourceProperties", text)
    if not is_known(call.backend, call.home.name, sent["basePolicyName"]):
        text = f"The base policy '{sent['basePolicyName']}' is not in the account."
        raise Refused(400, "InvalidResourceProperties", text)
    old = policies(call.backend).get(call.home.name, name.lower())
    author, now = call.caller.object_id, call.now
    made = RaiPolicy(
        id=name.lower(),
        name=old.name if old else name,
        properties={"mode": "Default", **sent, "type": "UserManaged"},
        etag=call.backend.ids.uuid(),
        created_at=old.created_at if old else now,
        created_by=old.created_by if old else author,
        modified_at=now,
        modified_by=author,
    )
    policies(call.backend).put(call.home.name, made)
    return JSONResponse(_shown(call, made), 200 if old else 201)


def delete(call: Call) -> Response:
    """DELETE: 204, also when it is not there; one that a deployment names stays."""
    name = call.params["policy"]
    _refuse_system(name)
    if policies(call.backend).get(call.home.name, name.lower()) is None:
        return Response(status_code=204)
    for each in deployments(call.backend).list(call.home.name):
        if (each.rai_policy or "").lower() == name.lower():
            text = f"The RAI policy '{name}' is used by the deployment '{each.name}'."
            raise Refused(409, "Conflict", text)
    policies(call.backend).delete(call.home.name, name.lower())
    return Response(status_code=204)


def _refuse_system(name: str) -> None:
    if name.lower() in {each.lower() for each in SYSTEM}:
        text = f"The RAI policy '{name}' is managed by the system and cannot be changed."
        raise Refused(400, "InvalidResourceProperties", text)


def _find(call: Call) -> RaiPolicy:
    name = call.params["policy"]
    found = policies(call.backend).get(call.home.name, name.lower())
    if found is None:
        text = (
            f"The Resource 'Microsoft.CognitiveServices/accounts/{call.home.name}"
            f"/raiPolicies/{name}' under resource group '{call.home.resource_group}' was not found."
        )
        raise Refused(404, "ResourceNotFound", text)
    return found


def _system(call: Call, name: str) -> dict[str, Any]:
    filters = [
        {
            "name": harm,
            "enabled": True,
            "severityThreshold": "Medium",
            "blocking": True,
            "source": source,
        }
        for source in _SOURCES
        for harm in _HARMS
    ]
    properties = {"type": "SystemManaged", "mode": "Blocking", "contentFilters": filters}
    return _row(call, name, properties)


def _shown(call: Call, policy: RaiPolicy) -> dict[str, Any]:
    data = {
        "createdBy": policy.created_by,
        "createdByType": "Application",
        "createdAt": shortest(policy.created_at),
        "lastModifiedBy": policy.modified_by,
        "lastModifiedByType": "Application",
        "lastModifiedAt": shortest(policy.modified_at),
    }
    row = _row(call, policy.name, policy.properties)
    return row | {"systemData": data, "etag": f'"{policy.etag}"'}


def _row(call: Call, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    place = arm_id(call, f"{call.home.id}/raiPolicies/{name}")
    return {"id": place, "type": _TYPE, "name": name, "properties": properties}
