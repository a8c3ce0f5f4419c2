"""A fine-tuning job: submitted once, found again, and its model found when its record is gone.

The service has no idempotency key, and it bills each job that it accepts. So a job is recognised by
what the service echoes. A suffix or a seed that was derived from everything that is trained is
enough; where both are fixed by hand, every input that the service echoes is compared, and a job
that the state is known to hold is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aoai.azure.arm_names import is_snapshot_of, same_name, same_sku
from aoai.azure.authoring.jobs import FineTuningJobsClient, Job
from aoai.azure.authoring.models import Model
from aoai.azure.clients import AccountClients
from aoai.azure.http.fields import Json
from aoai.azure.lifecycle.account_place import require_endpoint
from aoai.azure.lifecycle.body import nested
from aoai.azure.lifecycle.idempotency import LookupSchedule, create_once
from aoai.azure.lifecycle.job_body import HYPERPARAMETERS, METHOD, is_echoed, spelled_training_type
from aoai.errors import ConfigurationError, NotFound

_REWARD = "method.reinforcement."


@dataclass(frozen=True, kw_only=True)
class WantedJob:
    """The job that is wanted, and what distinguishes it from others.

    Attributes:
        values: the request's values by their place in the body.
        suffix: as it is sent.
        seed: as it is sent.
        derived_suffix: the suffix follows from everything that is trained.
        derived_seed: so does the seed.
        held: ids of jobs that the state holds, for this resource or another; none of them is this
            one, where suffix and seed do not show it.
        since: since when the newest of those is held, in seconds since 1970; none that is older is
            this one either: it trained what the resource was before.
        files: ids that the same files had before, by the field of the request.
        same: ids of those that the state says have trained just this; they are this one.
        may_be_older: the state may hold more jobs than are known, and this may be one of them.
    """

    values: Mapping[str, Any]
    suffix: str
    seed: int
    derived_suffix: bool
    derived_seed: bool
    held: frozenset[str] = frozenset()
    since: int = 0
    same: frozenset[str] = frozenset()
    may_be_older: bool = False
    files: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def body(self) -> Json:
        """The body of ``POST /fine_tuning/jobs``."""
        values = {**self.values, "suffix": self.suffix, "seed": self.seed}
        if training_type := values.get("trainingType"):
            values["trainingType"] = spelled_training_type(str(training_type))
        return nested(values)

    def is_answered_by(self, job: Job) -> bool:
        """Whether a job of the account is the one that is wanted."""
        if (job.suffix, job.seed) != (self.suffix, self.seed):
            return False
        if self.derived_suffix or self.derived_seed or job.id in self.same:
            return True
        succeeds = job.id not in self.held and (job.created_at or 0) >= self.since
        return succeeds and self._is_echoed_by(job)

    def looks_like(self, job: Job) -> bool:
        """Whether an older job echoes all that is wanted; what it trained is then not certain."""
        alike = (job.suffix, job.seed) == (self.suffix, self.seed) and job.id not in self.held
        return alike and (job.created_at or 0) < self.since and self._is_echoed_by(job)

    def _is_echoed_by(self, job: Job) -> bool:
        wanted = self.values
        return (
            self._is_same_file("training_file", job.training_file)
            and self._is_same_file("validation_file", job.validation_file)
            and is_snapshot_of(job.model, str(wanted.get("model", "")))
            and same_sku(job.training_type or "", str(wanted.get("trainingType") or ""))
            and job.method == wanted.get(METHOD, "supervised")
            and is_echoed(wanted.get(f"{_REWARD}grader"), job.grader)
            and is_echoed(wanted.get(f"{_REWARD}response_format"), job.response_format)
            and self._hyperparameters_fit(job)
        )

    def _is_same_file(self, name: str, echoed: str | None) -> bool:
        return (echoed or None) == self.values.get(name) or echoed in self.files.get(name, ())

    def _hyperparameters_fit(self, job: Job) -> bool:
        """What was asked for is echoed; what was left to the service was not asked for there."""
        asked = {
            place.rpartition(HYPERPARAMETERS)[2]: value
            for place, value in self.values.items()
            if HYPERPARAMETERS in place
        }
        return all(job.hyperparameters.get(name) == value for name, value in asked.items())


def submit(
    clients: AccountClients,
    wanted: WantedJob,
    *,
    before_billed: Callable[[], None],
    when_found: Callable[[Job], None],
    earlier: Sequence[WantedJob] = (),
) -> Job:
    """Submit a job exactly once, or adopt the one that an earlier run submitted.

    One that succeeded and whose record is gone is taken from the model that it left. Raises what
    :func:`submit_once` raises.

    Args:
        clients: the account's clients.
        wanted: the job.
        before_billed: called right before each billed request; raise in it to stop.
        when_found: called if nothing is submitted, with the job that is adopted.
        earlier: the same training by other names; the first that is there is taken, if the job
            itself is not.
    """
    return submit_once(
        clients.jobs,
        wanted.body(),
        is_ours=wanted.is_answered_by,
        before_billed=before_billed,
        when_found=when_found,
        remembered=lambda: _remembered(clients, wanted, earlier),
    )


def _remembered(
    clients: AccountClients, wanted: WantedJob, earlier: Sequence[WantedJob]
) -> Job | None:
    """What is not listed any more, or is there by another name.

    Raises:
        ConfigurationError: whether it was trained before cannot be known.
    """
    if found := _from_model(clients, wanted) or _held(clients, wanted):
        return found
    _refuse_to_guess(clients, wanted)
    for each in earlier:
        found = _oldest(clients.jobs, each.is_answered_by) or _from_model(clients, each)
        if found:
            return found
    return None


def _held(clients: AccountClients, wanted: WantedJob) -> Job | None:
    """One that the state holds, and that is not listed any more."""
    known = (find_job(clients, job_id) for job_id in sorted(wanted.same))
    return next((job for job in known if job and not job.has_failed), None)


def _refuse_to_guess(clients: AccountClients, wanted: WantedJob) -> None:
    if not wanted.may_be_older:
        return
    jobs = clients.jobs.list_jobs()
    older = next((job for job in jobs if not job.has_failed and wanted.looks_like(job)), None)
    if older is not None:
        raise ConfigurationError(
            f"{clients.account} has {older.id} already, which looks the same, as `suffix` and "
            "`seed` are both fixed: run again with --refresh to see whether the stack still holds "
            "it, name it as `existing_job_id`, or raise `generation` to train anew"
        )


def _oldest(jobs: FineTuningJobsClient, is_ours: Callable[[Job], bool]) -> Job | None:
    """The oldest job that is ours, so that two runs at once agree on one."""
    ours = [job for job in jobs.list_jobs() if not job.has_failed and is_ours(job)]
    return min(ours, key=lambda job: (job.created_at, job.id), default=None)


def submit_once(
    jobs: FineTuningJobsClient,
    body: Json,
    *,
    is_ours: Callable[[Job], bool],
    before_billed: Callable[[], None],
    when_found: Callable[[Job], None] = lambda _: None,
    remembered: Callable[[], Job | None] = lambda: None,
    schedule: LookupSchedule | None = None,
) -> Job:
    """Submit a job exactly once, or adopt the one that an earlier run submitted.

    Args:
        jobs: the account's jobs.
        body: the request, as the API spells it.
        is_ours: whether a job is the one that this body would make. A job that failed or was
            cancelled is never adopted.
        before_billed: called right before each billed request; raise in it to stop.
        when_found: called if nothing is submitted, with the job that is adopted.
        remembered: finds a job that is not listed any more.
        schedule: how long to look before repeating.

    Raises:
        ResponseUnknown: it may have been accepted, and looking failed too. Run again.
        ApiError: the service refused it.
        RequestNotSent: it never reached the service.
    """

    def look() -> Job | None:
        return _oldest(jobs, is_ours)

    def make() -> Job:
        return jobs.create_job(body, before_billed=before_billed)

    if found := look() or remembered():
        when_found(found)
        return found
    policy = jobs.transport.retry_policy
    return create_once(look, make, policy, schedule or LookupSchedule.from_environment())


def _from_model(clients: AccountClients, wanted: WantedJob) -> Job | None:
    """The job whose record is gone, from the model that has the derived suffix."""
    if not wanted.derived_suffix:
        return None
    for model in _tuned_models(clients):
        if same_name(_suffix_of(model.id), wanted.suffix):
            return trained(model)
    return None


def _tuned_models(clients: AccountClients) -> list[Model]:
    """The account's fine-tuned models, without their checkpoints."""
    models = clients.models.list_models()
    return [model for model in models if ".ft-" in model.id and ":" not in model.id]


