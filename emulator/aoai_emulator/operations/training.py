"""The numbers of a training that never takes place. docs/emulator/differences.md gives the formula.

With e the epochs done (steps / steps per epoch), r the learning rate multiplier and u a number in
[-1, 1) that follows from seed, step and series:

    decay(e)   = exp(-1.1 · r^0.5 · e)
    train loss = 0.32 + 1.7 · decay(e) + 0.04 · u
    valid loss = 0.40 + 1.7 · decay(e) + 0.05 · max(0, e - turn)  + 0.02 · u
    turn       = 1 + examples / 250          (few examples overfit early)
    accuracy   = exp(-0.35 · loss)

A reinforcement job has rewards instead, from 0 to 1:

    train reward = 0.9 - 0.6 · decay(e) + 0.03 · u
    valid reward = 0.8 - 0.5 · decay(e) - 0.05 · max(0, e - turn) + 0.02 · u
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from functools import lru_cache

from aoai_emulator.state.job_records import Job

_FLOOR, _VALID_FLOOR, _SPAN = 0.32, 0.40, 1.7
REWARD_COLUMNS = (
    "step",
    "train_mean_reward",
    "full_valid_mean_reward",
    "completion_tokens_mean",
    "reasoning_tokens_mean",
    "mean_unresponsive_rewards",
)
COLUMNS = (
    "step",
    "train_loss",
    "train_mean_token_accuracy",
    "valid_loss",
    "validation_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
)


def train_loss(job: Job, step: int) -> float:
    """Loss on the training batch of a step."""
    return round(_FLOOR + _SPAN * _decay(job, step) + 0.04 * _noise(job, step, "train"), 4)


def valid_loss(job: Job, step: int, series: str = "valid") -> float:
    """Loss on the validation data after a step."""
    over = max(0.0, step / job.steps_per_epoch - _turn(job))
    loss = _VALID_FLOOR + _SPAN * _decay(job, step) + 0.05 * over
    return round(loss + 0.02 * _noise(job, step, series), 4)


def accuracy(loss: float) -> float:
    """Mean token accuracy that goes with a loss."""
    return round(math.exp(-0.35 * loss), 4)


def train_reward(job: Job, step: int) -> float:
    """Mean reward of the samples of a step."""
    return _reward(0.9 - 0.6 * _decay(job, step) + 0.03 * _noise(job, step, "train"))


def valid_reward(job: Job, step: int) -> float:
    """Mean reward on the validation data after a step."""
    over = max(0.0, step / job.steps_per_epoch - _turn(job))
    reward = 0.8 - 0.5 * _decay(job, step) - 0.05 * over
    return _reward(reward + 0.02 * _noise(job, step, "valid"))


def _reward(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)


def _turn(job: Job) -> float:
    return 1 + job.examples / 250


def metrics(job: Job, step: int) -> dict[str, float]:
    """The numbers of a step as events and checkpoints name them."""
    if job.kind == "reinforcement":
        return _reward_metrics(job, step)
    loss = train_loss(job, step)
    found = {"step": step, "train_loss": loss, "train_mean_token_accuracy": accuracy(loss)}
    if job.validation_file:
        valid = valid_loss(job, step)
        found |= {"valid_loss": valid, "valid_mean_token_accuracy": accuracy(valid)}
        if step % job.steps_per_epoch == 0:
            full = valid_loss(job, step, "full")
            found |= {"full_valid_loss": full, "full_valid_mean_token_accuracy": accuracy(full)}
    return found


def _reward_metrics(job: Job, step: int) -> dict[str, float]:
    found: dict[str, float] = {"step": step, "train_mean_reward": train_reward(job, step)}
    if evaluates(job, step):
        found["full_valid_mean_reward"] = valid_reward(job, step)
    reasoning = 300 + round(40 * _noise(job, step, "reasoning"))
    return found | {
        "completion_tokens_mean": reasoning + 50,
        "reasoning_tokens_mean": reasoning,
        "mean_unresponsive_rewards": 0,
    }


def evaluates(job: Job, step: int) -> bool:
    """Whether a reinforcement job measures itself on its validation data after a step."""
    interval = job.chosen.get("eval_interval")
    every = interval if isinstance(interval, int) and interval > 0 else job.steps_per_epoch
    return step % every == 0 or step % job.steps_per_epoch == 0 or step == job.steps


def results_csv(job: Job, steps: int) -> str:
    """The result file up to a step. As in Azure, a column is not named as in the events."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = REWARD_COLUMNS if job.kind == "reinforcement" else COLUMNS
    writer.writerow(columns)
    for step in range(1, steps + 1):
        found = metrics(job, step)
        if "valid_mean_token_accuracy" in found:
            found["validation_mean_token_accuracy"] = found["valid_mean_token_accuracy"]
        writer.writerow([found.get(name, "") for name in columns])
    return out.getvalue()


def _decay(job: Job, step: int) -> float:
    return math.exp(-1.1 * math.sqrt(job.rate) * step / job.steps_per_epoch)


def _noise(job: Job, step: int, series: str) -> float:
    return _number(job.seed, step, series)


@lru_cache(maxsize=4_096)  # the events of a job and its result file ask for the same
def _number(seed: int, step: int, series: str) -> float:
    digest = hashlib.sha256(f"{seed}:{step}:{series}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**31 - 1
