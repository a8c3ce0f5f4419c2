"""The URLs that an operation of Resource Manager is followed at."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from aoai_emulator.calls.call import Call
from aoai_emulator.state.deployment_records import Operation

LOCATION_TYPE: Final = "operationResultResponseType"
ACCOUNTS_VERSION: Final = "2017-04-18"
"""The api-version that operations of accounts are asked with, whatever the caller's was."""
_EPOCH_TICKS: Final = 621_355_968_000_000_000
_TICKS_PER_SECOND: Final = 10_000_000
_LENGTHS: Final = {"c": 2600, "s": 342, "h": 43}
"""Characters of certificate, signature and hash, as recorded."""


def operation_headers(call: Call, operation: Operation) -> dict[str, str]:
    """The headers of an answer that leaves an operation behind, as the settings want them."""
    settings = call.backend.settings
    chosen = settings.operation_header
    found = {}
    if chosen in ("both", "azure-asyncoperation"):
        found["azure-asyncoperation"] = _url(call, operation, settings.operation_path, "")
    if chosen in ("both", "location") and not _of_account(operation):
        found["location"] = _url(call, operation, "operationResults", f"{LOCATION_TYPE}=Location&")
    return found | retry_after(call)


def location_header(call: Call, operation: Operation) -> dict[str, str]:
    """Where a Location that has not ended leads: to itself."""
    url = _url(call, operation, "operationResults", f"{LOCATION_TYPE}=Location&")
    return {"location": url} | retry_after(call)


def retry_after(call: Call) -> dict[str, str]:
    """Azure sends none; the setting can."""
    seconds = call.backend.settings.operation_retry_after
    return {"retry-after": str(seconds)} if seconds >= 0 else {}


def _of_account(operation: Operation) -> bool:
    return operation.kind == "account"


def _url(call: Call, operation: Operation, route: str, kind: str) -> str:
    version = ACCOUNTS_VERSION if _of_account(operation) else call.version
    location = operation.location or call.home.location
    return call.url(
        f"/subscriptions/{call.home.subscription_id}/providers/Microsoft.CognitiveServices"
        f"/locations/{location}/{route}/{operation.id}"
        f"?api-version={version}&{kind}{_signature(call, operation)}"
    )


def _signature(call: Call, operation: Operation) -> str:
    """The signed part: made up, as long as Azure's, and not checked when it comes back."""
    ticks = _EPOCH_TICKS + int(call.now * _TICKS_PER_SECOND)
    made = hashlib.shake_256(operation.id.encode()).digest(max(_LENGTHS.values()))
    text = base64.urlsafe_b64encode(made).decode()
    parts = [f"{name}={text[:length]}" for name, length in _LENGTHS.items()]
    return "&".join([f"t={ticks:018d}", *parts])
