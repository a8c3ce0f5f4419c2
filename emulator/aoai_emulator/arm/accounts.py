"""Accounts in ARM: read, made, changed, deleted, restored; their keys."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from aoai_emulator.arm.account_form import etag, shown
from aoai_emulator.calls import auth
from aoai_emulator.calls.call import Call
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.world import Account

_KEYS: Final = {"key1": 1, "key2": 2}


def get(call: Call) -> Response:
    """GET one account, as it is after what was due."""
    return answer(call, call.backend.world.account(call.home.name) or call.home)


def answer(
    call: Call, account: Account, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """An account with its ETag."""
    made = call.backend.accounts.get(account.name)
    found = {"etag": etag(account, made), **(headers or {})}
    return JSONResponse(shown(call, account), status, found)


def listed(call: Call) -> Response:
    """List the accounts of a subscription, or of a resource group in it."""
    subscription = call.params["subscription"].lower()
    group = call.params.get("group", "").lower()
    found = [
        account
        for account in call.backend.world.accounts
        if account.subscription_id.lower() == subscription
        and group in ("", account.resource_group.lower())
    ]
    return JSONResponse({"value": [shown(call, account) for account in found]})


def list_keys(call: Call) -> Response:
    """POST listKeys."""
    if not call.home.local_auth:
        text = "Failed to list key. disableLocalAuth is set to be true"
        raise Refused(400, "BadRequest", text)
    return _keys(call)


def regenerate_key(call: Call) -> Response:
    """POST regenerateKey: ``Key1`` or ``Key2`` in any letter case."""
    name = str(call.json().get("keyName", "")).lower()
    if name not in _KEYS:
        raise Refused(400, "BadRequest", "keyName must be Key1 or Key2.")
    auth.regenerate_key(call.backend, call.home, _KEYS[name])
    return _keys(call)


def _keys(call: Call) -> Response:
    home = call.home
    return JSONResponse({key: auth.account_key(call.backend, home, n) for key, n in _KEYS.items()})
