"""How far jobs are, in words that are cut at their end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from aoai.azure.authoring.job_log import Event
from aoai.azure.authoring.jobs import FineTuningJobsClient, Job
from aoai.resources.progress import Outcome, live_text, outcome_line, progress_parts


class Events:
    """A client of jobs, as far as progress needs it."""

    def __init__(self, *events: Event) -> None:
        self.events = list(events)

    def list_events(self, _job_id: str, limit: int) -> list[Event]:
        return self.events[:limit]


def event(message: str = "", data: Mapping[str, float] | None = None) -> Event:
    return Event("e", 1, "info", message, "message", data or {})


def parts(job: Job, *events: Event, others: tuple[Job, ...] = ()) -> tuple[str, ...]:
    client = cast("FineTuningJobsClient", Events(*events))
    return progress_parts(client, job, [job, *others])


RUNNING = Job(id="a", status="running", created_at=5)


def test_the_step_comes_first_then_what_was_measured() -> None:
    step = event(data={"step": 12, "train_loss": 0.41234, "valid_loss": 0.5, "total_steps": 240})
    assert parts(RUNNING, step) == ("step 12/240", "loss 0.412", "validation 0.5")


def test_reinforcement_shows_rewards() -> None:
    data = {"step": 3, "train_mean_reward": 0.25, "full_valid_mean_reward": 0.125}
    assert parts(RUNNING, event(data=data)) == ("step 3", "reward 0.25", "validation 0.125")


def test_before_the_first_step_the_services_own_message_shows() -> None:
    assert parts(RUNNING, event("Job queued, waiting for GPUs.")) == (
        "running",
        "job queued, waiting for GPUs",
    )


def test_an_unusual_status_shows_beside_the_step() -> None:
    paused = Job(id="a", status="paused")
    assert parts(paused, event(data={"step": 3})) == ("step 3", "paused")


def test_a_waiting_job_shows_how_many_are_before_it() -> None:
    job = Job(id="a", status="pending", created_at=5)
    before = Job(id="b", status="running", created_at=4)
    over = Job(id="c", status="succeeded", created_at=3)
    assert parts(job, others=(before, over)) == ("pending", "1 before it")
    assert parts(job, others=(over,)) == ("pending", "next in the queue")


def test_the_expected_end_comes_last() -> None:
    job = Job(id="a", status="pending", estimated_finish=1_750_000_000)
    assert parts(job)[-1] == "done about 15:06 UTC"


def test_the_last_line_has_steps_losses_best_step_tokens_and_cost() -> None:
    outcome = Outcome(
        steps=240,
        metrics={"train_loss": 0.41, "full_valid_loss": 0.58, "valid_loss": 0.9},
        best_step=180,
        tokens=1_281_000,
        usd=6.4218,
    )
    line = "240 steps, loss 0.41, validation 0.58, best step 180, 1.28 M tokens, $6.42"
    assert outcome_line("tutor", outcome) == f"tutor: {line}"


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Outcome(), "tutor: succeeded"),
        (Outcome(tokens=999), "tutor: 999 tokens"),
        (Outcome(tokens=14_022), "tutor: 14 k tokens"),
        (Outcome(hours=0.5, usd=1700), "tutor: 0.5 hours, $1,700.00"),
    ],
)
def test_the_last_line_leaves_out_what_is_not_known(outcome: Outcome, line: str) -> None:
    assert outcome_line("tutor", outcome) == line


PROGRESS = {
    "stdlib-tutor": ("step 12", "loss 0.412", "validation 0.5", "0:01:10"),
    "stdlib-reference": ("step 7", "loss 0.533", "validation 0.6", "0:01:10"),
}


def test_one_line_shows_all_of_every_job_where_it_is_wide_enough() -> None:
    assert live_text(PROGRESS, 159) == (
        "stdlib-tutor: step 12, loss 0.412, validation 0.5, 0:01:10 | "
        "stdlib-reference: step 7, loss 0.533, validation 0.6, 0:01:10"
    )


def test_two_jobs_show_step_and_loss_at_80_columns() -> None:
    text = "stdlib-tutor: step 12, loss 0.412 | stdlib-reference: step 7, loss 0.533"
    assert live_text(PROGRESS, 79) == text


def test_jobs_that_do_not_fit_take_turns() -> None:
    assert live_text(PROGRESS, 50) == "stdlib-tutor: step 12, loss 0.412 | 1 more"
    assert live_text(PROGRESS, 50, turn=3) == "stdlib-reference: step 7, loss 0.533 | 1 more"


@pytest.mark.parametrize("width", [0, 1, 10, 20, 40])
def test_the_line_never_gets_wider_than_the_terminal(width: int) -> None:
    assert len(live_text(PROGRESS, width)) <= width


def test_without_a_job_there_is_no_line() -> None:
    assert live_text({}, 79) == ""
