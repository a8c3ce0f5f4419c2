"""The page of which the pictures in the docs are made."""

from __future__ import annotations

from aoai.cli.ci.comment.compose import compose
from aoai.cli.ci.comment.place import Place
from tests.ci.summaries import failed, run_of
from tools.comment_picture import page


def test_it_is_the_comment_with_its_boxes_and_may_be_unfolded() -> None:
    text = (
        compose(run_of(failed()), Place(), "default")
        + "\n\n<details><summary>more</summary>x</details>"
    )
    shown = page(text)
    assert '<blockquote class="caution"><p><b>CAUTION</b>' in shown
    assert "<!doctype html>" in shown
    assert "<details>" in shown
    assert "<details open>" in page(text, unfolded=True)
