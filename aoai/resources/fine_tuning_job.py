"""One submitted fine-tuning job.

``create`` returns as soon as the service has accepted the job; waiting is the program's (see
``job_waiter.py``). Any change of what is trained is another job, and another job is another bill,
so a job is only replaced when the data or a parameter differs: a file that was uploaded again with
the same content is the same data. ``--replace`` and ``taint`` train again. ``delete`` cancels
the job if it still runs; with ``on_delete="delete"`` its record and its result files are removed as
well. The trained model stays in either case.

With ``existing_job_id`` a job is taken in that was not made here: it is read and waited for, and
that is all. An empty ``model`` is one that another job of the program still trains: nothing is
submitted before it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, CreateResult, DiffResult, ReadResult, UpdateResult

from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, connect
from aoai.azure.lifecycle.account_place import require_endpoint
from aoai.azure.lifecycle.existing_training import existing_job
from aoai.azure.lifecycle.fine_tuning_job import find_job, remove_job, submit
from aoai.azure.lifecycle.grader_check import require_accepted
from aoai.azure.lifecycle.job_pause import PAUSED, set_paused
from aoai.errors import NotFound
from aoai.resources.account import account_of
from aoai.resources.base import AoaiResource, Provider, reports, resource_props
from aoai.resources.declaration import InputField, known, parse
from aoai.resources.job_checks import job_problems
from aoai.resources.job_identity import FILES, content_of, earlier_jobs, wanted_job
from aoai.resources.job_inputs import FineTuningJobArgs
from aoai.resources.pending import PENDING_ID, STILL_TO_COME, keeping
from aoai.resources.progress import say
from aoai.resources.props import parse_state
from aoai.resources.provider_process import ensure_engine_is_alive
from aoai.results.reading import read_failure


@dataclass(frozen=True, kw_only=True)
class FineTuningJobState:
    """Outputs: what the service answers for the job; times in seconds since 1970.

    Attributes:
        held_since: see :meth:`Held.next_since`.
    """

    job_id: str
    status: str
    created_at: int | None
    estimated_finish: int | None = None
    trained_tokens: int | None = None
    error: str | None = None
    fine_tuned_model: str | None = None
    held_since: int | None = None


NOT_SUBMITTED = FineTuningJobState(job_id=STILL_TO_COME, status=STILL_TO_COME, created_at=0)
"""What is stored of a job while the model that it continues from is still being trained."""


class FineTuningJobProvider(Provider):
    """Submits once, whatever happens to the request, the process or the machine."""

    args = FineTuningJobArgs

    def check_inputs(
        self, news: Mapping[str, Any], before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[CheckFailure]]:
        """What no service takes; what is merely unwise is a policy's business."""
        return keeping("model", news, before), list(job_problems(news))

    def is_same(self, field: InputField, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """A file is compared by its content where that is known on both sides, else by its id."""
        file = field.name.removesuffix("_sha256")
        if file in FILES:
            by_content = all(isinstance(p.get(f"{file}_sha256"), str) for p in (olds, news))
            if by_content == (field.name == file):
                return True  # the other one of the two decides
        return super().is_same(field, olds, news)

    @reports
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """As declared; what the job of the state has trained is kept in mind for a create."""
        if id_ != PENDING_ID:
            self.held.made_from(id_, content_of(olds))
        return super().diff(id_, olds, news)

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Submit the job, or adopt the one that an earlier run of this resource submitted."""
        inputs = parse(FineTuningJobArgs, props)
        if inputs.model == STILL_TO_COME:
            return CreateResult(PENDING_ID, self.outputs(props, NOT_SUBMITTED))
        if inputs.existing_job_id is not None:
            existing = existing_job(
                connect(account_of(inputs.account)), known(inputs.existing_job_id)
            )
            self.held.keep(existing.id)
            since = self.held.next_since(known(inputs.owner or ""), existing.created_at)
            return CreateResult(existing.id, self.outputs(props, state_of(existing, since)))
        wanted = wanted_job(inputs, props, self.held)
        earlier = earlier_jobs(inputs, props, self.held)
        clients = connect(account_of(inputs.account))
        job = submit(
            clients,
            wanted,
            earlier=earlier,
            before_billed=partial(_before_billed, clients, inputs),
            when_found=self._say_whose,
        )
        if job.suffix and not any(each.is_answered_by(job) for each in (wanted, *earlier)):
            say(
                f"{job.id}: the service echoes other values than it was sent; if this run is "
                "interrupted, the next one may not find the job"
            )
        self.held.keep(job.id)
        owner = known(inputs.owner or "")
        since = self.held.next_since(owner, job.created_at)
        self.held.saw(owner, job.id, {"created_at": job.created_at, "held_since": since})
        return CreateResult(job.id, self.outputs(_as_it_is(props, job), state_of(job, since)))

    def _say_whose(self, job: Job) -> None:
        """Say that a job is adopted, and why."""
        if self.held.was_deleted(job.id):
            say(f"{job.id} is taken again, as its inputs stay: the stack still holds it")
        else:
            say(f"{job.id} was submitted by an earlier run: it is taken, and nothing is billed")

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Status, error, tokens, estimated finish.

        The service drops old records. One that went away after its job had succeeded is no reason
        to train again: the last reading is kept, or the model that the job left is asked for.
        """
        inputs = parse(FineTuningJobArgs, props)
        if id_ == PENDING_ID:
            return ReadResult(id_, props)
        owner = known(inputs.owner or "")
        self.held.saw(owner, id_, props)
        self.held.made_from(id_, content_of(props))
        self.held.read(owner)
        clients = connect(account_of(inputs.account))
        try:
            listed = (job for job in clients.inventory.jobs() if job.id == id_)
            job = next(listed, None) or find_job(clients, id_)
        except NotFound:  # of the account: it took its jobs along
            require_endpoint(clients)
            return self.gone()
        if job is None:
            return ReadResult(id_, props) if props.get("status") == "succeeded" else self.gone()
        if job.has_failed and job.status != props.get("status"):
            is_taken_in = inputs.existing_job_id is not None
            say(str(read_failure(clients, job, is_taken_in=is_taken_in)))
        state = state_of(job, props.get("held_since"))
        return ReadResult(id_, self.outputs(_as_it_is(props, job), state))

    @reports
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Pause the job or let it go on; of anything else the service is sent nothing."""
        inputs, state = parse(FineTuningJobArgs, news), parse_state(FineTuningJobState, olds)
        if inputs.paused is None or id_ == PENDING_ID or olds.get("paused") == inputs.paused:
            return UpdateResult(self.outputs(news, state))
        clients = connect(account_of(inputs.account))
        done = set_paused(clients, id_, paused=known(inputs.paused))
        if done.note:
            say(done.note)
        if done.job is None:
            return UpdateResult(self.outputs(news, state))
        state = state_of(done.job, state.held_since)
        return UpdateResult(self.outputs(_as_it_is(news, done.job), state))

    @reports
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Cancel the job if it still runs, and remove its record and results if that is wanted.

        A job that was taken in is left as it is.
        """
        inputs = parse(FineTuningJobArgs, props)
        self.held.deleted(known(inputs.owner or ""), id_, props)
        if inputs.existing_job_id is not None or id_ == PENDING_ID:
            return
        if self.held.is_kept(id_):
            say(f"{id_} goes on: the stack still holds it")
            return
        clients = connect(account_of(inputs.account))
        remove_job(clients, id_, record=inputs.on_delete == "delete")


def _before_billed(clients: AccountClients, inputs: FineTuningJobArgs) -> None:
    """What has to hold right before a job is paid for."""
    ensure_engine_is_alive()
    if inputs.grader is not None:
        grader: Any = inputs.grader
        require_accepted(clients, grader)


def _as_it_is(props: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """The inputs with `paused` as it is, if it is declared: another value is drift.

    A job that has ended is neither paused nor running.
    """
    if props.get("paused") is None or job.is_terminal:
        return dict(props)
    return {**props, "paused": job.status in PAUSED}


def state_of(job: Job, since: int | None) -> FineTuningJobState:
    """What is stored of a job that is held since then."""
    return FineTuningJobState(
        job_id=job.id,
        status=job.status,
        created_at=job.created_at,
        estimated_finish=job.estimated_finish,
        trained_tokens=job.trained_tokens,
        error=job.error_message,
        fine_tuned_model=job.fine_tuned_model,
        held_since=since,
    )


class FineTuningJob(AoaiResource, module="aoai", name="FineTuningJob"):
    """One submitted fine-tuning job."""

    account: pulumi.Output[Mapping[str, Any]]
    paused: pulumi.Output[bool | None]
    existing_job_id: pulumi.Output[str | None]
    job_id: pulumi.Output[str]
    status: pulumi.Output[str]
    created_at: pulumi.Output[int | None]
    estimated_finish: pulumi.Output[int | None]
    trained_tokens: pulumi.Output[int | None]
    error: pulumi.Output[str | None]
    fine_tuned_model: pulumi.Output[str | None]

    def __init__(
        self, name: str, args: FineTuningJobArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props = resource_props(name, args, FineTuningJob, opts)
        super().__init__(FineTuningJobProvider(), name, props, opts)
