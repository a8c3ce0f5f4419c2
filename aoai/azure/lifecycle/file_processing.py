"""Waiting until the service has taken in a file: a job that names it earlier is refused."""

from __future__ import annotations

from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.http.redaction import redact
from aoai.errors import AoaiError, OperationFailed, OperationTimedOut

BUDGET = 1800.0
"""Seconds; small files take seconds, one of some gigabytes takes minutes."""

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0


def await_processed(
    files: FilesClient,
    file: File,
    *,
    advice: str = "correct the file",
    keep: bool = False,
    secrets: tuple[str, ...] = (),
    budget: float = BUDGET,
) -> File:
    """The file once a job may name it.

    Args:
        files: the account's files.
        file: one of them.
        advice: what to do if the service cannot read it.
        keep: leave a file that the service could not read: it belongs to somebody else.
        secrets: what must not be shown even if the service repeats it.
        budget: seconds to wait.

    Raises:
        OperationFailed: the service could not read it; it is deleted, so that nothing is left over.
            Or somebody else has deleted it meanwhile.
        OperationTimedOut: it is still being processed; the next run goes on with it.
    """
    retry_policy = files.transport.retry_policy
    deadline = retry_policy.clock() + budget
    pause = _FIRST_PAUSE
    while not file.is_processed:
        file = files.get_file(file.id)
        if file.is_processed:
            break
        if not file.is_usable:
            raise OperationFailed(_why(files, file, advice, secrets, keep=keep))
        if retry_policy.clock() >= deadline:
            raise OperationTimedOut(
                f"{files.transport.label}: {file.filename} ({file.id}) is still {file.status} "
                f"after {budget:.0f} seconds; run again, it is not uploaded twice"
            )
        retry_policy.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return file


def _why(
    files: FilesClient, file: File, advice: str, secrets: tuple[str, ...], *, keep: bool
) -> str:
    label = files.transport.label
    if file.is_gone:
        return f"{label}: {file.filename} ({file.id}) was deleted meanwhile; run again"
    words = redact(file.status_details, secrets).rstrip(".") or "it gave no reason"
    where = file.id if keep else f"{file.id}, {_delete(files, file)}"
    return f"{label} could not read {file.filename} ({where}): {words}; {advice} and run again"


def _delete(files: FilesClient, file: File) -> str:
    """Delete a file and say so; if that fails, it must not hide why the file is no good."""
    try:
        files.delete_file(file.id)
    except AoaiError:
        return "which the next run deletes"
    return "now deleted"
