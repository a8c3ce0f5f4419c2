"""Bring an account up to now, before anything looks at it."""

from emulator import copy_record, job_life, upload_record
from emulator.arm import deployment_life
from emulator.backend import Backend


def settle(backend: Backend, account: str) -> None:
    """Do what was due since the last call, each as of its time."""
    upload_record.settle(backend, account)
    job_life.settle(backend, account)
    copy_record.settle(backend)
    deployment_life.settle(backend, account)
