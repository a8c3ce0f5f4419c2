"""Waiting until the service has taken in a file: a job that names it earlier is refused."""

from __future__ import annotations

from aoai.azure.files import File, FilesClient
from aoai.azure.redaction import redact
from aoai.errors import OperationFailed, OperationTimedOut

PATIENCE = 1800.0
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
    patience: float = PATIENCE,
) -> File:
    """The file once a job may name it.

    Args:
        files: the account's files.
        file: one of them.
        advice: what to do if the service cannot read it.
        keep: leave a file that the service could not read where it is: somebody else made it.
        secrets: what must not be shown even if the service repeats it.
        patience: seconds.

    Raises:
        OperationFailed: the service could not read it; it is deleted, so that nothing is left over.
        OperationTimedOut: it is still being processed; the next run goes on with it.
    """
    pacing = files.transport.pacing
    deadline = pacing.clock() + patience
    pause = _FIRST_PAUSE
    while not file.is_processed:
        file = files.get_file(file.id)
        if file.is_processed:
            break
        if not file.is_usable:
            if not keep:
                files.delete_file(file.id)
            raise OperationFailed(_refused(files, file, advice, secrets, kept=keep))
        if pacing.clock() >= deadline:
            raise OperationTimedOut(
                f"{files.transport.label}: {file.filename} ({file.id}) is still {file.status} "
                f"after {patience:.0f} seconds; run again, it is not uploaded twice"
            )
        pacing.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return file


def _refused(
    files: FilesClient, file: File, advice: str, secrets: tuple[str, ...], *, kept: bool
) -> str:
    words = redact(file.status_details, secrets).rstrip(".") or "it gave no reason"
    where = file.id if kept else f"{file.id}, now deleted"
    return (
        f"{files.transport.label} could not read {file.filename} ({where}): {words}; "
        f"{advice} and run again"
    )
