"""Copy of a checkpoint to another account of the tenant (preview; fine-tuning-rest.md)."""

from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from emulator.backend import Backend
from emulator.call import Call
from emulator.dispatch import body_fields
from emulator.errors import Refused, not_found
from emulator.job_record import Checkpoint, Job, TrainedModel, checkpoints, jobs, trained_models
from emulator.jobs import find
from emulator.roles import allows
from emulator.store import Table
from emulator.world import Account

_FIELDS: Final = ("destinationResourceId", "region")
_ACTION: Final = "Microsoft.CognitiveServices/accounts/OpenAI/fine-tunes/write"


@dataclass(frozen=True)
class Copy:
    """A copy under way or done; its scope is the checkpoint, its id the destination."""

    id: str
    region: str
    began_at: float
    looks: int = 0
    reached: float = 0.0
    status: str = "InProgress"


def _copies(backend: Backend) -> Table[Copy]:
    return Table(backend.store, Copy)


def push(backend: Backend, account: str) -> None:
    """Let the copies of an account's checkpoints arrive at the next look."""
    for job in jobs(backend).list(account):
        for checkpoint in checkpoints(backend).list(job.id):
            for copy in _copies(backend).list(checkpoint.id):
                _copies(backend).put(checkpoint.id, replace(copy, reached=1.0))


def start(call: Call) -> Response:
    """POST …/checkpoints/{checkpoint}/copy."""
    job, checkpoint = _checkpoint(call)
    body = call.json()
    body_fields(body, _FIELDS)
    for name in _FIELDS:
        if not isinstance(body.get(name), str):
            raise _bad(f"{name} is required and must be text.", name)
    destination = _destination(call, str(body["destinationResourceId"]), str(body["region"]))
    copy = Copy(destination.id, destination.location, call.now)
    _copies(call.backend).put(checkpoint.id, copy)
    return JSONResponse(_shown(call, job, checkpoint))


def get(call: Call) -> Response:
    """GET …/checkpoints/{checkpoint}/copy."""
    job, checkpoint = _checkpoint(call)
    held = _copies(call.backend).list(checkpoint.id)
    if not held:
        raise not_found(f"The checkpoint {checkpoint.id} was never copied.")
    for copy in held:
        _advance(call, checkpoint, replace(copy, looks=copy.looks + 1))
    return JSONResponse(_shown(call, job, checkpoint))


def _bad(message: str, param: str) -> Refused:
    return Refused(400, "invalidPayload", message, param=param)


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
        raise _bad(text, "destinationResourceId")
    if account.location != region.lower().replace(" ", ""):
        raise _bad(f"{account.name} is in {account.location}, not in {region}.", "region")
    if not jobs(call.backend).list(account.name):
        text = f"{account.name} must have had a fine-tuning job before it can take a copy."
        raise _bad(text, "destinationResourceId")
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


def _advance(call: Call, checkpoint: Checkpoint, copy: Copy) -> None:
    step = call.backend.pace.of("copies")
    done = step.progress(copy.reached, copy.began_at, copy.looks, call.now)
    if copy.status == "InProgress" and done >= 1:
        copy = replace(copy, status="Completed")
        _arrive(call, checkpoint, copy)
    _copies(call.backend).put(checkpoint.id, copy)


def _arrive(call: Call, checkpoint: Checkpoint, copy: Copy) -> None:
    target = call.backend.world.account_by_id(copy.id)
    model = trained_models(call.backend).get(call.home.name, checkpoint.model)
    if target and model:
        # It keeps its name, can be deployed, and no list shows it.
        arrived: TrainedModel = replace(model, account=target.name, listed=False)
        trained_models(call.backend).put(target.name, arrived)


def _shown(call: Call, job: Job, checkpoint: Checkpoint) -> dict[str, Any]:
    held = _copies(call.backend).list(checkpoint.id)
    return {
        "checkpointedModelName": checkpoint.model,
        "fineTuningJobId": job.id,
        "copiedAccountDetails": [
            {"destinationResourceId": each.id, "region": each.region, "status": each.status}
            for each in held
        ],
    }
