"""Thinning, the overfit reading, and the choice of a checkpoint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aoai.errors import ConfigurationError
from aoai.results.checkpoint_choice import Choice, choose
from aoai.results.curves import POINTS, Curves, small_part, thinned
from aoai.results.overfit import overfit_of

VALUES = st.lists(st.floats(0, 5), min_size=1, max_size=400)


@given(VALUES, st.integers(4, POINTS))
def test_a_thinned_curve_keeps_first_last_and_best_and_moves_no_point(
    values: list[float], limit: int
) -> None:
    points = list(enumerate(values, start=1))
    kept = thinned(points, "valid_loss", limit)
    assert len(kept) <= limit
    assert set(kept) <= set(points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert min(value for _, value in kept) == min(values)
    assert kept == sorted(kept)


def test_of_a_reward_the_highest_is_kept() -> None:
    points = [(step, 0.5) for step in range(500)]
    points[333] = (333, 0.9)
    assert (333, 0.9) in thinned(points, "full_valid_mean_reward")


def test_a_long_training_of_all_metrics_stays_below_ten_kilobytes() -> None:
    points = tuple((step, 1 / (step + 3)) for step in range(100_000))
    names = ("train_loss", "valid_loss", "full_valid_loss", "train_mean_token_accuracy")
    small = small_part(Curves(dict.fromkeys(names, points)))
    assert {len(kept) for kept in small.values()} <= {49, 50}
    assert len(str(small)) < 10_000


def losses(train: float, *valid: float) -> Curves:
    steps = range(1, len(valid) + 1)
    return Curves(
        {
            "train_loss": tuple((step, train) for step in steps),
            "valid_loss": tuple(zip(steps, valid, strict=True)),
        }
    )


@pytest.mark.parametrize(
    ("ratio", "reading"),
    [(1.0, "none"), (1.19, "none"), (1.3, "mild"), (1.6, "moderate"), (2.4, "severe")],
)
def test_the_reading_follows_from_the_ratio_of_the_losses(ratio: float, reading: str) -> None:
    found = overfit_of(losses(1.0, 0.9, ratio))
    assert found is not None
    assert (found.reading, found.ratio, found.best_step) == (reading, ratio, 1)


def test_the_sentence_names_both_losses_and_the_best_step() -> None:
    found = overfit_of(losses(0.5, 0.9, 0.6, 0.8))
    assert found is not None
    assert found.sentence == (
        "moderate overfitting: validation loss 0.8, training loss 0.5 (ratio 1.60); "
        "validation was best at step 2 of 3, 0.6"
    )


def test_the_loss_of_the_whole_validation_file_counts_before_that_of_a_part() -> None:
    curves = losses(1.0, 3.0, 3.0)
    whole = Curves({**curves.points, "full_valid_loss": ((2, 1.1),)})
    found = overfit_of(whole)
    assert found is not None
    assert (found.metric, found.reading) == ("full_valid_loss", "none")


def test_a_training_loss_of_nothing_is_all_learnt_by_heart() -> None:
    found = overfit_of(losses(0.0, 0.4, 0.5))
    assert found is not None
    assert (found.reading, found.ratio) == ("severe", None)


def test_rewards_are_compared_by_their_gap() -> None:
    def curves(train: float, valid: float) -> Curves:
        return Curves({"train_mean_reward": ((9, train),), "full_valid_mean_reward": ((9, valid),)})

    good, gamed = overfit_of(curves(0.7, 0.65)), overfit_of(curves(0.9, 0.6))
    assert good is not None
    assert gamed is not None
    assert (good.reading, gamed.reading, gamed.ratio) == ("none", "moderate", None)


def test_without_a_validation_file_there_is_no_reading() -> None:
    assert overfit_of(Curves({"train_loss": ((1, 0.5),)})) is None


KEPT = [
    Choice("m", 30, {"full_valid_loss": 0.7, "train_loss": 0.1}),
    Choice("m:ckpt-step-20", 20, {"full_valid_loss": 0.4, "train_loss": 0.3}),
    Choice("m:ckpt-step-10", 10, {"full_valid_loss": 0.9, "train_loss": 0.6}),
    Choice("m:ckpt-step-1", 1, {"train_loss": 1.9}),
]
REWARDED = [
    Choice("m", 30, {"full_valid_mean_reward": 0.6}),
    Choice("m:ckpt-step-20", 20, {"full_valid_mean_reward": 0.8}),
]


@pytest.mark.parametrize(
    ("wanted", "metric", "model"),
    [
        ("final", None, "m"),
        ("best", None, "m:ckpt-step-20"),
        ("best", "train_loss", "m"),
        (10, None, "m:ckpt-step-10"),
        (1, None, "m:ckpt-step-1"),
    ],
)
def test_the_checkpoint_is_chosen(wanted: str | int, metric: str | None, model: str) -> None:
    assert choose("m", KEPT, wanted, metric) == model


def test_the_best_of_rewards_is_the_highest() -> None:
    assert choose("m", REWARDED, "best") == "m:ckpt-step-20"


@pytest.mark.parametrize(
    ("kept", "wanted", "metric", "text"),
    [
        (KEPT, 15, None, "no checkpoint of step 15; steps kept: 1, 10 (full_valid_loss 0.9), 20"),
        ([], 15, None, "no checkpoint of step 15; the service kept no checkpoints"),
        (KEPT[3:], "best", None, "which `best` needs; give the job one, or name a step"),
        (KEPT, "best", "valid_loss", "has a `valid_loss`; measured are full_valid_loss, train_"),
    ],
)
def test_a_choice_that_is_not_there_is_refused_with_what_is(
    kept: list[Choice], wanted: str | int, metric: str | None, text: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        choose("m", kept, wanted, metric)
    assert text in str(refused.value)
