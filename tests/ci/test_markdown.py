"""Text that is not ours never becomes markup, by GitHub's own Markdown."""

from __future__ import annotations

import html
import re

import pytest

from aoai.cli.markdown import block, code, link, plain, prose, table
from tests.ci.rendering import rendered, tags, words

HOSTILE = (
    "@contoso/team look",
    "fixes #12 and org/repo#12, GH-12, !12, ~bug, %v1, $9, &4",
    "<!-- hidden -->",
    "</details></sub><h1>big</h1>",
    "<img src=x onerror=alert(1)>",
    "a | b | c",
    "`code` ``more`` ```all```",
    "![p](https://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "https://evil.example/a www.evil.example mail@evil.example",
    "**bold** _it_ ~~gone~~ $x^2$",
    "# title",
    "- item",
    "1. item",
    "===",
    "/close",
    "line\nbreak\r\n\n# title",
    "\\| \\` \\<b>",
    "&lt;b&gt; &#64;team",
    "\u202eevil\u2066 \u200bzero \x1b[31mred \x00nul",
    "| --- | --- |",
    "[^1]: note",
    "> [!CAUTION]",
    "trailing \\",
    "",
    "`",
    " ` ",
    "|",
)
ALLOWED = {"p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "pre"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_prose_is_shown_as_itself_and_is_nothing_else(hostile: str) -> None:
    page = rendered(f"before {prose(hostile)} after")
    assert tags(page) <= {"p"}
    assert words(page) == " ".join(f"before {plain(hostile)} after".split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_prose_at_the_beginning_of_a_line_is_no_block(hostile: str) -> None:
    page = rendered(prose(hostile) or "empty")
    assert tags(page) <= {"p"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_word_of_prose_is_a_mention_or_a_reference(hostile: str) -> None:
    page = html.unescape(rendered(prose(hostile)))
    assert not re.search(r"[@#!~%$&]\w", page.replace("&amp;", ""))
    assert not re.match(r"<p>/\w", page)
    assert "http" not in page or "://" not in page.replace("\u2060://", "")
    assert not re.search(r"\bwww\.|\bGH-\d", page)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_name_is_code_and_a_cell_stays_a_cell(hostile: str) -> None:
    page = rendered(table(("a", "b", "c"), [(code(hostile), prose(hostile), "end")], "llr"))
    assert tags(page) <= ALLOWED
    assert page.count("<td") == 3
    shown = plain(hostile).replace("|", "¦")
    assert words(page) == " ".join(f"a b c {shown} {plain(hostile)} end".split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_block_ends_where_it_ends(hostile: str) -> None:
    page = rendered(block([hostile, hostile.replace("\n", "")], "diff"))
    assert tags(page) <= {"pre", "code"}
    assert page.count("<pre") == 1


def test_a_link_ends_where_it_ends() -> None:
    page = rendered(link(code("a`b"), "https://x.example/a b(c)?q=1#L2"))
    assert re.findall(r'href="([^"]*)"', page) == ["https://x.example/a%20b%28c%29?q=1#L2"]
    assert link("text", "") == "text"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert plain("x" * 1000, 10) == "x" * 9 + "…"
    assert len(prose("a" * 10_000)) <= 600
