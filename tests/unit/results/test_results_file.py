"""Reading a result file: spellings, encodings, gaps, and everything that is no result file."""

from __future__ import annotations

import base64
import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aoai.errors import ResultsError
from aoai.results.curves import small_part
from aoai.results.overfit import overfit_of
from aoai.results.results_file import MAXIMUM_BYTES, read_results, read_results_file

SUPERVISED = """\
step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy,full_valid_loss
1,1.9,0.5,2.0,0.49,
2,1.2,0.7,1.4,0.66,1.38
"""
REINFORCEMENT = """\
step,train_mean_reward,full_valid_mean_reward,reasoning_tokens_mean,scores/graders/x/kind
1,0.3,,310,score_model
2,0.5,0.45,290,score_model
"""


def test_a_column_has_one_name_whichever_way_it_is_spelled() -> None:
    by_event = SUPERVISED.replace("validation_mean", "valid_mean")
    assert read_results(SUPERVISED.encode()) == read_results(by_event.encode())
    assert read_results(SUPERVISED.encode()).of("valid_mean_token_accuracy") == (
        (1, 0.49),
        (2, 0.66),
    )


def test_an_empty_cell_was_not_measured() -> None:
    assert read_results(SUPERVISED.encode()).of("full_valid_loss") == ((2, 1.38),)


def test_base64_windows_lines_and_a_byte_order_mark_are_read_as_the_plain_file() -> None:
    plain = read_results(SUPERVISED.encode())
    encoded = base64.encodebytes(SUPERVISED.encode())
    for other in (encoded, b"\xef\xbb\xbf" + SUPERVISED.replace("\n", "\r\n").encode()):
        assert read_results(other) == plain


def test_rewards_are_read_and_a_column_of_words_is_left_out() -> None:
    curves = read_results(REINFORCEMENT.encode())
    assert curves.of("full_valid_mean_reward") == ((2, 0.45),)
    assert set(curves.points) == {
        "train_mean_reward",
        "full_valid_mean_reward",
        "reasoning_tokens_mean",
    }


def test_a_step_that_was_repeated_after_a_pause_counts_as_it_was_measured_last() -> None:
    curves = read_results(b"step,train_loss\n1,3.0\n2,2.0\n2,1.5\n")
    assert curves.of("train_loss") == ((1, 3.0), (2, 1.5))


def test_a_loss_that_is_no_number_any_more_is_no_point_and_is_remembered() -> None:
    curves = read_results(b"step,train_loss\n1,3.0\n2,nan\n3,inf\n")
    assert curves.of("train_loss") == ((1, 3.0),)
    assert curves.diverged == {"train_loss": 2}


def test_the_file_of_a_job_that_has_just_begun_has_no_points() -> None:
    assert read_results(b"step,train_loss\n").points == {}
    assert read_results(b"step\n").points == {}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "results.csv is empty"),
        (b" \n", "results.csv is empty"),
        (b"\x89PNG\r\n\x1a\n", "neither CSV nor CSV in base64"),
        (b"step,train_loss\n1,\xff\n", "is not UTF-8"),
        (b"epoch,loss\n1,2\n", "no column `step`: its first line is 'epoch, loss'"),
        (b'{"error": {"code": "404", "message": "no"}}', "no column `step`"),
        (b"step,train_loss\n1,0.3,9\n", "results.csv:2: 3 values, and there are 2 columns"),
        (b"step,train_loss\n\nfirst,0.3\n", "results.csv:3: the step is 'first'"),
        (b"step,train_loss\n1.5,0.3\n", "results.csv:2: the step is '1.5'"),
        (b"step,train_loss\n-1,0.3\n", "results.csv:2: the step is '-1'"),
        (b"step,train_loss\n1,low\n", "results.csv:2: train_loss is 'low', which is no number"),
        (b"step,train_loss\n1,1_000\n", "results.csv:2: train_loss is '1_000'"),
        (b'step,train_loss\n1,"0.3"x\n', "results.csv is not CSV"),
        (b"step," + b"a," * 600 + b"\n", "602 columns: it is no result file"),
        (b"step,step,train_loss\n1,1,1\n", "no column `step`"),
        (b"s" * (MAXIMUM_BYTES + 1), "more than 16 MiB"),
    ],
)
def test_what_is_no_result_file_is_one_clear_line(content: bytes, text: str) -> None:
    with pytest.raises(ResultsError) as refused:
        read_results(content)
    assert text in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_of_this_machine_is_named_in_its_errors(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"gone\.csv cannot be read: No such file"):
        read_results_file(tmp_path / "gone.csv")
    (tmp_path / "odd.csv").write_text("step,train_loss\n1,x\n")
    with pytest.raises(ResultsError, match=r"odd\.csv:2: train_loss"):
        read_results_file(tmp_path / "odd.csv")


CELLS = st.one_of(st.floats().map(str), st.integers().map(str), st.text(max_size=6))
ROWS = st.lists(st.lists(CELLS, max_size=5), max_size=8)
HEADERS = st.permutations(["step", "train_loss", "valid_loss", "full_valid_loss"])


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@example(b"step,train_loss\n1,1e308\n2,1.7976931348623157e308\n")
@example(b"step\x00,train_loss\n")
@example(b"step,train_loss\n1e400,1\n")
def test_any_bytes_are_read_or_refused_in_one_line(content: bytes) -> None:
    read_or_refused(content)


@given(HEADERS, ROWS)
def test_any_rows_are_read_or_refused_in_one_line(header: list[str], rows: list[list[str]]) -> None:
    read_or_refused("\n".join(",".join(row) for row in [header, *rows]).encode())


def read_or_refused(content: bytes) -> None:
    """Whatever is read can be stored, and read off."""
    try:
        curves = read_results(content)
    except ResultsError as refused:
        assert str(refused).isprintable()
        return
    for points in curves.points.values():
        assert [step for step, _ in points] == sorted({step for step, _ in points})
    stored = [value for points in small_part(curves).values() for _step, value in points]
    assert all(map(math.isfinite, stored))
    overfit_of(curves)
