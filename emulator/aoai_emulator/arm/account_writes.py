"""Accounts made, changed, deleted, restored and purged by calls."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.arm.account_form import shown
from aoai_emulator.arm.accounts import answer
from aoai_emulator.arm.deployment_body import read_tags
from aoai_emulator.arm.operation_headers import operation_headers
from aoai_emulator.calls.call import Call
from aoai_emulator.operations import deployment_life
from aoai_emulator.state.account_records import (
    ACCOUNT_KINDS,
    SOFT_DELETED_FOR,
    MadeAccount,
    record_of,
)
from aoai_emulator.state.clock import shortest
from aoai_emulator.state.deployment_records import deployments
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.file_records import table as files
from aoai_emulator.state.job_records import jobs, trained_models
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.world import Account

_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}")


def put(call: Call) -> Response:
    """PUT: make an account (201), restore a deleted one (201) or change one (200)."""
    name = call.params["account"]
    body = call.json()
    there = call.backend.world.account(name)
    if there:
        _check_place(call, there)
        made = _changed(call, _record(call, there), body)
        call.backend.accounts.put(made)
        return answer(call, made.account())
    made = _new(call, name, body)
    if call.backend.pace.of("accounts").mode == "immediate":
        call.backend.accounts.put(made)
        return answer(call, made.account(), 201)
    return _begin(call, made)


def _begin(call: Call, made: MadeAccount) -> Response:
    operation = deployment_life.begin(
        call.backend, made.name, "", "account", location=made.location_sent
    )
    made = replace(made, state="Creating", operation=operation.id)
    call.backend.accounts.put(made)
    inside = call.at(made.account())
    return answer(inside, made.account(), 201, operation_headers(inside, operation))


def patch(call: Call) -> Response:
    """PATCH of tags, sku and properties."""
    made = _changed(call, _record(call, call.home), call.json())
    call.backend.accounts.put(made)
    return answer(call, made.account())


def delete(call: Call) -> Response:
    """DELETE: 200, and it can be restored for a while; 204 when it is not there."""
    there = call.backend.world.account(call.params["account"])
    if there is None:
        return Response(status_code=204)
    _check_place(call, there)
    if held := deployments(call.backend).list(there.name):
        ids = ", ".join(f"'{there.id}/deployments/{each.name}'" for each in held)
        text = (
            "Cannot delete resource while nested resources exist. Some existing nested resource"
            f" IDs include: {ids}. Please delete all nested resources before deleting this"
            " resource."
        )
        raise Refused(409, "CannotDeleteResource", text)
    call.backend.accounts.put(replace(_record(call, there), deleted_at=call.now))
    return Response(status_code=200)


def deleted_list(call: Call) -> Response:
    """GET the deleted accounts of a subscription."""
    wanted = call.params["subscription"].lower()
    found = call.backend.accounts.deleted(call.now)
    rows = [_deleted(call, each) for each in found if each.subscription_id.lower() == wanted]
    return JSONResponse({"value": rows})


def deleted_get(call: Call) -> Response:
    """GET a deleted account."""
    return JSONResponse(_deleted(call, _find_deleted(call)))


def purge(call: Call) -> Response:
    """DELETE a deleted account for good: its name is free again."""
    made = _find_deleted(call)
    # An account of the world file would come back with its record gone.
    call.backend.accounts.put(replace(made, deleted_at=made.created_at - SOFT_DELETED_FOR))
    return Response(status_code=200)


def _find_deleted(call: Call) -> MadeAccount:
    name = call.params["deleted"].lower()
    for each in call.backend.accounts.deleted(call.now):
        if each.id == name and each.resource_group.lower() == call.params["group"].lower():
            return each
    text = f"The deleted account '{call.params['deleted']}' was not found."
    raise Refused(404, "DeletedAccountNotFound", text)


def _deleted(call: Call, made: MadeAccount) -> dict[str, Any]:
    account = made.account()
    body = shown(call, account)
    place = (
        f"/subscriptions/{made.subscription_id}/providers/Microsoft.CognitiveServices/locations"
        f"/{made.location}/resourceGroups/{made.resource_group}/deletedAccounts/{made.name}"
    )
    moment = made.deleted_at or 0.0
    body["properties"] |= {
        "deletionDate": shortest(moment),
        "scheduledPurgeDate": shortest(moment + SOFT_DELETED_FOR),
    }
    return body | {"id": place, "type": "Microsoft.CognitiveServices/deletedAccounts"}


def _record(call: Call, account: Account) -> MadeAccount:
    made = call.backend.accounts.get(account.name)
    return record_of(account, made, call.now, call.caller.object_id)


def _changed(call: Call, made: MadeAccount, body: dict[str, Any]) -> MadeAccount:
    sent = {k: v for k, v in (body.get("properties") or {}).items() if k != "restore"}
    return replace(
        made,
        tags=read_tags(body) if "tags" in body else made.tags,
        sku=body.get("sku") or made.sku,
        properties={**made.properties, **sent},
        modified_at=call.now,
        modified_by=call.caller.object_id,
        revision=made.revision + 1,
    )


def _new(call: Call, name: str, body: dict[str, Any]) -> MadeAccount:
    location, kind, sku = body.get("location"), body.get("kind"), body.get("sku")
    if not _NAME.fullmatch(name):
        raise Refused(400, "InvalidResourceName", f"The account name '{name}' is not valid.")
    if not isinstance(location, str):
        text = "The 'location' property is required for this definition."
        raise Refused(400, "LocationRequired", text)
    if not isinstance(sku, dict) or kind not in ACCOUNT_KINDS:
        text = (
            f"The account needs a sku, and a kind of {' or '.join(ACCOUNT_KINDS)}; it has {kind!r}."
        )
        raise Refused(400, "InvalidResourceProperties", text)
    properties = dict(body.get("properties") or {})
    restored = _restored(call, name, restore=bool(properties.pop("restore", False)))
    if restored is None and (purged := call.backend.accounts.get(name)):
        _empty(call, purged.name)
    subscription = call.backend.world.subscription(call.params["subscription"])
    author, now = call.caller.object_id, call.now
    return MadeAccount(
        id=name.lower(),
        name=restored.name if restored else name,
        subscription_id=call.params["subscription"],
        tenant_id=subscription.tenant_id if subscription else "",
        resource_group=call.params["group"],
        location=location.lower().replace(" ", ""),
        location_sent=location,
        kind=str(kind),
        sku=sku,
        created_at=restored.created_at if restored else now,
        created_by=restored.created_by if restored else author,
        modified_at=now,
        modified_by=author,
        tags=read_tags(body),
        properties={**(restored.properties if restored else {}), **properties},
        revision=restored.revision + 1 if restored else 1,
    )


def _restored(call: Call, name: str, *, restore: bool) -> MadeAccount | None:
    """The deleted account that a PUT brings back; refused when it is in the way."""
    found = next((a for a in call.backend.accounts.deleted(call.now) if a.id == name.lower()), None)
    if found is None:
        return None
    if restore:
        return found
    text = (
        f"An existing resource with ID '{found.account().id}' has been soft-deleted. To restore"
        " the resource, you must specify 'restore' to be 'true' in the property. If you don't"
        " want to restore existing resource, please purge it first."
    )
    raise Refused(409, "FlagMustBeSetForRestore", text)


def _empty(call: Call, name: str) -> None:
    """Forget what an account had that is gone for good; one of its name begins with nothing."""
    files(call.backend).clear(name)
    jobs(call.backend).clear(name)
    trained_models(call.backend).clear(name)


def _check_place(call: Call, there: Account) -> None:
    """Names of accounts are names of hosts: one of another group is in the way."""
    place = (call.params["subscription"].lower(), call.params["group"].lower())
    if place != (there.subscription_id.lower(), there.resource_group.lower()):
        text = (
            f"Please pick a different name. The subdomain name '{there.name}' is not available as"
            " it's already used by a resource."
        )
        raise Refused(409, "CustomDomainInUse", text)
