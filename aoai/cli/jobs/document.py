"""Jobs as JSON, in the names of the jobs API; times in seconds since 1970."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aoai.azure.account import Account
from aoai.azure.authoring.job_log import Checkpoint, Event
from aoai.azure.authoring.jobs import Job
from aoai.results.failure import Failure


def as_json(document: Any) -> str:
    """A document as text."""
    return json.dumps(document, indent=2)


def of_job(account: Account, job: Job) -> dict[str, Any]:
    """A job, and the account that has it; what the service does not say is null."""
    error = job.error
    return {
        "account": account.id,
        "id": job.id,
        "status": job.status,
        "model": job.model,
        "fine_tuned_model": job.fine_tuned_model,
        "method": job.method,
        "training_type": job.training_type or None,
        "hyperparameters": _plain(job.hyperparameters),
        "suffix": job.suffix or None,
        "seed": job.seed,
        "training_file": job.training_file,
        "validation_file": job.validation_file or None,
        "result_files": list(job.result_files),
        "created_at": job.created_at or None,
        "estimated_finish": job.estimated_finish,
        "trained_tokens": job.trained_tokens,
        "error": error and {"code": error.code, "message": error.message, "param": error.param},
    }


def of_event(event: Event) -> dict[str, Any]:
    """One line of a job's log."""
    return {
        "created_at": event.created_at,
        "level": event.level,
        "type": event.type,
        "message": event.message,
        "data": _plain(event.data) or None,
    }


def of_checkpoint(point: Checkpoint) -> dict[str, Any]:
    """A checkpoint that can be deployed."""
    return {
        "id": point.id,
        "model": point.model,
        "step_number": point.step_number,
        "created_at": point.created_at,
        "metrics": _plain(point.metrics),
    }


def of_failure(failure: Failure) -> dict[str, Any]:
    """Why a job ended without a model."""
    return {
        "reason": failure.words or None,
        "file": failure.file or None,
        "file_id": failure.file_id or None,
        "line": failure.line,
        "harms": list(failure.harms),
        "last_events": list(failure.events),
        "advice": failure.advice,
    }


def _plain(values: Mapping[str, float | str]) -> dict[str, float | str]:
    """Values with whole numbers as such: 3 rather than 3.0."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in values.items()
    }
