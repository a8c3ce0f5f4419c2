"""The routes of fine-tuning jobs (authoring 2024-10-21 and 2025-04-01-preview, and /openai/v1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from aoai_emulator.authoring.job_request import new_job
from aoai_emulator.authoring.job_view import shown
from aoai_emulator.calls.call import Call
from aoai_emulator.calls.responses import created, page
from aoai_emulator.operations import job_life
from aoai_emulator.state.errors import Refused, no_entity
from aoai_emulator.state.job_records import Checkpoint, Event, Job, checkpoints, events, jobs
from aoai_emulator.state.json_response import JSONResponse


def find(call: Call) -> Job:
    """The job of the path."""
    job = jobs(call.backend).get(call.home.name, call.params["job"])
    if job is None:
        raise no_entity()
    return job


def create(call: Call) -> Response:
    """POST /fine_tuning/jobs."""
    job = new_job(call)
    jobs(call.backend).put(call.home.name, job)
    _forget_oldest(call)
    # The recorded Location lacks /jobs and leads nowhere.
    return created(call, shown(call, job), f"/fine_tuning/{job.id}")


def _forget_oldest(call: Call) -> None:
    held = jobs(call.backend).list(call.home.name)
    surplus = len(held) - call.backend.settings.jobs_kept
    for job in [each for each in held if each.over][: max(0, surplus)]:
        _forget(call, job)


def _forget(call: Call, job: Job) -> None:
    events(call.backend).clear(job.id)
    checkpoints(call.backend).clear(job.id)
    jobs(call.backend).delete(job.account, job.id)


def listed(call: Call) -> Response:
    """GET /fine_tuning/jobs, newest first."""
    found = [job for job in jobs(call.backend).list(call.home.name) if call.listed(job)]
    if call.backend.settings.jobs_newest_first:
        found.reverse()
    return page(call, found, lambda job: shown(call, job), 20)


def get(call: Call) -> Response:
    """GET /fine_tuning/jobs/{id}; it counts as a poll for the pace ``polls``."""
    job = find(call)
    if not job.over:
        jobs(call.backend).put(call.home.name, replace(job, polls=job.polls + 1))
        job_life.catch_up(call.backend, call.home.name)
    return JSONResponse(shown(call, find(call)))


def delete(call: Call) -> Response:
    """DELETE /fine_tuning/jobs/{id}: 204, also for an id that never was. The model stays."""
    job = jobs(call.backend).get(call.home.name, call.params["job"])
    if job and not job.over:
        if call.backend.settings.running_job_delete == "refused":
            text = f"The job {job.id} is {job.status}; cancel it before it is deleted."
            raise Refused(400, "unexpectedEntityState", text)
        job = job_life.cancel(call.backend, job)
    if job:
        _forget(call, job)
    return Response(status_code=204)


def cancel(call: Call) -> Response:
    """POST /fine_tuning/jobs/{id}/cancel."""
    job = find(call)
    if job.over:
        text = f"The job {job.id} has already ended: it is {job.status}."
        raise Refused(400, "unexpectedEntityState", text)
    return JSONResponse(shown(call, job_life.cancel(call.backend, job)))


def pause(call: Call) -> Response:
    """POST /fine_tuning/jobs/{id}/pause: only while it runs; it ends its first step before."""
    job = find(call)
    if job.status != "running":
        text = f"The job {job.id} cannot be paused: it is {job.status}."
        raise Refused(400, "unexpectedEntityState", text)
    return JSONResponse(shown(call, job_life.pause(call.backend, job)))


def resume(call: Call) -> Response:
    """POST /fine_tuning/jobs/{id}/resume."""
    job = find(call)
    if job.status != "paused":
        text = f"The job {job.id} cannot be resumed: it is {job.status}, not paused."
        raise Refused(400, "unexpectedEntityState", text)
    return JSONResponse(shown(call, job_life.resume(call.backend, job)))


def list_events(call: Call) -> Response:
    """GET /fine_tuning/jobs/{id}/events, newest first."""
    newest = list(reversed(events(call.backend).list(find(call).id)))
    return page(call, newest, _event, 20)


def list_checkpoints(call: Call) -> Response:
    """GET /fine_tuning/jobs/{id}/checkpoints, newest first."""
    newest = list(reversed(checkpoints(call.backend).list(find(call).id)))
    return page(call, newest, _checkpoint, 10)


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "created_at": int(event.created_at),
        "level": event.level,
        "message": event.message,
        "type": event.type,
        **({"data": event.data} if event.data else {}),
        "object": "fine_tuning.job.event",
    }


def _checkpoint(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "id": checkpoint.id,
        "created_at": int(checkpoint.created_at),
        "fine_tuned_model_checkpoint": checkpoint.model,
        "step_number": checkpoint.step,
        "metrics": checkpoint.metrics,
        "fine_tuning_job_id": checkpoint.job,
        "object": "fine_tuning.job.checkpoint",
    }
