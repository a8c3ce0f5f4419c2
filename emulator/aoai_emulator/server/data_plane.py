"""Every call of the data plane, with the api-version that brought it and the action it needs."""

from __future__ import annotations

from typing import Final

from aoai_emulator.authoring import (
    copy_routes,
    file_routes,
    import_routes,
    job_routes,
    model_routes,
    upload_routes,
)
from aoai_emulator.calls.dispatch import Operation
from aoai_emulator.calls.versions import JOBS_SINCE
from aoai_emulator.server.evals_table import EVALS_TABLE
from aoai_emulator.server.inference_table import INFERENCE_TABLE

_OPENAI = "Microsoft.CognitiveServices/accounts/OpenAI"
_READ_FILES, _WRITE_FILES = f"{_OPENAI}/files/read", f"{_OPENAI}/files/write"
_READ_JOBS, _WRITE_JOBS = f"{_OPENAI}/fine-tunes/read", f"{_OPENAI}/fine-tunes/write"
_READ_MODELS = f"{_OPENAI}/models/read"
_JOBS, _JOB, _FILE = "/fine_tuning/jobs", "/fine_tuning/jobs/{job}", "/files/{file}"
_UPLOAD = "/uploads/{upload}"
_COPY = "/fine_tuning/jobs/{job}/checkpoints/{checkpoint}/copy"
_CHECKPOINTS_SINCE, _UPLOADS_SINCE = "2024-05-01-preview", "2024-10-21"
_PAUSE_SINCE = "2025-04-01-preview"

_PRINTED: Final = ("POST",)
"""The guide to fine-tuning prints its curl commands for events and checkpoints with POST."""

DATA_TABLE: Final = (
    Operation(
        "files.list",
        "GET",
        "/files",
        _READ_FILES,
        file_routes.listed,
        query=("purpose", "after", "limit", "order"),
    ),
    Operation(
        "files.create",
        "POST",
        "/files",
        _WRITE_FILES,
        file_routes.create,
        body="multipart",
        work=file_routes.scan_upload,
    ),
    Operation(
        "files.import",
        "POST",
        "/files/import",
        _WRITE_FILES,
        import_routes.create,
        v1=False,
        body="json",
        work=import_routes.fetch,
    ),
    Operation("files.get", "GET", _FILE, _READ_FILES, file_routes.get),
    Operation("files.content", "GET", f"{_FILE}/content", _READ_FILES, file_routes.content),
    Operation("files.delete", "DELETE", _FILE, f"{_OPENAI}/files/delete", file_routes.delete),
    Operation(
        "jobs.list",
        "GET",
        _JOBS,
        _READ_JOBS,
        job_routes.listed,
        classic=JOBS_SINCE,
        query=("after", "limit"),
    ),
    Operation(
        "jobs.create",
        "POST",
        _JOBS,
        _WRITE_JOBS,
        job_routes.create,
        classic=JOBS_SINCE,
        body="json",
    ),
    Operation("jobs.get", "GET", _JOB, _READ_JOBS, job_routes.get, classic=JOBS_SINCE),
    Operation(
        "jobs.delete",
        "DELETE",
        _JOB,
        f"{_OPENAI}/fine-tunes/delete",
        job_routes.delete,
        classic=JOBS_SINCE,
        v1=False,
    ),
    Operation(
        "jobs.cancel", "POST", f"{_JOB}/cancel", _WRITE_JOBS, job_routes.cancel, classic=JOBS_SINCE
    ),
    Operation(
        "jobs.events",
        "GET",
        f"{_JOB}/events",
        _READ_JOBS,
        job_routes.list_events,
        classic=JOBS_SINCE,
        query=("after", "limit"),
        also=_PRINTED,
    ),
    Operation(
        "jobs.checkpoints",
        "GET",
        f"{_JOB}/checkpoints",
        _READ_JOBS,
        job_routes.list_checkpoints,
        classic=_CHECKPOINTS_SINCE,
        query=("after", "limit"),
        also=_PRINTED,
    ),
    Operation(
        "jobs.pause", "POST", f"{_JOB}/pause", _WRITE_JOBS, job_routes.pause, classic=_PAUSE_SINCE
    ),
    Operation(
        "jobs.resume",
        "POST",
        f"{_JOB}/resume",
        _WRITE_JOBS,
        job_routes.resume,
        classic=_PAUSE_SINCE,
    ),
    Operation(
        "uploads.create",
        "POST",
        "/uploads",
        _WRITE_FILES,
        upload_routes.create,
        classic=_UPLOADS_SINCE,
        v1=False,
        body="json",
    ),
    Operation(
        "uploads.part",
        "POST",
        f"{_UPLOAD}/parts",
        _WRITE_FILES,
        upload_routes.add_part,
        classic=_UPLOADS_SINCE,
        v1=False,
        body="multipart",
    ),
    Operation(
        "uploads.complete",
        "POST",
        f"{_UPLOAD}/complete",
        _WRITE_FILES,
        upload_routes.complete,
        classic=_UPLOADS_SINCE,
        v1=False,
        body="json",
        plan=upload_routes.plan,
        work=upload_routes.join,
    ),
    Operation(
        "uploads.cancel",
        "POST",
        f"{_UPLOAD}/cancel",
        _WRITE_FILES,
        upload_routes.cancel,
        classic=_UPLOADS_SINCE,
        v1=False,
    ),
    Operation("models.list", "GET", "/models", _READ_MODELS, model_routes.listed),
    Operation("models.get", "GET", "/models/{model}", _READ_MODELS, model_routes.get),
    Operation(
        "checkpoints.copy",
        "POST",
        _COPY,
        _WRITE_JOBS,
        copy_routes.start,
        classic=None,
        body="json",
    ),
    Operation("checkpoints.copies", "GET", _COPY, _READ_JOBS, copy_routes.get, classic=None),
    *INFERENCE_TABLE,
    *EVALS_TABLE,
)
