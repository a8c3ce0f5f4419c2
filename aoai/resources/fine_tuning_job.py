"""One submitted fine-tuning job.

``create`` returns as soon as the service has accepted the job; waiting is the program's (see
``waiting.py``). Any change of what is trained is another job, and another job is another bill, so a
job is only replaced when the data itself or a parameter differs: a file that was uploaded again
with the same content is the same data. ``delete`` cancels the job if it still runs; with
``on_delete="delete"`` its record and its result files are removed as well. The trained model stays
in either case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import CheckFailure, CreateResult, ReadResult, Resource, UpdateResult

from aoai.azure.account import Account
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import connect
from aoai.azure.lifecycle.submission import submit_job
from aoai.errors import NotFound
from aoai.resources.base import (
    ACCOUNT_CHANGES,
    AccountInput,
    Change,
    Provider,
    reports,
    resource_props,
)
from aoai.resources.engine import ensure_engine_is_alive
from aoai.resources.identity import SUFFIX_LENGTH, job_seed, job_suffix
from aoai.resources.props import is_known, parse

_SUFFIX = re.compile(rf"^[a-zA-Z0-9_-]{{1,{SUFFIX_LENGTH}}}$")
_ON_DELETE = ("cancel", "delete")


@dataclass(frozen=True, kw_only=True)
class FineTuningJobArgs:
    """Inputs of a :class:`FineTuningJob`.

    Attributes:
        account: the account that trains.
        model: base model, with its date, or a fine-tuned model to go on from.
        training_file: id of a processed file of the same account.
        training_file_sha256: its content, so that the same data under another id is no new job.
        validation_file: id of the file that the model is measured on, if any.
        validation_file_sha256: its content.
        hyperparameters: ``n_epochs``, ``batch_size``, ``learning_rate_multiplier``; what is left
            out is chosen by the service.
        suffix: part of the model's name, up to 18 of ``a-z A-Z 0-9 - _``; chosen if left out.
        seed: for repeatable training; derived from the inputs if left out.
        training_type: ``Standard``, ``GlobalStandard`` or ``Developer``.
        generation: raise it to train again with the same inputs.
        on_delete: ``cancel`` stops a job that still runs; ``delete`` also removes its record
            and its result files.
    """

    account: AccountInput
    model: pulumi.Input[str]
    training_file: pulumi.Input[str]
    training_file_sha256: pulumi.Input[str] | None = None
    validation_file: pulumi.Input[str] | None = None
    validation_file_sha256: pulumi.Input[str] | None = None
    hyperparameters: pulumi.Input[Mapping[str, Any]] | None = None
    suffix: pulumi.Input[str] | None = None
    seed: pulumi.Input[int] | None = None
    training_type: pulumi.Input[str] | None = None
    generation: pulumi.Input[int] = 1
    on_delete: pulumi.Input[str] = "cancel"


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """What the caller fixes; the service chooses the rest from the data."""

    n_epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None


@dataclass(frozen=True, kw_only=True)
class FineTuningJobInputs:
    """Inputs as stored."""

    account: dict[str, Any]
    owner: str
    model: str
    training_file: str
    training_file_sha256: str | None = None
    validation_file: str | None = None
    validation_file_sha256: str | None = None
    hyperparameters: Hyperparameters = field(default_factory=Hyperparameters)
    suffix: str | None = None
    seed: int | None = None
    training_type: str | None = None
    generation: int = 1
    on_delete: str = "cancel"


@dataclass(frozen=True, kw_only=True)
class FineTuningJobState:
    """Outputs: what the service says of the job."""

    job_id: str
    status: str
    created_at: int | None
    estimated_finish: int | None = None
    trained_tokens: int | None = None
    error: str | None = None
    fine_tuned_model: str | None = None


class FineTuningJobProvider(Provider):
    """Submits once, whatever happens to the request, the process or the machine."""

    inputs = FineTuningJobInputs
    diff_table: ClassVar[Mapping[str, Change]] = {
        **ACCOUNT_CHANGES,
        "owner": Change.IGNORE,
        "model": Change.REPLACE,
        "training_file": Change.REPLACE,
        "training_file_sha256": Change.REPLACE,
        "validation_file": Change.REPLACE,
        "validation_file_sha256": Change.REPLACE,
        "hyperparameters.n_epochs": Change.REPLACE,
        "hyperparameters.batch_size": Change.REPLACE,
        "hyperparameters.learning_rate_multiplier": Change.REPLACE,
        "suffix": Change.REPLACE,
        "seed": Change.REPLACE,
        "training_type": Change.REPLACE,
        "generation": Change.REPLACE,
        "on_delete": Change.UPDATE,
    }

    def check_inputs(self, news: Mapping[str, Any]) -> tuple[dict[str, Any], list[CheckFailure]]:
        """The suffix's alphabet, the ranges, and what to do on delete."""
        failures = []
        suffix, on_delete = news.get("suffix"), news.get("on_delete", "cancel")
        if isinstance(suffix, str) and not _SUFFIX.match(suffix):
            allowed = f"1 to {SUFFIX_LENGTH} of a-z A-Z 0-9 - _"
            failures.append(CheckFailure("suffix", f"`suffix` takes {allowed}, not {suffix!r}"))
        if is_known(on_delete) and on_delete not in _ON_DELETE:
            failures.append(CheckFailure("on_delete", "`on_delete` takes `cancel` or `delete`"))
        unfit = _unfit(news.get("hyperparameters"))
        return {}, failures + [CheckFailure("hyperparameters", reason) for reason in unfit]

    def is_same(self, name: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """A file is compared by its content where that is known on both sides, else by its id."""
        file = name.removesuffix("_sha256")
        if file in ("training_file", "validation_file"):
            by_content = all(isinstance(p.get(f"{file}_sha256"), str) for p in (olds, news))
            if by_content == (name == file):
                return True  # the other one of the two decides
        return super().is_same(name, olds, news)

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Submit the job, or adopt the one that an earlier run of this resource submitted."""
        inputs = parse(FineTuningJobInputs, props)
        named = with_names(inputs)
        job = submit_job(
            connect(Account.from_props(inputs.account)).jobs,
            request_body(named),
            is_ours=lambda job: is_ours(job, named),
            before_billed=ensure_engine_is_alive,
        )
        return CreateResult(job.id, self.outputs(props, state_of(job)))

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Status, error, tokens, estimated finish.

        The service keeps the last hundred jobs of an account. A record that went away after its
        job had succeeded is no reason to train again, so the last reading is kept.
        """
        connection = connect(Account.from_props(parse(FineTuningJobInputs, props).account))
        job = next((job for job in connection.inventory.jobs() if job.id == id_), None)
        try:
            job = job or connection.jobs.get_job(id_)
        except NotFound:
            return ReadResult(id_, props) if props.get("status") == "succeeded" else self.gone()
        return ReadResult(id_, self.outputs(props, state_of(job)))

    @reports
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Nothing to tell the service: only what happens on delete, or how it is reached."""
        return UpdateResult(self.outputs(news, parse(FineTuningJobState, olds)))

    @reports
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Cancel the job if it still runs, and remove its record and results if that is wanted."""
        inputs = parse(FineTuningJobInputs, props)
        connection = connect(Account.from_props(inputs.account))
        try:
            job = connection.jobs.get_job(id_)
            if not job.is_terminal:
                connection.jobs.cancel_job(id_)
        except NotFound:
            return
        if inputs.on_delete == "delete":
            connection.jobs.delete_job(id_)
            for file_id in job.result_files:
                connection.files.delete_file(file_id)


def _unfit(hyperparameters: Any) -> Iterator[str]:
    """What no service takes; what is merely unwise is a policy's business."""
    if not isinstance(hyperparameters, Mapping):
        return
    for name, value in sorted(hyperparameters.items()):
        if name not in Hyperparameters.__dataclass_fields__:
            yield f"`{name}` is not a hyperparameter of supervised training"
        elif isinstance(value, int | float) and value <= 0:
            yield f"`{name}` must be greater than 0"


def with_names(inputs: FineTuningJobInputs) -> FineTuningJobInputs:
    """The inputs with suffix and seed filled in, both derived from everything that is trained."""
    identity = [
        inputs.account["id"],
        inputs.model,
        inputs.training_file,
        inputs.validation_file,
        vars(inputs.hyperparameters),
        inputs.training_type,
        inputs.generation,
    ]
    return replace(
        inputs,
        suffix=inputs.suffix or job_suffix(inputs.owner, identity),
        seed=job_seed(inputs.owner, identity) if inputs.seed is None else inputs.seed,
    )


def request_body(inputs: FineTuningJobInputs) -> dict[str, Any]:
    """The body of ``POST /fine_tuning/jobs``; fields without a value are left out."""
    hyperparameters = {k: v for k, v in vars(inputs.hyperparameters).items() if v is not None}
    body = {
        "model": inputs.model,
        "training_file": inputs.training_file,
        "validation_file": inputs.validation_file,
        "hyperparameters": hyperparameters or None,
        "suffix": inputs.suffix,
        "seed": inputs.seed,
        "trainingType": inputs.training_type,
    }
    return {name: value for name, value in body.items() if value is not None}


def is_ours(job: Job, inputs: FineTuningJobInputs) -> bool:
    """Whether a job of the account is the one that these inputs would make.

    The model is not compared: the service answers with a canonical name of its own.
    """
    return (job.training_file, job.validation_file or None, job.suffix, job.seed) == (
        inputs.training_file,
        inputs.validation_file,
        inputs.suffix,
        inputs.seed,
    )


def state_of(job: Job) -> FineTuningJobState:
    """What is stored of a job."""
    return FineTuningJobState(
        job_id=job.id,
        status=job.status,
        created_at=job.created_at,
        estimated_finish=job.estimated_finish,
        trained_tokens=job.trained_tokens,
        error=job.error_message,
        fine_tuned_model=job.fine_tuned_model,
    )


class FineTuningJob(Resource, module="aoai", name="FineTuningJob"):
    """One submitted fine-tuning job."""

    account: pulumi.Output[Mapping[str, Any]]
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
        props = resource_props(name, args, FineTuningJobState)
        super().__init__(FineTuningJobProvider(), name, props, opts)
