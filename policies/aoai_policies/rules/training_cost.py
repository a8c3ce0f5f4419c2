"""What a job that is still to be submitted is likely to cost.

Tokens of the file times epochs times the price of a million tokens, as Azure bills a supervised or
preference training. Tokens that nobody has counted are taken as a quarter of the bytes, and epochs
that nobody has set as the service is likely to choose them. Reinforcement is billed by the hour,
which nothing here can know.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from aoai_policies.catalog import catalog
from aoai_policies.facts import Job, Stack, TrainingFile
from aoai_policies.facts.deployment import base_of
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import number, number_setting
from aoai_policies.training_types import training_type_of
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import account_named, job_of, quoted, usd

_BYTES_A_TOKEN: Final = 4
_EPOCHS: Final = 3
_FEWEST_SEEN: Final = 100
_MOST_SEEN: Final = 25_000
_MOST_EPOCHS: Final = 25


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding for each job over the limit, and for each whose cost cannot be known."""
    limit = number(config, "maxUsdPerJob")
    if limit <= 0:
        return
    for job in stack.jobs:
        if job.exists:
            continue
        cost = _cost(job, _file(job, stack))
        if cost is None:
            text = f"What job {quoted(job.name)} in account {account_named(job.account)} will cost "
            text += "is not known."
            yield Finding(job.urn, text, "advisory")
        elif cost > limit:
            yield Finding(job.urn, _over(job, cost, limit))


def _file(job: Job, stack: Stack) -> TrainingFile | None:
    """The job's training file: by the resource that it comes from, else by its content."""
    by_source = [file for file in stack.files if file.urn in job.files]
    if len(by_source) == 1:
        return by_source[0]
    digest = job.training_file_sha256
    return next((f for f in stack.files if digest is not UNKNOWN and f.sha256 == digest), None)


def _cost(job: Job, file: TrainingFile | None) -> float | None:
    base, kind = base_of(job.model), training_type_of(job)
    if file is None or base is UNKNOWN or kind is UNKNOWN or job.method == "reinforcement":
        return None
    model = catalog().family(base)
    price = model.training_price(kind) if model else None
    tokens, epochs = _tokens(file), _epochs(job, file)
    if price is None or tokens is None or epochs is None:
        return None
    return tokens * epochs * price / 1_000_000


def _tokens(file: TrainingFile) -> float | None:
    if isinstance(file.tokens, int | float):
        return file.tokens
    return file.bytes / _BYTES_A_TOKEN if isinstance(file.bytes, int | float) else None


def _epochs(job: Job, file: TrainingFile) -> float | None:
    """The epochs that are set, else those that OpenAI's cookbook estimates for the file."""
    given = job.hyperparameters.get("n_epochs")
    if given is UNKNOWN:
        return None
    if isinstance(given, int | float) and given > 0:
        return given
    examples = file.examples if isinstance(file.examples, int | float) else 0
    if examples < 1:
        return _EPOCHS
    if examples * _EPOCHS < _FEWEST_SEEN:
        return min(_MOST_EPOCHS, _FEWEST_SEEN // examples)
    return max(1, _MOST_SEEN // examples) if examples * _EPOCHS > _MOST_SEEN else _EPOCHS


def _over(job: Job, cost: float, limit: float) -> str:
    return (
        f"{job_of(job)} is likely to cost {usd(cost)}; the policy config of this stack allows "
        f"{usd(limit)} a job.\n"
        f"Set fewer epochs or a smaller file for {quoted(job.name)}, train globally or on the "
        "developer tier, or raise the limit."
    )


RULE = Rule(
    name="training-cost",
    title="Cost of a training",
    description="Checks that no job is likely to cost more than is allowed.",
    severity="high",
    enforcement="mandatory",
    framework=Framework("FinOps", "budgeting"),
    settings={"maxUsdPerJob": number_setting("Most that a job may cost, in USD; 0 is any.", 0)},
    remediation="Train on less, for fewer epochs or with a cheaper training type.",
    check=check,
    warns=True,
)
