"""Lines on an upload: none for one that is quick, and not more than one in five seconds."""

from __future__ import annotations

from aoai.resources.upload_progress import INTERVAL, UploadProgress

MB = 1_000_000


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lines_of(*steps: tuple[float, int], total: int = 8192 * MB) -> list[str]:
    """What is said of an upload that had sent so many MB after so many seconds."""
    clock, lines = Clock(), list[str]()
    progress = UploadProgress("train.jsonl", say=lines.append, clock=clock)
    for seconds, sent in steps:
        clock.now = seconds
        progress(sent * MB, total)
    return lines


def test_a_quick_upload_says_nothing() -> None:
    assert lines_of((0, 0), (1, 4000), (INTERVAL - 0.1, 8192)) == []


def test_a_line_has_what_is_sent_of_what_and_how_fast() -> None:
    assert lines_of((0, 0), (6.4, 608)) == ["train.jsonl: 608 of 8192 MB, 95 MB/s"]


def test_lines_come_at_most_every_five_seconds_each_with_the_speed_since_the_last() -> None:
    steps = [(n / 10, n if n <= 100 else 3 * n - 200) for n in range(151)]
    assert lines_of(*steps) == [
        "train.jsonl: 50 of 8192 MB, 10 MB/s",
        "train.jsonl: 100 of 8192 MB, 10 MB/s",
        "train.jsonl: 250 of 8192 MB, 30 MB/s",
    ]


def test_what_has_to_be_sent_again_is_no_negative_speed() -> None:
    assert lines_of((5, 500), (10, 400))[1] == "train.jsonl: 400 of 8192 MB, 0 MB/s"
