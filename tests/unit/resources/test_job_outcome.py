"""What the last line of a job is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from aoai.azure.authoring.job_log import Checkpoint, Event
from aoai.azure.authoring.jobs import Job
from aoai.azure.clients import AccountClients
from aoai.catalog import built_in, training_price
from aoai.errors import RequestNotSent
from aoai.resources.job_outcome import outcome_of
from aoai.resources.progress import Outcome

JOB = Job(id="ftjob-1", status="succeeded", model="gpt-4.1-mini-2025-04-14", trained_tokens=2_000)


def checkpoint(step: int, loss: float, validation: float) -> Checkpoint:
    metrics = {"train_loss": loss, "full_valid_loss": validation}
    return Checkpoint(f"c{step}", f"m:ckpt-step-{step}", step, 1, metrics)


@dataclass
class Service:
    """An account with one job that has no result file any more."""

    checkpoints: list[Checkpoint] = field(default_factory=list)
    billed: str = "Training tokens billed: 1,000,000"
    reached: bool = True

    @property
    def jobs(self) -> Service:
        return self

    def list_checkpoints(self, _job_id: str) -> list[Checkpoint]:
        if not self.reached:
            raise RequestNotSent("no answer")
        return self.checkpoints

    def list_events(self, _job_id: str, limit: int) -> list[Event]:
        return [Event("e", 1, "info", self.billed, "message", {})][:limit]

    def outcome(self) -> Outcome:
        return outcome_of(cast("AccountClients", self), JOB)


def test_it_has_the_last_step_the_best_one_and_what_was_billed() -> None:
    price = training_price(built_in(), JOB.model)
    assert price is not None
    service = Service([checkpoint(60, 0.4, 0.7), checkpoint(40, 0.5, 0.6)])
    assert service.outcome() == Outcome(
        steps=60,
        metrics={"train_loss": 0.4, "full_valid_loss": 0.7},
        best_step=40,
        tokens=1_000_000,
        usd=price.usd,
    )


def test_trained_tokens_stand_in_where_no_event_names_what_was_billed() -> None:
    assert Service(billed="Job succeeded.").outcome() == Outcome(tokens=2_000)


def test_a_service_out_of_reach_leaves_what_the_job_itself_has() -> None:
    assert Service(reached=False).outcome() == Outcome(tokens=2_000)
