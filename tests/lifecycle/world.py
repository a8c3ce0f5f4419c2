"""What others do to Azure between two runs, and how time passes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from aoai_emulator.operations.job_life import fail

from tests.lifecycle.collect import TRAINING_TIME
from tests.lifecycle.events import Event
from tests.lifecycle.ledger import Thing
from tests.lifecycle.marks import mark
from tests.lifecycle.program import BASE, DEPLOYMENT, FILE, JOB
from tests.lifecycle.simulator import Simulator
from tests.lifecycle.state import Entry

ARM_VERSION, DATA_VERSION = "2025-06-01", "2025-04-01-preview"


def pick(sim: Simulator, happened: Event, kind: str) -> Entry | None:
    """One of the things of a kind that a stack holds."""
    stack = sim.stacks.get(happened.on)
    found = [entry for entry in stack.live() if entry.type == kind] if stack else []
    return found[happened.args.get("which", 0) % len(found)] if found else None


def _arm(sim: Simulator, entry: Entry) -> str:
    account = str(entry.inputs["account"]["id"]).rpartition("/")[2]
    return f"{sim.azure.id_of(account)}/deployments/{entry.outputs['deployment_name']}"


def _data(entry: Entry, path: str) -> str:
    return f"{entry.inputs['account']['endpoint']}/openai/{path}?api-version={DATA_VERSION}"


def _delete_deployment(sim: Simulator, happened: Event) -> None:
    if entry := pick(sim, happened, DEPLOYMENT):
        sim.azure.by_others("DELETE", f"{_arm(sim, entry)}?api-version={ARM_VERSION}")


def _change_deployment(
    sim: Simulator, happened: Event, change: Callable[[dict[str, Any]], None]
) -> None:
    entry = pick(sim, happened, DEPLOYMENT)
    if entry is None:
        return
    url = f"{_arm(sim, entry)}?api-version={ARM_VERSION}"
    answer = sim.azure.by_others("GET", url)
    if answer.status != 200:
        return
    live = json.loads(answer.body)
    change(live)
    kept = {"model": live["properties"]["model"]}
    body = {"sku": live["sku"], "properties": kept, "tags": live.get("tags", {})}
    sim.azure.by_others("PUT", url, json.dumps(body).encode())


def _remove_tags(sim: Simulator, happened: Event) -> None:
    """An Azure Policy that keeps tags short."""
    mark("tags of a deployment removed")
    _change_deployment(sim, happened, lambda live: live.get("tags", {}).clear())


def _add_tag(sim: Simulator, happened: Event) -> None:
    mark("tags of a deployment set by others")
    _change_deployment(
        sim, happened, lambda live: live.setdefault("tags", {}).update({"costCenter": "42"})
    )


def _scale(sim: Simulator, happened: Event) -> None:
    _change_deployment(sim, happened, lambda live: live["sku"].update({"capacity": 7}))


def _delete_file(sim: Simulator, happened: Event) -> None:
    if entry := pick(sim, happened, FILE):
        sim.azure.by_others("DELETE", _data(entry, f"files/{entry.id}"))


def _forget_job(sim: Simulator, happened: Event) -> None:
    """A clean-up script, or the limit of a hundred jobs; what still runs stays."""
    if entry := pick(sim, happened, JOB):
        sim.azure.settle()
        mark("record of a job gone")
        sim.azure.by_others("DELETE", _data(entry, f"fine_tuning/jobs/{entry.id}"))


def _clean_up(sim: Simulator, happened: Event) -> None:
    """Somebody removes a model in the portal, with what serves it and the record of its job."""
    entry = pick(sim, happened, JOB)
    if entry is None:
        return
    sim.azure.settle()
    account = str(entry.inputs["account"]["id"]).rpartition("/")[2]
    left = {m.id for m in sim.azure.models(account).values() if m.job == entry.id}
    if not left or sim.azure.job(account, entry.id) is None:
        return
    mark("trained model removed")
    for place in sim.workspace.accounts.values():
        for each in sim.azure.deployments(place.name).values():
            if each.model["name"] in left:
                path = f"{sim.azure.id_of(place.name)}/deployments/{each.name}"
                sim.azure.by_others("DELETE", f"{path}?api-version={ARM_VERSION}")
    for model in left:
        sim.azure.remove_model(account, model)
    sim.azure.by_others("DELETE", _data(entry, f"fine_tuning/jobs/{entry.id}"))


def _cancel_job(sim: Simulator, happened: Event) -> None:
    if entry := pick(sim, happened, JOB):
        sim.azure.settle()
        sim.azure.by_others("POST", _data(entry, f"fine_tuning/jobs/{entry.id}/cancel"))


def _fail_job(sim: Simulator, happened: Event) -> None:
    """A running job fails, as on the service's side."""
    entry = pick(sim, happened, JOB)
    if entry is None:
        return
    sim.azure.settle()
    job = sim.azure.job(str(entry.inputs["account"]["id"]).rpartition("/")[2], entry.id)
    if job is not None and not job.over:
        fail(sim.azure.backend, job, "serverError", "The job failed due to an internal error.")
        sim.azure.ledger.ended(Thing("job", job.account, job.id))


