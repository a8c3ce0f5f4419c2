"""A look at what a stack takes from its accounts: jobs, and models to serve or to train further.

An id or a name that is not there is found in the preview, and once more before anything is billed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from aoai.azure.account import Account
from aoai.azure.clients import AccountClients, connect
from aoai.azure.lifecycle.existing_training import existing_file, existing_job, existing_model
from aoai.catalog import parse_tuned_name
from aoai.errors import AoaiError, ConfigurationError
from aoai.resources.file_sources import is_file_id
from aoai.results.checkpoint_choice import Choice, choose
from aoai_components.model_settings import BASE, EXISTING_JOB, EXISTING_MODEL, ModelSettings
from aoai_components.settings import Settings


@dataclass
class TakenIn:
    """What became of what the stack names.

    Attributes:
        problems: what is not there, or left no model, with its key.
        missed: what could not be looked at, and why.
    """

    problems: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Asked:
    """A job or a model that a stack names."""

    where: str
    account: Account
    ask: Callable[[AccountClients], object]


def find_taken_in(
    settings: Settings, connect: Callable[[Account], AccountClients] = connect
) -> TakenIn:
    """Ask for each job and each model that the stack names, with one or two reads for each.

    Args:
        settings: the stack; accounts that it makes itself are left out, as they are empty.
        connect: how an account is reached.
    """
    found = TakenIn()
    accounts = {k: a for k, a in settings.accounts.items() if k not in settings.created}
    for name, model in settings.models.items():
        if model.account in accounts:
            for asked in _asked(f"models.{name}", model, accounts[model.account]):
                _check(asked, accounts, connect, found)
    return found


def _asked(where: str, model: ModelSettings, account: Account) -> Iterator[_Asked]:
    job, named, start = model.existing_job_id, model.existing_model, model.starts_from
    for setting, file in model.files.items():
        if file.existing_file_id is not None and is_file_id(str(file.existing_file_id)):
            yield _Asked(f"{where}.{setting}", account, _asking_file(str(file.existing_file_id)))
    if job is not None and job.strip():
        yield _Asked(f"{where}.{EXISTING_JOB}", account, _asking_job(job, model))
    if named is not None and parse_tuned_name(named) is not None:
        yield _Asked(f"{where}.{EXISTING_MODEL}", account, lambda at: existing_model(at, named))
    if start is not None and parse_tuned_name(start) is not None:
        yield _Asked(f"{where}.{BASE}", account, lambda at: existing_model(at, start))


def _asking_job(job_id: str, model: ModelSettings) -> Callable[[AccountClients], object]:
    """That the job is there, and has left the checkpoint if it is over."""

    def ask(at: AccountClients) -> None:
        job = existing_job(at, job_id)
        if job.fine_tuned_model and model.checkpoint != "final":
            kept = [
                Choice(each.model, each.step_number, each.metrics)
                for each in at.jobs.list_checkpoints(job.id)
            ]
            if kept:  # records go away with time, and what was chosen before is served on
                choose(job.fine_tuned_model, kept, model.checkpoint, model.checkpoint_metric)

    return ask


def _asking_file(file_id: str) -> Callable[[AccountClients], object]:
    def ask(at: AccountClients) -> None:
        if (file := existing_file(at, file_id)) and not file.is_usable:
            raise ConfigurationError(f"{file_id} is of the status {file.status}; name another file")

    return ask


def _check(
    asked: _Asked,
    accounts: Mapping[str, Account],
    connect: Callable[[Account], AccountClients],
    found: TakenIn,
) -> None:
    try:
        asked.ask(connect(asked.account))
    except ConfigurationError as error:
        holder = _holder(asked, accounts, connect)
        hint = f"; it is in the account `{holder}`" if holder else ""
        found.problems.append(f"{asked.where}: {error}{hint}")
    except AoaiError as error:
        found.missed.append(f"{asked.where} could not be looked for before the update: {error}")


def _holder(
    asked: _Asked,
    accounts: Mapping[str, Account],
    connect: Callable[[Account], AccountClients],
) -> str | None:
    """The other account of the stack that has it, by its key."""
    for key, account in accounts.items():
        if not account.is_same_place(asked.account):
            try:
                asked.ask(connect(account))
            except AoaiError:
                continue
            return key
    return None
