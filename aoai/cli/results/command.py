"""``aoai results``: what a training measured, from its job or from its result file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from aoai.azure.clients import ClientRegistry
from aoai.cli.account_selection import add_account_selection
from aoai.cli.jobs.lookup import Registry, add_format, find, open_clients
from aoai.cli.results.chart import Look, charts
from aoai.cli.results.report import as_json, as_text
from aoai.cli.terminal import columns_of, has_colours
from aoai.errors import ResultsError
from aoai.results.reading import JobResults, read_job_results
from aoai.results.results_file import read_results_file

EXAMPLES = """\
examples:
  aoai results results.csv
  aoai results ftjob-… --account /subscriptions/…/accounts/NAME --tenant GUID
  aoai results ftjob-… --json
"""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``results`` to the commands."""
    command = commands.add_parser(
        "results",
        help="show what a training measured, with curves",
        description="Show losses, accuracies and rewards of a training by step, whether it\n"
        "overfits, its checkpoints and what was billed; of a job, or of a result file.\n\n"
        "Exit code 0: shown, 1: there is no such job, or no result file, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "source", metavar="FILE|JOB", help="a results.csv of this machine, or the id of a job"
    )
    add_account_selection(command)
    add_format(command)
    command.set_defaults(run=run)


def run(
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Registry = ClientRegistry,
) -> tuple[int, str]:
    """Show the results: 0, and the output.

    Raises:
        ResultsError: the file, or that of the job, is no result file.
    """
    results = _read(options, environment, registry)
    if options.format == "json":
        return 0, as_json(results)
    look = Look(
        columns=columns_of(sys.stdout, environment),
        colours=has_colours(sys.stdout, environment),
        encoding=getattr(sys.stdout, "encoding", None) or "ascii",
    )
    return 0, as_text(results, charts(results.curves, look))


def _read(
    options: argparse.Namespace, environment: Mapping[str, str], registry: Registry
) -> JobResults:
    if is_file(options.source):
        return JobResults(curves=read_results_file(Path(options.source)))
    with open_clients(options, environment, registry) as accounts:
        clients, job = find(options.source, accounts)
        results = read_job_results(clients, job)
    if not job.result_files and not results.curves.points:
        raise ResultsError(f"{job.id} is {job.status} and has no results: see aoai jobs show.")
    return results


def is_file(source: str) -> bool:
    """Whether a file of this machine is meant, rather than a job; a job's id has no dot."""
    return any(mark in source for mark in (os.sep, ".")) or Path(source).is_file()