def _foreign(sim: Simulator, happened: Event) -> None:
    """Somebody deploys a base model by hand, under a name that a program may want."""
    account = sim.workspace.accounts[happened.args.get("place", "sweden")]
    name = happened.args.get("name", "prod-m-sweden")
    body = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": BASE}}
    url = f"{sim.azure.id_of(account.name)}/deployments/{name}?api-version={ARM_VERSION}"
    if sim.azure.by_others("GET", url).status != 200:
        sim.azure.sleep(60.0)
        sim.azure.by_others("PUT", url, json.dumps(body).encode())


def _usurp(sim: Simulator, happened: Event) -> None:
    """Somebody deletes a deployment and puts one of a base model under its name."""
    entry = pick(sim, happened, DEPLOYMENT)
    if entry is None:
        return
    mark("another deployment under the name")
    url = f"{_arm(sim, entry)}?api-version={ARM_VERSION}"
    sim.azure.by_others("DELETE", url)
    sim.azure.sleep(60.0)
    sim.azure.settle()
    body = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": BASE}}
    sim.azure.by_others("PUT", url, json.dumps(body).encode())


def _move_account(sim: Simulator, happened: Event) -> None:
    """Somebody moves an account to another resource group; its old id names nothing any more."""
    place = str(happened.args.get("place", "sweden"))
    account, group = sim.workspace.accounts[place], str(happened.args.get("value", "rg-new"))
    if sim.azure.move(account.name, group):
        mark("account moved")


def _letter_case(sim: Simulator, happened: Event) -> None:
    """ARM writes ids now in one letter case and now in another."""
    sim.azure.mixed_case = bool(happened.args.get("value"))


def _jump(sim: Simulator, happened: Event) -> None:
    sim.azure.sleep(3600.0 * float(happened.args.get("hours", 1)))


def _pace(sim: Simulator, happened: Event) -> None:
    """Jobs take time from now on, or none."""
    sim.azure.settle()
    slow = bool(happened.args.get("slow"))
    sim.azure.backend.pace.set(f"jobs=time:{TRAINING_TIME:g}" if slow else "jobs=immediate")


def _lag(sim: Simulator, happened: Event) -> None:
    """New files and jobs are missing from lists for so long."""
    sim.azure.backend.settings_store.change(
        {"list_lag_seconds": int(happened.args.get("seconds", 0))}
    )


WORLD: Mapping[str, Callable[[Simulator, Event], None]] = {
    "delete-deployment": _delete_deployment,
    "remove-tags": _remove_tags,
    "add-tag": _add_tag,
    "scale": _scale,
    "delete-file": _delete_file,
    "forget-job": _forget_job,
    "clean-up": _clean_up,
    "cancel-job": _cancel_job,
    "fail-job": _fail_job,
    "foreign": _foreign,
    "usurp": _usurp,
    "move-account": _move_account,
    "letter-case": _letter_case,
    "jump": _jump,
    "pace": _pace,
    "lag": _lag,
}
"""What happens outside of any stack."""
