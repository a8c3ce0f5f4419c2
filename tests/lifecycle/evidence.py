"""What an entry of a state stands for in Azure, and what is there of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aoai_emulator.state.deployment_records import removals
from aoai_emulator.state.file_records import content_path
from aoai_emulator.state.job_records import Job

from aoai.resources.pending import PENDING_ID
from tests.lifecycle.azure import Azure
from tests.lifecycle.ledger import Deed, Thing
from tests.lifecycle.program import DEPLOYMENT, FILE, JOB, MODEL, training_key
from tests.lifecycle.state import Entry

_DEAD = ("failed", "cancelled")
_KINDS = {FILE: "file", JOB: "job", DEPLOYMENT: "deployment"}


@dataclass(frozen=True)
class Violation:
    """Something that must not happen: its kind, and what happened."""

    kind: str
    text: str


def thing_of(entry: Entry) -> Thing | None:
    """What an entry of a state stands for in Azure; None for what costs nothing.

    A model stays for ever, and what waits for one is only recorded.
    """
    kind = _KINDS.get(entry.type)
    if kind is None or entry.id == PENDING_ID:
        return None
    account = str(entry.inputs["account"]["id"]).rpartition("/")[2].lower()
    name = entry.outputs["deployment_name"] if entry.type == DEPLOYMENT else entry.id
    return Thing(kind, account, str(name).lower() if kind == "deployment" else str(name))


def training_of(entry: Entry) -> str:
    """What a job of the state trains."""
    return training_key(entry.uid, entry.inputs)


def has_other_content(azure: Azure, file: Entry) -> bool:
    """Whether a file in Azure is not what the state holds of it."""
    content = content_path(azure.backend, file.id).read_bytes()
    return hashlib.sha256(content).hexdigest() != str(file.inputs["sha256"])


def is_alike(one: str, other: str) -> bool:
    """Whether the service shows no difference between two trainings: it echoes no generation.

    Only where suffix and seed are fixed, which are derived from it otherwise.
    """
    first, second = json.loads(one), json.loads(other)
    fixed = first[2]["suffix"] and first[2]["seed"] is not None
    for key in (first, second):
        key[2].pop("generation")
    return bool(fixed) and first == second


def is_wasted(azure: Azure, deed: Deed) -> bool:
    """Whether a create removes the file that it has just made, though lists show all there is."""
    before = azure.ledger.deeds[deed.number - 1]
    made = (before.verb, before.thing, before.actor) == ("make", deed.thing, deed.actor)
    lists_lag = azure.backend.settings.list_lag_seconds > 0
    removes = (deed.verb, deed.thing.kind, deed.actor.step) == ("remove", "file", "create")
    return removes and made and not lists_lag


def is_found_again(azure: Azure, job: Entry) -> bool:
    """Whether a job that a state has given up is found when the program returns to its inputs.

    It is known by a suffix or a seed that follows from them; once its record is gone, by a suffix.
    """
    derived = not job.inputs.get("suffix"), job.inputs.get("seed") is None
    left = there(azure, job)
    if isinstance(left, Job):
        return any(derived) and left.status not in _DEAD
    return left is not None and derived[0]


def dead_jobs(azure: Azure, entries: Iterable[Entry], before: float) -> Iterator[str]:
    """Jobs that had failed or were cancelled before that time, in seconds since 1970."""
    for entry in entries:
        job = there(azure, entry) if entry.type == JOB else None
        if isinstance(job, Job) and job.status in _DEAD and (job.ended_at or 0) < before:
            yield job.id


def outlived(azure: Azure, lineage: str, held: Iterable[Entry]) -> Iterator[str]:
    """Deployments of a stack under names that its state had, whichever run has made them."""
    for entry in held:
        thing = None if entry.retain or entry.type != DEPLOYMENT else thing_of(entry)
        if thing and azure.ledger.owners.get(thing) == lineage and is_left(azure, thing):
            yield thing.id


def made_again(before: Mapping[str, Entry], unmade: Iterable[Entry]) -> Iterator[Entry]:
    """What a cut-off run may have made again of what it had deleted first.

    Only its model can name it, which is in the account that trained.
    """
    serves = {e.outputs.get("fine_tuned_model") for e in before.values() if e.type == MODEL}
    for entry in unmade:
        if entry.inputs.get("model") in serves and not entry.inputs.get("source"):
            yield entry


def doubles(azure: Azure, lineage: str, entries: Iterable[Entry]) -> Iterator[str]:
    """Files of a stack that have the name of one that its state holds, and are another one."""
    ledger, held = azure.ledger, {thing_of(entry) for entry in entries}
    names = {ledger.names.get(thing) for thing in held if thing and thing.kind == "file"}
    for thing in ledger.owned_by(lineage) - held:
        if thing.kind == "file" and ledger.names.get(thing) in names and is_left(azure, thing):
            yield thing.id


def is_untold(azure: Azure, job: Entry) -> bool:
    """Whether nothing is left of a job, and the state does not know that it succeeded."""
    return job.outputs.get("status") != "succeeded" and there(azure, job) is None


def deployed(azure: Azure, entry: Entry) -> Any:
    """The deployment under the name of an entry, or None."""
    thing = thing_of(entry)
    return azure.deployment(thing.account, thing.id) if thing else None


def dropped_tags(azure: Azure) -> Iterator[str]:
    """Tags that others have set on a deployment and that are not there any more."""
    for thing, tags in azure.ledger.tags.items():
        live = azure.deployment(thing.account, thing.id)
        if live is not None and not tags.items() <= (live.tags or {}).items():
            yield f"{thing.id} had the tags {tags} of others, has {live.tags}"


def there(azure: Azure, entry: Entry) -> Any:
    """What Azure has of a file, a job or a deployment in a state, or None."""
    thing = thing_of(entry)
    if thing is None:
        return None
    if thing.kind == "file":
        return azure.file(thing.account, thing.id)
    return _job_or_model(azure, thing) if thing.kind == "job" else deployed(azure, entry)


def _job_or_model(azure: Azure, thing: Thing) -> Any:
    """A job's record; or, where the service has dropped it, the model that it left."""
    if job := azure.job(thing.account, thing.id):
        return job
    models = azure.models(thing.account).values()
    return next((model for model in models if model.job == thing.id), None)


def was_due(azure: Azure, thing: Thing) -> bool:
    """Whether Azure itself removed a deployment that nobody called."""
    if thing.kind != "deployment":
        return False
    found = removals(azure.backend).list(thing.account)
    return any(each.name.lower() == thing.id for each in found)


def is_left(azure: Azure, thing: Thing) -> bool:
    """Whether there is something of it that costs or serves."""
    if thing.kind == "file":
        return azure.file(thing.account, thing.id) is not None
    if thing.kind == "deployment":
        return azure.deployment(thing.account, thing.id) is not None
    job = azure.job(thing.account, thing.id)
    return job is not None and not job.over
