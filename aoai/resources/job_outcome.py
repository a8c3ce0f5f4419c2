"""Reads what a succeeded job left, for its last line in the log."""

from __future__ import annotations

from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients
from aoai.catalog import Catalog
from aoai.errors import AoaiError
from aoai.resources.progress import Outcome
from aoai.results.billing import Billed
from aoai.results.overfit import overfit_of
from aoai.results.reading import read_job_results


def outcome_of(clients: AccountClients, job: Job, catalog: Catalog | None = None) -> Outcome:
    """What is known of the job; less if the service does not answer, for the job is over.

    Args:
        clients: of its account.
        job: one that has succeeded.
        catalog: for the price; the built-in one if left out.
    """
    try:
        left = read_job_results(clients, job, catalog)
    except AoaiError:
        return Outcome(tokens=job.trained_tokens)
    last, overfit = left.curves.last_step, overfit_of(left.curves)
    paid = left.billed or Billed(tokens=job.trained_tokens)
    return Outcome(
        steps=last,
        metrics=left.curves.at(last) if last is not None else {},
        best_step=overfit.best_step if overfit else None,
        tokens=paid.tokens,
        hours=paid.hours,
        usd=paid.usd,
    )
