"""Hyperparameters stay in the ranges that a team allows.

The defaults are the ranges that the OpenAI API documents for a job (`n_epochs` 1 to 50 for most
models, `batch_size` 1 to 256, `beta` to 2); 0.02 to 0.2 is advised for the learning rate (Azure
OpenAI, fine-tuning, hyperparameters). What is left out is chosen by the service.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Job, Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import limits, range_setting
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import job_of, quoted

_SETTINGS = {
    "n_epochs": ("nEpochs", "Fewest and most passes over the file.", (1, 50)),
    "batch_size": ("batchSize", "Smallest and largest batch.", (1, 256)),
    "learning_rate_multiplier": (
        "learningRateMultiplier",
        "Smallest and largest multiplier of the learning rate.",
        (0.0001, 10),
    ),
    "beta": ("beta", "Smallest and largest `beta` of a preference training.", (0, 2)),
}


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """At most one finding a job, with all that is out of range."""
    for job in stack.jobs:
        wrong = list(_out_of_range(job, config))
        unknown = [name for name in _SETTINGS if job.hyperparameters.get(name) is UNKNOWN]
        if wrong:
            yield Finding(
                job.urn,
                f"{job_of(job)} sets {', '.join(wrong)}.\n"
                f"Change {quoted(job.name)}, or leave them out: the service then chooses.",
            )
        elif unknown:
            text = f"{job_of(job)} sets {unknown[0]} to a value that is not known yet."
            yield Finding(job.urn, text, unknown=f"hyperparameters.{unknown[0]}")


def _out_of_range(job: Job, config: Config) -> Iterator[str]:
    for name, (setting, _, _) in _SETTINGS.items():
        value = job.hyperparameters.get(name)
        if value is UNKNOWN or value in (None, "auto", -1):
            continue
        low, high = limits(config, setting)
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{name} to a value that is no number"
        elif not low <= value <= high:
            yield f"{name} to {value:g}, where {low:g} to {high:g} is allowed"


RULE = Rule(
    name="hyperparameter-ranges",
    title="Ranges of hyperparameters",
    description="Checks that hyperparameters are in the allowed ranges.",
    severity="low",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "fine-tuning, hyperparameters"),
    settings={
        setting: range_setting(description, default)
        for setting, description, default in _SETTINGS.values()
    },
    remediation="Leave the hyperparameter out, or set it within the range.",
    check=check,
    judges="inputs",
)
