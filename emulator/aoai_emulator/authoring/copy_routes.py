"""Copy of a checkpoint to another account of the tenant (preview; fine-tuning-rest.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.authoring.job_routes import find
from aoai_emulator.calls.call import Call
from aoai_emulator.calls.dispatch import body_fields
from aoai_emulator.calls.roles import allows
from aoai_emulator.state.copy_records import Copy, catch_up, keep, of_checkpoint
from aoai_emulator.state.errors import Refused, bad, not_found
from aoai_emulator.state.job_records import Checkpoint, Job, checkpoints, jobs
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.world import Account

_FIELDS: Final = ("destinationResourceId", "region")
_ACTION: Final = "Microsoft.CognitiveServices/accounts/OpenAI/fine-tunes/write"


def start(call: Call) -> Response:
    """POST …/checkpoints/{checkpoint}/copy."""
    job, checkpoint = _checkpoint(call)
    body = call.json()
    body_fields(body, _FIELDS)
    for name in _FIELDS:
        if not isinstance(body.get(name), str):
            raise bad(f"{name} is required and must be text.", name)
    destination = _destination(call, str(body["destinationResourceId"]), str(body["region"]))
    copy = Copy(
        id=f"{checkpoint.id} {destination.id}",
        checkpoint=checkpoint.id,
        model=checkpoint.model,
        source=call.home.name,
        destination=destination.id,
        region=destination.location,
        began_at=call.now,
    )
    keep(call.backend, copy)
    return JSONResponse(_shown(call, job, checkpoint))


def get(call: Call) -> Response:
    """GET …/checkpoints/{checkpoint}/copy."""
    job, checkpoint = _checkpoint(call)
    held = of_checkpoint(call.backend, checkpoint.id)
    if not held:
        raise not_found(f"The checkpoint {checkpoint.id} was never copied.")
    for copy in held:
        keep(call.backend, replace(copy, polls=copy.polls + 1))
    catch_up(call.backend)
    return JSONResponse(_shown(call, job, checkpoint))


def _checkpoint(call: Call) -> tuple[Job, Checkpoint]:
    if call.headers.get("aoai-copy-ft-checkpoints") != "preview":
        text = "The header 'aoai-copy-ft-checkpoints: preview' is required."
        raise Refused(400, "invalidPayload", text)
    job = find(call)
    wanted = call.params["checkpoint"]
    for checkpoint in checkpoints(call.backend).list(job.id):
        if wanted in (checkpoint.id, checkpoint.model):
            if not job.over:
                text = f"The job {job.id} is {job.status}; copy when it has ended."
                raise Refused(400, "unexpectedEntityState", text)
            return job, checkpoint
    raise not_found(f"The job {job.id} has no checkpoint {wanted}.")


def _destination(call: Call, resource_id: str, region: str) -> Account:
    account = call.backend.world.account_by_id(resource_id)
    if account is None or account.tenant_id != call.home.tenant_id:
        text = f"There is no account {resource_id} in the tenant of {call.home.name}."
        raise bad(text, "destinationResourceId")
    if account.location != region.lower().replace(" ", ""):
        raise bad(f"{account.name} is in {account.location}, not in {region}.", "region")
    if not jobs(call.backend).list(account.name):
        text = f"{account.name} must have had a fine-tuning job before it can take a copy."
        raise bad(text, "destinationResourceId")
    _check_identity(call, account)
    return account


def _check_identity(call: Call, account: Account) -> None:
    """The copy is made by the source account's own identity, not by the caller."""
    name = call.home.identity
    identity = call.backend.world.principal_named(name) if name else None
    if identity is None or not allows(identity, account.id, _ACTION, data=True):
        text = (
            f"The account {call.home.name} needs a user-assigned identity with the role Cognitive"
            f" Services OpenAI Contributor on {account.id}."
        )
        raise Refused(403, "forbidden", text)


def _shown(call: Call, job: Job, checkpoint: Checkpoint) -> dict[str, Any]:
    held = of_checkpoint(call.backend, checkpoint.id)
    return {
        "checkpointedModelName": checkpoint.model,
        "fineTuningJobId": job.id,
        "copiedAccountDetails": [
            {
                "destinationResourceId": each.destination,
                "region": each.region,
                "status": each.status,
            }
            for each in held
        ],
    }
