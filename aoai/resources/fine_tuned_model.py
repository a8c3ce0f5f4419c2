"""What a succeeded job left: the model's name, its checkpoints, the one that is served.

It exists once training has succeeded, so whatever depends on it waits for that. Another job is
another model. An empty ``job_id`` is a job that has not succeeded yet: the model of the one before
it stays, and where there was none, an empty record is kept until a later run. ``existing_model``
takes in a model by its name. ``--replace`` and ``taint`` read it again. ``delete`` does nothing: no
Azure API deletes a fine-tuned model, only the portal does, and a model that is not deployed costs
nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CreateResult,
    DiffResult,
    ReadResult,
    UpdateResult,
)

from aoai.azure.arm_names import same_name
from aoai.azure.authoring import jobs
from aoai.azure.authoring.models import Model
from aoai.azure.clients import AccountClients, connect
from aoai.azure.lifecycle.account_place import require_endpoint
from aoai.azure.lifecycle.existing_training import existing_model
from aoai.azure.lifecycle.fine_tuning_job import find_job, job_id_of
from aoai.catalog import parse_tuned_name
from aoai.errors import ConfigurationError, NotFound
from aoai.resources.account import ResourceArgs, account_of, is_same_place
from aoai.resources.base import AoaiResource, Provider, reports, resource_props
from aoai.resources.declaration import known, parse, replaces, updates
from aoai.resources.fine_tuned_model_state import (
    NO_MODEL,
    FineTunedModelState,
    choices,
    state_of,
    stored_checkpoints,
)
from aoai.resources.left_deployments import name_left_deployments
from aoai.resources.pending import PENDING_ID, STILL_TO_COME
from aoai.resources.progress import say
from aoai.resources.props import is_known, parse_state
from aoai.results.checkpoint_choice import choose
from aoai.results.metrics import METRICS
from aoai.results.reading import JobResults, read_job_results

_CHECKPOINT = ":"
"""What separates a model's name from its checkpoint's, as in ``:ckpt-step-90``."""


@dataclass(frozen=True, kw_only=True)
class FineTunedModelArgs(ResourceArgs):
    """Inputs of a :class:`FineTunedModel`."""

    job_id: Annotated[
        pulumi.Input[str] | None,
        replaces(
            "A job that has succeeded; `JobWaiter.completed` waits for it. Empty while it has not: "
            "the model of the job before it stays."
        ),
    ] = None
    existing_model: Annotated[
        pulumi.Input[str] | None,
        replaces(
            "Name of a fine-tuned model that is in the account already, or of a checkpoint, in "
            "place of a job."
        ),
    ] = None
    checkpoint: Annotated[
        pulumi.Input[str | int],
        updates(
            "`final`, `best` (lowest validation loss, or highest validation reward) or a step "
            "number.",
            stored=str | int,
        ),
    ] = "final"
    checkpoint_metric: Annotated[
        pulumi.Input[str] | None,
        updates(
            "What `best` goes by instead, as the API names it: a loss, an accuracy or a reward.",
            choices=tuple(METRICS),
        ),
    ] = None

    @property
    def choice(self) -> str | int:
        """The checkpoint that stored inputs ask for."""
        checkpoint: Any = self.checkpoint
        return checkpoint if isinstance(checkpoint, int) else str(checkpoint)

    @property
    def names_checkpoint(self) -> bool:
        """Whether the checkpoint is chosen by its name."""
        return _CHECKPOINT in known(self.existing_model or "")


class FineTunedModelProvider(Provider):
    """Reads what a job left and picks the checkpoint; it makes and deletes nothing."""

    args = FineTunedModelArgs

    def check_inputs(
        self, news: Mapping[str, Any], _before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[CheckFailure]]:
        """Where the model is from, and the checkpoint's form."""
        return {}, [*_where_from(news), *_checkpoint_problems(news)]

    def compare(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> DiffResult:
        """A job that has not succeeded leaves the model of the one before it."""
        if news.get("job_id") != STILL_TO_COME:
            return super().compare(olds, news)
        if _serves(olds) and not is_same_place(olds.get("account"), news.get("account")):
            raise ConfigurationError(
                "the account has changed, and a model that is trained there without waiting for it "
                "cannot be served beside this one; set `wait` to `block` for this change"
            )
        return super().compare(olds, {**news, "job_id": olds.get("job_id", STILL_TO_COME)})

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Take in the model that the job left, or record that it is still to come."""
        if props.get("job_id") == STILL_TO_COME:
            return CreateResult(PENDING_ID, self.outputs(props, NO_MODEL))
        model, state = _look(parse(FineTunedModelArgs, props))
        return CreateResult(model, self.outputs(props, state))

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Whether the model is still there, and until when the service runs it.

        What the job left does not change; it is read only if it is not stored yet.
        """
        inputs = parse(FineTunedModelArgs, props)
        if not _serves(props):
            return ReadResult(id_, props)
        clients = connect(account_of(inputs.account))
        try:
            listed = (model for model in clients.inventory.models() if same_name(model.id, id_))
            # What is not in the list may only be new.
            model = next(listed, None) or clients.models.get_model(id_)
        except NotFound:
            require_endpoint(clients)
            return self.gone()
        facts = {
            "lifecycle_status": model.lifecycle_status,
            "inference_retires_at": model.inference_retires_at,
        }
        if props.get("curves") is None:
            facts |= _completed(clients, inputs, model)
        return ReadResult(id_, {**props, **facts})

    @reports
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Choose the checkpoint anew, among those that are stored: old records go away."""
        inputs, state = parse(FineTunedModelArgs, news), parse_state(FineTunedModelState, olds)
        if news.get("job_id") == STILL_TO_COME:
            news = {**news, "job_id": olds.get("job_id", STILL_TO_COME)}
        if inputs.names_checkpoint or not _serves(olds):
            return UpdateResult(self.outputs(news, state))
        name = state.fine_tuned_model.partition(":")[0]
        chosen = choose(
            name, choices(state.checkpoints), inputs.choice, known(inputs.checkpoint_metric)
        )
        return UpdateResult(self.outputs(news, replace(state, fine_tuned_model=chosen)))

    @reports
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Nothing: Azure has no call for it. What still serves it is named."""
        if _serves(props):
            inputs = parse(FineTunedModelArgs, props)
            clients = connect(account_of(inputs.account))
            name_left_deployments(clients, id_, known(inputs.owner or ""))


def _serves(state: Mapping[str, Any]) -> bool:
    """Whether the state holds a model; else it is still to come."""
    return state.get("fine_tuned_model") != STILL_TO_COME


def _where_from(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """Exactly one of the two ways to name a training, and a name that can be one."""
    name = news.get("existing_model")
    if (news.get("job_id") is None) == (name is None):
        text = "give one of `job_id` and `existing_model`"
        yield CheckFailure("job_id", text)
    elif isinstance(name, str) and parse_tuned_name(name) is None:
        text = f"`existing_model` is the name of a fine-tuned model, BASE.ft-…, not {name!r}"
        yield CheckFailure("existing_model", text)


def _checkpoint_problems(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    choice, name = news.get("checkpoint", "final"), news.get("existing_model")
    if isinstance(choice, str) and choice not in ("final", "best"):
        text = f"`checkpoint` takes `final`, `best` or a step number, not {choice!r}"
        yield CheckFailure("checkpoint", text)
    elif isinstance(choice, int | float) and choice < 1:
        yield CheckFailure("checkpoint", f"`checkpoint` takes a step of 1 or more, not {choice}")
    elif isinstance(name, str) and _CHECKPOINT in name and choice != "final":
        text = "`existing_model` names a checkpoint; leave out one of the two"
        yield CheckFailure("checkpoint", text)
    if news.get("checkpoint_metric") is not None and is_known(choice) and choice != "best":
        text = "`checkpoint_metric` is what `checkpoint: best` goes by: set that as well"
        yield CheckFailure("checkpoint_metric", text)


def _look(inputs: FineTunedModelArgs) -> tuple[str, FineTunedModelState]:
    """The model that the job left, by name, and what is stored of it and its checkpoints."""
    clients = connect(account_of(inputs.account))
    if inputs.existing_model is not None:
        name = known(inputs.existing_model)
        job = existing_model(clients, name)
    else:
        job, name = _succeeded(clients, known(inputs.job_id or ""))
    model, results = _present(clients, job, name), _results(clients, job)
    kept, metric = choices(stored_checkpoints(results)), known(inputs.checkpoint_metric)
    chosen = name if inputs.names_checkpoint else choose(name, kept, inputs.choice, metric)
    return model.id, state_of(chosen, job, model, results)


def _results(clients: AccountClients, job: jobs.Job) -> JobResults:
    results = read_job_results(clients, job)
    if results.unread:
        more = "; a refresh tries again" if results.is_passing else ""
        say(f"{job.id}: its curves are those of its events: {results.unread}{more}")
    return results


def _completed(clients: AccountClients, inputs: FineTunedModelArgs, model: Model) -> dict[str, Any]:
    """What a state lacks that an older version wrote, or that could not be read at the time."""
    by_name = inputs.existing_model is not None
    job = find_job(clients, job_id_of(model) if by_name else known(inputs.job_id or ""))
    if job is None:
        return {}
    state = dataclasses.asdict(state_of(model.id, job, model, _results(clients, job)))
    return {name: state[name] for name in ("hyperparameters", "curves", "overfit", "billed")}


def _succeeded(clients: AccountClients, job_id: str) -> tuple[jobs.Job, str]:
    job = find_job(clients, job_id)
    if job is None:
        raise ConfigurationError(
            f"{clients.account} has neither job {job_id} nor a model of it any more; raise the "
            "job's `generation` to train it again"
        )
    if not job.has_succeeded or not job.fine_tuned_model:
        raise ConfigurationError(
            f"job {job_id} is {job.status}, so there is no model yet; wait for it with "
            "JobWaiter.completed(job)"
        )
    return job, job.fine_tuned_model


def _present(clients: AccountClients, job: jobs.Job, name: str) -> Model:
    try:
        return clients.models.get_model(name)
    except NotFound:
        raise ConfigurationError(
            f"job {job.id} made {name}, which was deleted since; raise the job's `generation` to "
            "train it again"
        ) from None


class FineTunedModel(AoaiResource, module="aoai", name="FineTunedModel"):
    """What a succeeded job left."""

    fine_tuned_model: pulumi.Output[str]
    base_model: pulumi.Output[str]
    trained_tokens: pulumi.Output[int | None]
    checkpoints: pulumi.Output[list[dict[str, Any]]]
    lifecycle_status: pulumi.Output[str | None]
    inference_retires_at: pulumi.Output[int | None]
    hyperparameters: pulumi.Output[dict[str, Any] | None]
    curves: pulumi.Output[dict[str, list[list[float]]] | None]
    overfit: pulumi.Output[dict[str, Any] | None]
    billed: pulumi.Output[dict[str, Any] | None]

    def __init__(
        self, name: str, args: FineTunedModelArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props = resource_props(name, args, FineTunedModel, opts)
        super().__init__(FineTunedModelProvider(), name, props, opts)
