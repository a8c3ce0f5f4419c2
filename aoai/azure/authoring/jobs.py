"""Fine-tuning jobs of an account: submit, read, cancel, delete (data plane)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from aoai.azure import api_versions
from aoai.azure.authoring.job_log import Checkpoint, Event
from aoai.azure.authoring.surface_transport import SurfaceChoice, SurfaceTransport
from aoai.azure.http.fields import Json, count, integer, mapping, numbers, text
from aoai.azure.http.paging import every, pages
from aoai.azure.http.redaction import redact
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Repeat, Transport
from aoai.azure.http.urls import segment
from aoai.errors import NotFound, ResponseUnknown

_TERMINAL = frozenset({"succeeded", "failed", "cancelled"})
_PAGE = "100"  # jobs a page; an account keeps 500 (its MaxFineTuneCount, Oct 2025)


@dataclass(frozen=True)
class JobError:
    """Why a job failed, in the service's words, made fit to be shown.

    Attributes:
        code: a word, or the status of HTTP as text.
        param: the field of the request that it is about, such as ``training_file``, if any.
    """

    code: str = ""
    message: str = ""
    param: str = ""


@dataclass(frozen=True)
class Job:
    """A fine-tuning job as the service describes it. Times are seconds since 1970.

    Attributes:
        status: pending, running, succeeded, failed, cancelled, or something newer; a status that
            is not known is not an end.
        model: the base model as the service spells it, which may differ from what was asked.
        method: supervised, dpo or reinforcement; one that is not echoed is supervised.
        hyperparameters: those of the method; what the service is to choose is -1 until it has
            chosen.
        grader: of a reinforcement job, with what the service has filled in.
        response_format: of a reinforcement job, if it has one.
        created_at: 0 if the service does not say.
        fine_tuned_model: the name to deploy, None until the job has succeeded.
        estimated_finish: when the service expects the end, if it gives it.
        trained_tokens: what was billed for; None if unknown, which some models write as -672.
        training_type: ``globalStandard``, ``developerTier``…, empty if not echoed.
    """

    id: str
    status: str = ""
    model: str = ""
    training_file: str = ""
    validation_file: str = ""
    suffix: str = ""
    seed: int | None = None
    method: str = "supervised"
    hyperparameters: Mapping[str, float | str] = field(default_factory=dict)
    grader: Json | None = None
    response_format: Json | None = None
    training_type: str = ""
    fine_tuned_model: str | None = None
    result_files: tuple[str, ...] = ()
    created_at: int = 0
    estimated_finish: int | None = None
    trained_tokens: int | None = None
    error: JobError | None = None

    @property
    def is_terminal(self) -> bool:
        """Whether its status will not change any more."""
        return self.status in _TERMINAL

    @property
    def has_succeeded(self) -> bool:
        """Whether there is a model."""
        return self.status == "succeeded"

    @property
    def has_failed(self) -> bool:
        """Whether it ended without a model: failed or cancelled."""
        return self.is_terminal and not self.has_succeeded

    @property
    def error_message(self) -> str | None:
        """Why it failed, as the service puts it, or None."""
        if self.error is None:
            return None
        return ": ".join(part for part in (self.error.code, self.error.message) if part)

    @classmethod
    def parse(cls, data: Json) -> Job:
        """Read what the service sent; absent and null fields are the same."""
        return cls(
            id=text(data.get("id")),
            status=text(data.get("status")).lower().replace("canceled", "cancelled"),
            model=text(data.get("model")),
            training_file=text(data.get("training_file")),
            validation_file=text(data.get("validation_file")),
            suffix=text(data.get("suffix")),
            seed=integer(data.get("seed")),
            method=_method(data) or "supervised",
            hyperparameters=_hyperparameters(data),
            grader=mapping(_inner(data).get("grader")) or None,
            response_format=mapping(_inner(data).get("response_format")) or None,
            training_type=text(data.get("trainingType")),
            fine_tuned_model=text(data.get("fine_tuned_model")) or None,
            result_files=_strings(data.get("result_files")),
            created_at=integer(data.get("created_at")) or 0,
            estimated_finish=integer(data.get("estimated_finish")),
            trained_tokens=count(data.get("trained_tokens")),
            error=_error(data.get("error")),
        )


class FineTuningJobsClient:
    """The jobs of one account. Every method raises what ``Transport.request`` raises."""

    def __init__(
        self,
        transport: Transport,
        api_version: str = api_versions.JOBS,
        *,
        surface_for: SurfaceChoice | None = None,
    ) -> None:
        classic = SurfaceTransport(transport, {"api-version": api_version})
        self._surface_for = surface_for or (lambda _call="", _fields=(): classic)

    @property
    def transport(self) -> Transport:
        """What the requests go through, but for those that need another surface."""
        return self._surface_for().transport

    def create_job(self, body: Json, *, before_billed: Callable[[], None]) -> Job:
        """Submit a job, once. Prefer ``lifecycle.fine_tuning_job.submit``, which never bills twice.

        Args:
            body: model, training_file and the rest, as the API spells them.
            before_billed: called right before each attempt; what it raises ends the submission.

        Raises:
            ResponseUnknown: the job may have been accepted; look for it before repeating.
            Throttled: later; look for it before repeating all the same.
        """
        path, surface = "/fine_tuning/jobs", self._surface_for("", tuple(body))
        response = surface.transport.request(
            "POST",
            path,
            params=surface.params,
            body=body,
            before_send=before_billed,
            repeat=Repeat.UNSENT,
        )
        return self._read(response, f"POST {path}")

    def get_job(self, job_id: str) -> Job:
        """One job.

        Raises:
            NotFound: there is none of that id.
        """
        surface = self._surface_for()
        return self._read(
            surface.transport.request("GET", _path(job_id), params=surface.params), "GET"
        )

    def list_jobs(self, limit: int | None = None) -> list[Job]:
        """The jobs that the account keeps, newest first: all, or the newest ``limit``."""
        surface = self._surface_for()
        found = every(surface.transport, "/fine_tuning/jobs", {**surface.params, "limit": _PAGE})
        return [Job.parse(data) for data in islice(found, limit)]

    def newest_jobs(self, job_ids: Iterable[str]) -> list[Job]:
        """The account's jobs from the newest down to the oldest of these, by whole pages.

        The service lists the newest first. What is awaited is on the first page nearly always,
        while all of 500 jobs are half a megabyte in five requests. If one of the jobs is not
        listed, all are read.
        """
        surface = self._surface_for()
        params = {**surface.params, "limit": _PAGE}
        awaited = set(job_ids)
        found: list[Job] = []
        for page in pages(surface.transport, "/fine_tuning/jobs", params):
            found += map(Job.parse, page)
            awaited -= {job.id for job in found}
            if not awaited:
                break
        return found

    def cancel_job(self, job_id: str) -> Job:
        """Ask for the end of a running job; its status may say so only later.

        Raises:
            NotFound: there is none of that id.
            ApiError: it has ended already, or cannot be cancelled.
        """
        return self._act(job_id, "cancel")

    def pause_job(self, job_id: str) -> Job:
        """Halt a running job after the step that it is at; it leaves a checkpoint.

        Raises:
            NotFound: there is none of that id.
            ApiError: it does not run.
        """
        return self._act(job_id, "pause")

    def resume_job(self, job_id: str) -> Job:
        """Let a paused job go on.

        Raises:
            NotFound: there is none of that id.
            ApiError: it is not paused.
        """
        return self._act(job_id, "resume")

    def _act(self, job_id: str, verb: str) -> Job:
        path = f"{_path(job_id)}/{verb}"
        surface = self._surface_for()
        response = surface.transport.request(
            "POST", path, params=surface.params, repeat=Repeat.ALWAYS
        )
        return self._read(response, f"POST {path}")

    def delete_job(self, job_id: str) -> None:
        """Delete an ended job from the list; one that is gone already is no error."""
        try:
            surface = self._surface_for("jobs.delete")
            surface.transport.request("DELETE", _path(job_id), params=surface.params)
        except NotFound:
            return

    def list_events(self, job_id: str, limit: int | None = None) -> list[Event]:
        """The job's log, newest first: all of it, or the newest ``limit`` lines."""
        surface = self._surface_for()
        params = {**surface.params, "limit": _PAGE if limit is None else str(limit)}
        found = every(surface.transport, f"{_path(job_id)}/events", params)
        return [Event.parse(data) for data in islice(found, limit)]

    def list_checkpoints(self, job_id: str) -> list[Checkpoint]:
        """The checkpoints that can be deployed; they appear once the job has ended."""
        surface = self._surface_for()
        found = every(surface.transport, f"{_path(job_id)}/checkpoints", surface.params)
        return [Checkpoint.parse(data) for data in found]

    def _read(self, response: Response, what: str) -> Job:
        job = Job.parse(response.data)
        if not job.id:
            msg = (
                f"{what} of {self.transport.label}: the answer has no job id. {response.request_id}"
            )
            raise ResponseUnknown(msg.rstrip())
        return job


def _path(job_id: str) -> str:
    return f"/fine_tuning/jobs/{segment(job_id)}"


def _method(data: Json) -> str:
    return text(mapping(data.get("method")).get("type"))


def _inner(data: Json) -> Json:
    """What is inside of the method."""
    return mapping(mapping(data.get("method")).get(_method(data)))


def _hyperparameters(data: Json) -> Mapping[str, float | str]:
    """Top-level, or those of the method, where newer versions keep them."""
    for found in (data.get("hyperparameters"), _inner(data).get("hyperparameters")):
        values: dict[str, float | str] = {**numbers(found)}
        values |= {k: v for k, v in mapping(found).items() if isinstance(v, str) and v != "auto"}
        if values:
            return values
    return {}


def _strings(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _error(value: object) -> JobError | None:
    error = mapping(value)
    # Some versions send an empty error object with a job that is well.
    if not error:
        return None
    code, message = text(error.get("code")), redact(text(error.get("message")))
    param = text(error.get("param"))
    return JobError(code, message, param) if code or message else None
