"""What a job's inputs may be, where types and choices do not say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.dynamic import CheckFailure

from aoai.azure.arm_names import same_name
from aoai.catalog import built_in
from aoai.resources.declaration import Change, inputs_of
from aoai.resources.graders import grader_problems
from aoai.resources.hyperparameters import METHODS, hyperparameter_problems
from aoai.resources.identity import MOST_SUFFIX
from aoai.resources.job_inputs import FineTuningJobArgs
from aoai.resources.job_record_checks import job_record_problems
from aoai.resources.props import is_known

_SUFFIX = re.compile(rf"^[a-zA-Z0-9_-]{{1,{MOST_SUFFIX}}}$")
_SEEDS = 2**31  # int32 in the REST specification 2024-10-21


def job_problems(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """What no service takes; values may be unknown."""
    if news.get("existing_job_id") is not None:
        yield from _beside_existing(news)
        return
    for name in ("model", "training_file"):
        if news.get(name) is None:
            text = f"`{name}` is required; or take in a job with `existing_job_id`"
            yield CheckFailure(name, text)
    suffix = news.get("suffix")
    if isinstance(suffix, str) and not _SUFFIX.match(suffix):
        allowed = f"1 to {MOST_SUFFIX} of a-z A-Z 0-9 - _"
        yield CheckFailure("suffix", f"`suffix` takes {allowed}, not {suffix!r}")
    training_type = news.get("training_type")
    if isinstance(training_type, str) and training_type.split() != [training_type]:
        text = f"`training_type` is one word, such as GlobalStandard, not {training_type!r}"
        yield CheckFailure("training_type", text)
    yield from _out_of_range(news)
    yield from job_record_problems(news)
    method = news.get("method") or "supervised"
    for name, reason in hyperparameter_problems(news.get("hyperparameters"), method):
        yield CheckFailure(f"hyperparameters.{name}", reason)
    if method == "reinforcement":
        yield from _reinforcement(news)
    elif method in METHODS:
        yield from _only_for_reinforcement(news, method)


_BESIDE_EXISTING = ("account", "existing_job_id", "owner")


def _beside_existing(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """Inputs of a training, where nothing is trained."""
    given = news["existing_job_id"]
    if isinstance(given, str) and not given.strip():
        yield CheckFailure("existing_job_id", "`existing_job_id` is empty; write the job's id")
    for field in inputs_of(FineTuningJobArgs):
        value, changes = news.get(field.name), field.declared.change is not Change.IGNORE
        unset = value is None or value == field.default
        if changes and field.name not in _BESIDE_EXISTING and not unset:
            text = f"`{field.name}` has no effect: the training is taken in, not made here"
            yield CheckFailure(field.name, text)


def _reinforcement(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """Azure, reinforcement fine-tuning: a validation file and a grader are required."""
    if news.get("validation_file") is None:
        text = "`validation_file` is required: a reinforcement job is measured on it"
        yield CheckFailure("validation_file", text)
    grader, form = news.get("grader"), news.get("response_format")
    if grader is None:
        text = "`grader` is required: it gives the reward that a reinforcement job learns from"
        yield CheckFailure("grader", text)
    else:
        for reason in grader_problems(grader):
            yield CheckFailure("grader", reason)
    if form is not None and is_known(form) and not _is_response_format(form):
        text = "`response_format` is a map with `type: json_schema` and a map `json_schema`"
        yield CheckFailure("response_format", text)


def _is_response_format(value: Any) -> bool:
    """As chat completions have it, or flat as on Azure's page on reinforcement fine-tuning."""
    if not isinstance(value, Mapping) or value.get("type") != "json_schema":
        return False
    return any(isinstance(value.get(name), Mapping) for name in ("json_schema", "schema"))


def _only_for_reinforcement(news: Mapping[str, Any], method: str) -> Iterator[CheckFailure]:
    for name in ("grader", "response_format"):
        if news.get(name) is not None:
            text = f"`{name}` belongs to `method: reinforcement`, and this job trains by {method}"
            yield CheckFailure(name, text)


def _out_of_range(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    seed, generation = news.get("seed"), news.get("generation")
    if isinstance(seed, int | float) and not 0 <= seed < _SEEDS:
        yield CheckFailure("seed", f"`seed` is 0 to {_SEEDS - 1}, not {seed}")
    if isinstance(generation, int | float) and generation < 1:
        yield CheckFailure("generation", f"`generation` starts at 1, not {generation}")


def in_catalog_case(model: str) -> str:
    """A base model's name in Azure's own letter case, where the catalogue has it; else as given."""
    found = built_in().find(model)
    canonical = found.canonical_name if found else model
    return canonical if same_name(canonical, model) else model