def _suffix_of(model: str) -> str:
    """The part after ``<base>.ft-<32 hex>-`` in a model's name."""
    return model.partition(".ft-")[2].partition("-")[2]


def job_id_of(model: Model) -> str:
    """The job that left a model; its 32 hex digits are in the model's name."""
    digits = model.id.partition(".ft-")[2].partition("-")[0]
    return model.job_id or f"ftjob-{digits}"


def trained(model: Model) -> Job:
    """What is still known of a job from the model that it left."""
    return Job(
        id=job_id_of(model),
        status="succeeded",
        model=model.base_model,
        fine_tuned_model=model.id,
        created_at=model.created_at or 0,
    )


def find_job(clients: AccountClients, job_id: str) -> Job | None:
    """A job by its id, or what its model still shows of it; None if there is neither.

    The service drops old records; a training that succeeded is not bought again for that.
    """
    try:
        return clients.jobs.get_job(job_id)
    except NotFound:
        made = (model for model in _tuned_models(clients) if job_id_of(model) == job_id)
        return next(map(trained, made), None)


def remove_job(clients: AccountClients, job_id: str, *, record: bool) -> None:
    """Cancel a job that still runs; one that is gone is no error.

    Args:
        clients: the account's clients.
        job_id: the job.
        record: remove its record and its result files as well.

    Raises:
        ConfigurationError: the endpoint is not that of the account, which is still there.
    """
    try:
        job = clients.jobs.get_job(job_id)
        if not job.is_terminal:
            clients.jobs.cancel_job(job_id)
    except NotFound:
        require_endpoint(clients)
        return
    if record:
        clients.jobs.delete_job(job_id)
        for file_id in job.result_files:
            clients.files.delete_file(file_id)
