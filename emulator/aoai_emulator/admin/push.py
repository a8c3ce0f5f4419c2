"""Move things on: a job, a file, or the open operation and copies of an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aoai_emulator.operations import job_life
from aoai_emulator.operations.catch_up import catch_up
from aoai_emulator.state import copy_records
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.bounds import bounded
from aoai_emulator.state.deployment_records import operations
from aoai_emulator.state.file_records import add, content_path, table
from aoai_emulator.state.job_records import jobs


def push(backend: Backend, body: Mapping[str, Any]) -> None:
    """Move what the body names: ``job`` with ``progress`` or ``fail``, ``file``, or neither.

    ``batch_output`` names a file of requests, and makes the files that a batch leaves.

    Raises:
        ValueError: the account has no such job or file.
    """
    account = str(body["account"])
    if body.get("job"):
        _push_job(backend, account, body)
    elif body.get("batch_output"):
        _push_batch_output(backend, account, str(body["batch_output"]))
    elif body.get("file"):
        _push_file(backend, account, str(body["file"]))
    else:
        _push_operations(backend, account, body)
        copy_records.push(backend, account)
    catch_up(backend, account)


def _push_job(backend: Backend, account: str, body: Mapping[str, Any]) -> None:
    job = jobs(backend).get(account, str(body["job"]))
    if job is None:
        raise ValueError(f"{account} has no job {body['job']}")
    if "fail" in body:
        job_life.fail(backend, job, str(body.get("code", "internalFailure")), str(body["fail"]))
    else:
        job_life.push(backend, job, bounded(body.get("progress", 1), "progress", 0, 1))


def _push_file(backend: Backend, account: str, name: str) -> None:
    file = table(backend).get(account, name)
    if file is None:
        raise ValueError(f"{account} has no file {name}")
    table(backend).put(account, replace(file, reached=1.0))


def _push_batch_output(backend: Backend, account: str, name: str) -> None:
    """Make the files that a batch of a requests file would leave: errors and results."""
    if table(backend).get(account, name) is None:
        raise ValueError(f"{account} has no file {name}")
    batch = backend.ids.uuid()
    for kind in ("errors", "results"):
        made = f"file-{backend.ids.uuid()}"
        content_path(backend, made).write_bytes(b"")
        add(backend, account, f"batch_{batch}_{kind}.jsonl", "batch_output", 0, None, made)


def _push_operations(backend: Backend, account: str, body: Mapping[str, Any]) -> None:
    failure: dict[str, Any] = {}
    if body.get("fail"):
        error = {"code": str(body.get("code", "InternalServerError")), "message": body["fail"]}
        failure = {"fails": True, "error": error}
    for operation in operations(backend).list(account):
        if operation.ended_at is None:
            done = replace(operation, reached=1.0, since=backend.clock.now(), **failure)
            operations(backend).put(account, done)
