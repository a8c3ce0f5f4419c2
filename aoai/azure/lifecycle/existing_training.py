"""What was not made here: a job, a model or a file of the account, named by its id or name.

Nothing is sent but reads.
"""

from __future__ import annotations

from aoai.azure.authoring.files import File
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients
from aoai.azure.lifecycle.fine_tuning_job import find_job, job_id_of, trained
from aoai.errors import ConfigurationError, NotFound


def existing_job(clients: AccountClients, job_id: str) -> Job:
    """A job of the account that has left a model, or may still do so.

    Raises:
        ConfigurationError: the account has no such job, or it failed or was cancelled.
    """
    job = find_job(clients, job_id)
    if job is None:
        raise ConfigurationError(
            f"{clients.account} has no job {job_id}; check the id, and that this is the account "
            "that trained it"
        )
    if job.has_failed:
        words = job.error_message or "the service gave no reason"
        raise ConfigurationError(
            f"job {job_id} of {clients.account} {_ended(job)}: {words}; it left no model that "
            "could be taken in"
        )
    return job


def existing_model(clients: AccountClients, name: str) -> Job:
    """The job that left a model of the account, or what the model's record shows of it.

    Args:
        clients: the account's clients.
        name: of the model or of one of its checkpoints.

    Raises:
        ConfigurationError: the account has no such fine-tuned model.
    """
    try:
        model = clients.models.get_model(name)
    except NotFound:
        raise ConfigurationError(
            f"{clients.account} has no model {name}; check the name, and that this is the account "
            "that holds it"
        ) from None
    return find_job(clients, job_id_of(model)) or trained(model)


def existing_file(clients: AccountClients, file_id: str) -> File:
    """A file of the account for fine-tuning.

    Raises:
        ConfigurationError: the account has no such file, or it has another purpose.
    """
    try:
        file = clients.files.get_file(file_id)
    except NotFound:
        raise ConfigurationError(
            f"{clients.account} has no file {file_id}; check the id: a file is known in its own "
            "account only"
        ) from None
    if file.purpose not in {"", "fine-tune"}:
        raise ConfigurationError(
            f"{file_id} of {clients.account} has the purpose {file.purpose!r}; a job takes "
            "files of the purpose 'fine-tune' only"
        )
    return file


def _ended(job: Job) -> str:
    return "failed" if job.status == "failed" else "was cancelled"
