"""The list of error texts in docs/troubleshooting.md."""

from __future__ import annotations

import ast

from tests.repository import ROOT
from tools import docs_errors
from tools.docs_errors import AREAS, texts

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")


def raised(source: str) -> list[str]:
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    return list(docs_errors.raised_in(function))


def test_each_text_of_the_code_is_on_the_page() -> None:
    for area in AREAS:
        assert texts(area), area
        for text in texts(area):
            assert f"- `` {text} ``" in PAGE, f"run `make docs`: {text}"


def test_each_area_has_its_place_on_the_page() -> None:
    for area in AREAS:
        assert f"<!-- generated: errors-{area} -->" in PAGE


def test_a_text_is_read_off_the_raise_that_makes_it() -> None:
    source = """
def f(name):
    if name:
        msg = f"{name}: it is gone. {advice}"
        raise NotFound(msg.rstrip())
    raise ConfigurationError(
        f"`{name}` is "
        "wrong"
    )
"""
    assert sorted(raised(source)) == ["`…` is wrong", "…: it is gone. …"]


def test_what_no_user_reads_is_left_out() -> None:
    source = """
def f():
    raise ValueError("inside")
    raise ApiError(words)
"""
    assert raised(source) == []
