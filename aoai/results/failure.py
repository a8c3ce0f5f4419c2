"""Why a job ended without a model, in the service's words, and what to do about it.

The same text is shown in a preview, on refresh, in an update and by ``aoai jobs show``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aoai.azure.authoring.job_log import Event
from aoai.azure.authoring.jobs import Job
from aoai.results.harms import HARMS, harms_in

TAKEN_IN: Final = (
    "It was taken in, so nothing here trains it again: take in another job, or train one here."
)
"""What to do about a job that was not submitted by the stack."""

EVENTS: Final = 3
"""The last events that are shown: the last has the reason, those before what was done."""

_LINE = re.compile(r"line #(\d+)", re.IGNORECASE)  # as recorded in 2025: Azure counts from 0
_MODEL_WAS_JUDGED = re.compile(r"unable to be deployed|model evaluation", re.IGNORECASE)
_SERVERS_FAULT = re.compile(r"5\d\d|internal(failure|server\w*)|serviceunavailable", re.IGNORECASE)
_FILE_WORDS = ("training file", "validation file", "training data", "jsonl")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A job that failed or was cancelled.

    Attributes:
        status: ``failed`` or ``cancelled``.
        words: what the service gives as the reason; empty if it gives none.
        file: the file that is at fault, ``training_file`` or ``validation_file``; empty if none is.
        file_id: its id.
        line: the line of it that is at fault, counted from 1; None if the service names none.
        harms: kinds of harm that the service found, as ``HARMS`` names them.
        events: the last messages of the job's log, oldest first.
        advice: what to do next.
    """

    job_id: str
    status: str
    words: str
    file: str = ""
    file_id: str = ""
    line: int | None = None
    harms: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    advice: str = ""

    def __str__(self) -> str:
        return "\n  ".join(self._lines())

    def _lines(self) -> Iterator[str]:
        cancelled = self.status == "cancelled"
        words = self.words or ("" if cancelled else "the service gave no reason")
        yield f"fine-tuning job {self.job_id} {self.status}" + (f": {words}" if words else "")
        if self.line is not None:
            file = self.file.replace("_", " ") or "file"
            named = f" ({self.file_id})" if self.file_id else ""
            yield f"It is line {self.line} of the {file}{named}: the service counts lines from 0."
        for harm in self.harms:
            yield f"{harm}: look for {HARMS[harm]}."
        if self.events:
            yield f"Last events: {' · '.join(self.events)}"
        yield self.advice


def failure_of(job: Job, events: Sequence[Event] = ()) -> Failure:
    """Why a job ended without a model.

    Args:
        job: one that failed or was cancelled.
        events: of its log, newest first; none if they were not read.
    """
    words = job.error_message or _last_error(events)
    file = _file(job, words)
    line = _LINE.search(words)
    harms = tuple(harms_in(words))
    return Failure(
        job_id=job.id,
        status=job.status,
        words=words,
        file=file,
        file_id=str(getattr(job, file)) if file else "",
        line=int(line[1]) + 1 if line else None,
        harms=harms,
        events=tuple(reversed(list(_last_messages(events, words)))),
        advice=_advice(job, words, file, harms),
    )


def _last_error(events: Sequence[Event]) -> str:
    """A job may fail without an error of its own; its log may still have one."""
    return next((event.message for event in events if event.level == "error"), "")


def _last_messages(events: Sequence[Event], words: str) -> Iterator[str]:
    messages = [event.message for event in events if event.type != "metrics" and event.message]
    others = [message for message in messages if message not in words]
    yield from others[:EVENTS]


def _file(job: Job, words: str) -> str:
    """The input that names the file at fault; empty if it is not about a file."""
    param = job.error.param if job.error else ""
    if param in ("training_file", "validation_file"):
        return param
    plain = words.lower()
    if "validation file" in plain:
        return "validation_file"
    about_a_file = any(each in plain for each in _FILE_WORDS) or _LINE.search(words)
    return "training_file" if about_a_file else ""


def _advice(job: Job, words: str, file: str, harms: Sequence[str]) -> str:
    """What to do; a failed job is never billed (Azure docs, "Manage fine-tuning costs")."""
    if job.status == "cancelled":
        return "To train after all, raise `generation`. What was trained until then is billed."
    if harms and _MODEL_WAS_JUDGED.search(words):
        return (
            "The data passed, the trained model did not: take out examples that comply with "
            "harmful requests and add some that refuse; other data is a new job."
        )
    if harms or file:
        return "Nothing is billed for it. Correct the data: another content is a new job."
    code = job.error.code if job.error else ""
    if _SERVERS_FAULT.fullmatch(code) or not words:
        return (
            "Nothing is billed for it. Raise `generation` to train again with the same inputs; "
            "if it fails again, give Azure support the id of the job."
        )
    return (
        "Nothing is billed for it. Correct the data or the parameters, which makes a new job, or "
        "raise `generation` to train again with the same ones."
    )
