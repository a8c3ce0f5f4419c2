"""``aoai jobs copy``: a checkpoint to another account of the tenant (a preview of the service)."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

from aoai.azure.authoring.checkpoint_copies import CheckpointCopy
from aoai.azure.authoring.job_log import Checkpoint
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients, ClientRegistry
from aoai.cli.account_options import named_account
from aoai.cli.jobs.document import as_json
from aoai.cli.jobs.lookup import Registry, add_format, add_job, find, open_clients
from aoai.errors import ConfigurationError, OperationFailed, OperationTimedOut
from aoai.results.checkpoint_choice import Choice, choose
from aoai.results.reading import read_job_results

_INTERVAL = 10.0  # seconds; documents give no time, a copy between regions takes minutes
_LONGEST = 3600.0  # seconds

_ABOUT = """\
Copy a checkpoint to another account of the same tenant, in any region and
subscription, and wait until it is there. It keeps its name, lives on without
the original, and no list shows it: note the name. A preview of the service.

The destination must have had a fine-tuning job and take public network access;
the account that trained needs a user-assigned identity with the role Cognitive
Services OpenAI Contributor on it. A deployment in another account needs no
copy: a stack reaches the model where it is."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``copy`` to the commands of ``jobs``."""
    command = commands.add_parser(
        "copy",
        help="copy a checkpoint to another account",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_job(command)
    command.add_argument("--to", metavar="ID", required=True, help="ARM id of the other account")
    command.add_argument("--region", help="of the other account; default: read from it")
    command.add_argument(
        "--checkpoint", default="final", metavar="WHICH", help="final, best or a step number"
    )
    add_format(command)
    command.set_defaults(run=run)


def run(
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Registry = ClientRegistry,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[int, str]:
    """Copy a checkpoint, unless it is there already: 0, and where it is.

    Raises:
        ConfigurationError: there is no such checkpoint.
        OperationFailed: the service reports that the copy failed.
        OperationTimedOut: it has not arrived within an hour.
    """
    with open_clients(options, environment, registry) as accounts:
        clients, job = find(options.job, accounts)
        point = _point(clients, job, options.checkpoint)
        region = options.region or _region(clients, options, registry)
        copies = clients.copies
        copy = copies.find_copy(job.id, point.id, options.to)
        if copy is None or copy.has_failed:
            copy = copies.start_copy(job.id, point.id, options.to.strip(), region)
        until = clock() + _LONGEST
        while copy is None or copy.is_under_way:
            if clock() >= until:
                text = f"the copy of {point.model} is still under way: run the command again."
                raise OperationTimedOut(text)
            sleep(_INTERVAL)
            copy = copies.find_copy(job.id, point.id, options.to)
    return 0, _shown(copy, options)


def _point(clients: AccountClients, job: Job, which: str) -> Checkpoint:
    if not job.is_terminal:
        raise ConfigurationError(f"{job.id} is {job.status}: wait until it has ended, then copy.")
    wanted = int(which) if which.isdecimal() else which
    if wanted not in ("final", "best") and not isinstance(wanted, int):
        text = f"--checkpoint takes final, best or a step number, not {which!r}."
        raise ConfigurationError(text)
    kept = read_job_results(clients, job).checkpoints
    name = job.fine_tuned_model or (kept[0].model if kept else job.id)
    found = [Choice(each.model, each.step_number, each.metrics) for each in kept]
    chosen = choose(name, found, wanted)
    point = next((each for each in kept if each.model == chosen), None)
    if point is None:
        raise ConfigurationError(f"{job.id} kept no checkpoint that could be copied.")
    return point


def _region(clients: AccountClients, options: argparse.Namespace, registry: Registry) -> str:
    """The region of the destination, which is in the tenant and the cloud of the source."""
    source = clients.account
    named = argparse.Namespace(tenant=source.tenant_id, cloud="public")
    target = replace(named_account(options.to, "--to", named, {}), cloud=source.cloud)
    with registry() as clients_by_account:
        return clients_by_account.connect(target).accounts.get_account().location


def _shown(copy: CheckpointCopy, options: argparse.Namespace) -> str:
    if copy.has_failed:
        raise OperationFailed(
            f"the service could not copy {copy.model} to {copy.destination}; it gives no reason. "
            "See what the destination and the identity need: aoai jobs copy --help."
        )
    if options.format == "json":
        return as_json(asdict(copy))
    name = copy.destination.rpartition("/")[2]
    return f"{copy.model}\n  is in {name} ({copy.region}) and can be deployed there by that name"
