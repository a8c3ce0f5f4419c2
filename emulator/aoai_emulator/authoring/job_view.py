"""A job as the wire shows it: the order of its fields is that of Azure's answers."""

from __future__ import annotations

from typing import Any, Final

from aoai_emulator.authoring.method import shown_method
from aoai_emulator.calls.call import Call
from aoai_emulator.state.catalog import echoed_training_type
from aoai_emulator.state.job_records import PAUSED, Job

_USUAL_SECONDS: Final = {"reinforcement": 2760}
_OTHER_SECONDS: Final = 900
_ESTIMATED_SINCE: Final = "2024-07-01-preview"
_STAMPS_EVERY: Final = 90 * 86_400


def shown(call: Call, job: Job) -> dict[str, Any]:
    """The job; what is not set is absent."""
    values = job.chosen if job.results_begun else job.hyperparameters
    body = {
        "hyperparameters": values if job.kind == "supervised" else None,
        "additionalParameters": {"completionOverride": "True"} if job.project else None,
        "suffix": job.suffix,
        "seed": job.seed,
        "method": shown_method(job.method, values) if job.method else None,
        "integrations": job.integrations,
        "metadata": job.metadata if call.surface == "v1" else None,
        "trainingType": echoed_training_type(job.training_type) if job.training_type else None,
        "eval": job.eval,
        "status": _status(call, job),
        "model": job.model,
        "fine_tuned_model": job.fine_tuned_model,
        "training_file": job.training_file,
        "validation_file": job.validation_file,
        "result_files": [job.result_file] if job.results_begun else None,
        "finished_at": _finished_at(call, job),
        "trained_tokens": job.trained_tokens,
        "error": job.failure,
        "estimated_finish": _estimated_finish(call, job),
        "id": job.id,
        "created_at": int(job.created_at),
        "object": "fine_tuning.job",
    }
    return {name: value for name, value in body.items() if value is not None}


def _status(call: Call, job: Job) -> str:
    if call.surface != "v1" or call.backend.settings.v1_status_words == "azure":
        return job.status
    if job.status == "pending":
        return "queued" if job.started_at is None else "validating_files"
    return job.status


def _estimated_finish(call: Call, job: Job) -> int | None:
    """Fifteen minutes after the creation, moved on by the time that the job was paused."""
    if call.surface == "classic" and call.version < _ESTIMATED_SINCE:
        return None
    paused = call.now - job.since if job.status in PAUSED else 0.0
    usual = _USUAL_SECONDS.get(job.kind, _OTHER_SECONDS)
    return int(job.created_at + usual + job.delayed + paused)


def _finished_at(call: Call, job: Job) -> int | None:
    if job.ended_at is None:
        return None
    stamp = call.now // _STAMPS_EVERY * _STAMPS_EVERY
    if call.backend.settings.finished_at_restamped and job.ended_at < stamp:
        return int(stamp)
    return int(job.ended_at)
