"""Bring an account up to now, before a call reads or changes it."""

from __future__ import annotations

from aoai_emulator.operations import deployment_life, job_life
from aoai_emulator.state import copy_records, upload_records
from aoai_emulator.state.backend import Backend


def catch_up(backend: Backend, account: str) -> None:
    """Do what was due since the last call, each as of its time."""
    upload_records.catch_up(backend, account)
    job_life.catch_up(backend, account)
    copy_records.catch_up(backend)
    deployment_life.catch_up(backend, account)
