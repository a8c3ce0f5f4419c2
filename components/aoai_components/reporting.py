"""What a preview shows beside the engine's steps, and leaves for other programs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

from aoai.catalog import CostTable
from aoai.resources.fine_tuning_job import FineTuningJob
from aoai_components.config import InvalidStack, Stack
from aoai_components.config_errors import in_short
from aoai_components.costs import OUTPUT, as_output, as_text, hosting_lines
from aoai_components.grader_checks import with_refused_graders
from aoai_components.job_queue import queue_warnings
from aoai_components.prior_state import PriorState
from aoai_components.review import planned, refusal, review
from aoai_components.review_text import as_lines
from aoai_components.settings import listed
from aoai_components.training_data import Forecast

REVIEW = "AOAI_REVIEW"
"""Name of the environment variable with the path that a preview writes its review to."""

NONE = "none"
"""Value of that variable for a preview without a review at its end."""


def show_review(stack: Stack, prior: PriorState, jobs: Mapping[str, FineTuningJob]) -> None:
    """End a preview with what the update does and costs, and export the costs of the whole.

    Args:
        stack: all that is declared.
        prior: what the state holds.
        jobs: the job of each model.
    """
    training = [forecast.cost for forecast in stack.forecasts.values()]
    hosting = hosting_lines(stack.settings, stack.settings.catalog)
    pulumi.export(OUTPUT, as_output(CostTable((*training, *hosting))))
    if pulumi.runtime.is_dry_run() and os.environ.get(REVIEW) != NONE:
        shown: Any = _show(stack, prior, jobs)  # `from_input` is typed for values alone
        pulumi.Output.from_input(shown)


async def _show(stack: Stack, prior: PriorState, jobs: Mapping[str, FineTuningJob]) -> bool:
    # The id of a job that would be submitted is not known in a preview.
    submitted = {key for key in stack.forecasts if not await jobs[key].id.is_known()}
    stack = await with_refused_graders(stack, submitted)
    _warn({key: forecast for key, forecast in stack.forecasts.items() if key in submitted})
    for warning in queue_warnings(stack.settings, submitted):
        pulumi.log.warn(warning)
    plan = planned(stack, prior, submitted)
    found = review(stack, plan)
    write_review(found)
    if lines := [*as_lines(found), *as_text(plan.costs)]:
        pulumi.log.info("\n".join(lines))
    errors = [text for key in sorted(submitted) for text in stack.forecasts[key].notes.errors]
    if errors:  # a line of the log alone would leave the preview's exit code at 0
        raise pulumi.RunError(listed(errors))
    return bool(lines)


def _warn(trained: Mapping[str, Forecast]) -> None:
    """Show what may be wrong with jobs that would be submitted, each sentence once.

    On the stack's row: on a job's own it would stand on the row of the deleted job as well.
    """
    found: dict[str, list[str]] = {}
    for key, forecast in trained.items():
        for warning in forecast.notes.warnings:
            found.setdefault(warning, [])
        for warning in forecast.warnings:
            setting, _, text = warning.partition(": ")
            found.setdefault(text, []).append(f"models.{key}.{setting}")
    for text, places in found.items():
        pulumi.log.warn(f"{in_short(places)}: {text}" if places else text)


def write_review(found: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> None:
    """Write a review to where :data:`REVIEW` says, if it says so."""
    path = environment.get(REVIEW)
    if path and path != NONE:
        Path(path).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def write_refused(error: InvalidStack, environment: Mapping[str, str] = os.environ) -> None:
    """Write the review of a stack that is refused: all that is wrong with it."""
    forecasts = error.data.forecasts if error.data else {}
    write_review(refusal(error.problems, forecasts), environment)
