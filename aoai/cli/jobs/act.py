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
from aoai.cli.jobs.found import Registry, add_format, add_job, find, opened


@dataclass(frozen=True)
class Act:
    """Something that is done to a job.

    Attributes:
        about: what it does.
        do: the request.
        after: what the user has to know then.
    """

    about: str
    do: Callable[[FineTuningJobsClient, str], Job]
    after: str


ACTS: Mapping[str, Act] = {
    "cancel": Act(
        "End a job that has not ended. What was trained until then is billed.",
        FineTuningJobsClient.cancel_job,
        "A stack that holds it will not train again by itself: raise `generation` there.",
    ),
    "pause": Act(
        "Halt a job that runs. It leaves a checkpoint that can be deployed, and takes no place "
        "among the jobs that run.",
        FineTuningJobsClient.pause_job,
        "Its checkpoint is there when it is paused: aoai jobs show; on with it: aoai jobs resume.",
    ),
    "resume": Act(
        "Let a paused job go on.", FineTuningJobsClient.resume_job, "Follow it: aoai jobs watch."
    ),
}


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the three to the commands of ``jobs``."""
    for name, act in ACTS.items():
        command = commands.add_parser(name, help=f"{name} a job", description=act.about)
        add_job(command)
        add_format(command)
        command.set_defaults(run=partial(run, act))


def run(
    act: Act,
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Registry = ClientRegistry,
) -> tuple[int, str]:
    """Do it once: 0, and the job as the service answers it."""
    with opened(options, environment, registry) as accounts:
        clients, job = find(options.job, accounts)
        done = act.do(clients.jobs, job.id)
    if options.format == "json":
        return 0, as_json(of_job(clients.account, done))
    return 0, f"{done.id} {done.status}, in {clients.account}\n  {act.after}"
