"""``aoai jobs cancel``, ``pause`` and ``resume``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from aoai.azure.authoring.jobs import FineTuningJobsClient, Job
from aoai.azure.clients import ClientRegistry
from aoai.cli.jobs.document import as_json, of_job
from aoai.cli.jobs.lookup import Registry, add_format, add_job, find, open_clients


@dataclass(frozen=True)
class Action:
    """Something that is done to a job.

    Attributes:
        description: what it does, for the help.
        request: sends it; returns the job as the service then describes it.
        hint: what to do or to know afterwards.
    """

    description: str
    request: Callable[[FineTuningJobsClient, str], Job]
    hint: str


ACTIONS: Mapping[str, Action] = {
    "cancel": Action(
        "End a job that has not ended. What was trained until then is billed.",
        FineTuningJobsClient.cancel_job,
        "A stack that holds it will not train again by itself: raise `generation` there.",
    ),
    "pause": Action(
        "Halt a job that runs. It leaves a checkpoint that can be deployed, and takes no place "
        "among the jobs that run.",
        FineTuningJobsClient.pause_job,
        "Its checkpoint is there when it is paused: aoai jobs show; on with it: aoai jobs resume.",
    ),
    "resume": Action(
        "Let a paused job go on.", FineTuningJobsClient.resume_job, "Follow it: aoai jobs watch."
    ),
}


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the three to the commands of ``jobs``."""
    for name, action in ACTIONS.items():
        command = commands.add_parser(name, help=f"{name} a job", description=action.description)
        add_job(command)
        add_format(command)
        command.set_defaults(run=partial(run, action))


def run(
    action: Action,
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Registry = ClientRegistry,
) -> tuple[int, str]:
    """Send the action once: 0, and the job as the service then describes it."""
    with open_clients(options, environment, registry) as accounts:
        clients, job = find(options.job, accounts)
        done = action.request(clients.jobs, job.id)
    if options.format == "json":
        return 0, as_json(of_job(clients.account, done))
    return 0, f"{done.id} {done.status}, in {clients.account}\n  {action.hint}"
