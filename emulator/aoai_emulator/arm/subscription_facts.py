"""What a subscription may have: SKUs of accounts, and its quota tier."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.arm.resource_ids import arm_id
from aoai_emulator.calls.call import Call
from aoai_emulator.state.account_records import ACCOUNT_KINDS
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.json_response import JSONResponse

_SKU: Final = {"name": "S0", "tier": "Standard"}
_POLICIES: Final = ("OnceUpgradeIsAvailable", "NoAutoUpgrade")
_ASSIGNED: Final = "2026-01-01T00:00:00Z"
_TIER: Final = "Tier 1"


def skus(call: Call) -> Response:
    """GET the SKUs of accounts, by kind; the regions are those of the world's accounts."""
    regions = sorted({each.location.upper() for each in call.backend.world.accounts})
    rows = [
        {
            "resourceType": "accounts",
            **_SKU,
            "kind": kind,
            "locations": [region],
            "restrictions": [],
        }
        for kind in ACCOUNT_KINDS
        for region in regions
    ]
    return JSONResponse({"value": rows})


def account_skus(_: Call) -> Response:
    """GET the SKUs that an account could change to."""
    row = {"resourceType": "Microsoft.CognitiveServices/accounts", "sku": _SKU}
    return JSONResponse({"value": [row]})


def quota_tiers(call: Call) -> Response:
    """GET the quota tiers of a subscription: one, named default."""
    return JSONResponse({"value": [_tier(call)]})


def quota_tier(call: Call) -> Response:
    """GET the quota tier."""
    _check_name(call)
    return JSONResponse(_tier(call))


def change_quota_tier(call: Call) -> Response:
    """PUT or PATCH whether the tier is upgraded by itself."""
    _check_name(call)
    properties = call.json().get("properties") or {}
    policy = properties.get("tierUpgradePolicy", _policy(call))
    if policy not in _POLICIES:
        text = f"tierUpgradePolicy is one of {', '.join(_POLICIES)}."
        raise Refused(400, "InvalidResourceProperties", text)
    call.backend.store.set_meta(_name(call), policy)
    return JSONResponse(_tier(call))


def _check_name(call: Call) -> None:
    if call.params["tier"].lower() != "default":
        text = f"The quota tier '{call.params['tier']}' was not found."
        raise Refused(404, "ResourceNotFound", text)


def _tier(call: Call) -> dict[str, Any]:
    place = f"/subscriptions/{call.params['subscription']}/providers/Microsoft.CognitiveServices"
    return {
        "id": arm_id(call, f"{place}/quotaTiers/default"),
        "name": "default",
        "type": "Microsoft.CognitiveServices/quotaTiers",
        "properties": {
            "currentTierName": _TIER,
            "tierUpgradePolicy": _policy(call),
            "assignmentDate": _ASSIGNED,
            "tierUpgradeEligibilityInfo": {
                "nextTierName": "Tier 2",
                "upgradeAvailabilityStatus": "NotAvailable",
                "upgradeUnavailabilityReason": "The emulator upgrades no tier.",
            },
        },
    }


def _policy(call: Call) -> str:
    return str(call.backend.store.get_meta(_name(call)) or _POLICIES[0])


def _name(call: Call) -> str:
    return f"tier.{call.params['subscription'].lower()}"
