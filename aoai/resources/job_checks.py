"""What a job's inputs may be, where types and choices do not say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pulumi.dynamic import CheckFailure

from aoai.azure.arm_names import same_name
from aoai.catalog import built_in
from aoai.resources.declaration import replaces
from aoai.resources.identity import SUFFIX_LENGTH

_SUFFIX = re.compile(rf"^[a-zA-Z0-9_-]{{1,{SUFFIX_LENGTH}}}$")
_SEEDS = 2**31  # int32 in the REST specification 2024-10-21
# OpenAI's reference gives 50 epochs and batches of 256; a multiplier beyond 10 is in no example.
_MOST = {"n_epochs": 50, "batch_size": 256, "learning_rate_multiplier": 10}


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """What the caller fixes; the service chooses the rest from the data."""

    n_epochs: Annotated[
        int | None, replaces("Passes over the training file.", wire="hyperparameters.n_epochs")
    ] = None
    batch_size: Annotated[
        int | None, replaces("Examples in one step.", wire="hyperparameters.batch_size")
    ] = None
    learning_rate_multiplier: Annotated[
        float | None,
        replaces(
            "Scales the rate at which the model learns.",
            wire="hyperparameters.learning_rate_multiplier",
        ),
    ] = None


def job_problems(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """What no service takes; values may be unknown."""
    suffix = news.get("suffix")
    if isinstance(suffix, str) and not _SUFFIX.match(suffix):
        allowed = f"1 to {SUFFIX_LENGTH} of a-z A-Z 0-9 - _"
        yield CheckFailure("suffix", f"`suffix` takes {allowed}, not {suffix!r}")
    yield from _out_of_range(news)
    for reason in _unfit(news.get("hyperparameters")):
        yield CheckFailure("hyperparameters", reason)


def _out_of_range(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    seed, generation = news.get("seed"), news.get("generation")
    if isinstance(seed, int | float) and not 0 <= seed < _SEEDS:
        yield CheckFailure("seed", f"`seed` is 0 to {_SEEDS - 1}, not {seed:g}")
    if isinstance(generation, int | float) and generation < 1:
        yield CheckFailure("generation", f"`generation` starts at 1, not {generation:g}")


def _unfit(hyperparameters: Any) -> Iterator[str]:
    if not isinstance(hyperparameters, Mapping):
        return
    for name, value in sorted(hyperparameters.items()):
        if name not in Hyperparameters.__dataclass_fields__:
            yield f"`{name}` is not a hyperparameter of supervised training"
        elif isinstance(value, int | float) and not 0 < value <= _MOST[name]:
            yield f"`{name}` must be greater than 0 and at most {_MOST[name]}, not {value:g}"


def in_catalog_case(model: str) -> str:
    """A base model's name in Azure's own letter case, where the catalogue has it; else as given."""
    found = built_in().find(model)
    canonical = found.canonical_name if found else model
    return canonical if same_name(canonical, model) else model
