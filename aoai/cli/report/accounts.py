"""What an account holds, in the form of a stack's state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients
from aoai.cli.policy.accounts import deployments_of
from aoai.cli.report.reading import Stored
from aoai.results.curves import small_part
from aoai.results.overfit import overfit_of
from aoai.results.reading import read_job_results

_NO_STACK = ""  # an account does not know of stacks


def stored_of(clients: AccountClients) -> Iterator[Stored]:
    """The account's succeeded jobs, their models, and its deployments.

    Raises:
        AoaiError: the account does not answer.
    """
    for job in clients.inventory.jobs():
        if job.fine_tuned_model:
            yield from _trained(clients, job)
    for deployment in deployments_of(clients):
        yield Stored("ModelDeployment", deployment.name, _NO_STACK, deployment.properties)


def _trained(clients: AccountClients, job: Job) -> Iterator[Stored]:
    """A job that has left a model, and the model."""
    location = clients.inventory.account().location
    account = {**clients.account.to_props(), "location": location or ""}
    name = job.suffix or job.id
    shared = {"account": account, "job_id": job.id}
    inputs = {
        "training_file": job.training_file,
        "validation_file": job.validation_file,
        "model": job.model,
        "method": job.method,
    }
    yield Stored("FineTuningJob", name, _NO_STACK, {**shared, **inputs})
    yield Stored("FineTunedModel", name, _NO_STACK, {**shared, **_model_outputs(clients, job)})


def _model_outputs(clients: AccountClients, job: Job) -> dict[str, object]:
    """What a stack's state would hold of the model."""
    results = read_job_results(clients, job)
    overfit, billed = overfit_of(results.curves), results.billed
    return {
        "fine_tuned_model": job.fine_tuned_model,
        "base_model": job.model,
        "trained_tokens": job.trained_tokens,
        "hyperparameters": dict(job.hyperparameters),
        "curves": small_part(results.curves),
        "checkpoints": [asdict(point) for point in results.checkpoints],
        "overfit": overfit and {"best_step": overfit.best_step, "sentence": overfit.sentence},
        "billed": billed and {"usd": billed.usd},
    }
