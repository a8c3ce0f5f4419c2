"""Markdown as GitHub renders it, and what is in the page."""

from __future__ import annotations

import html
import re

import cmarkgfm
from cmarkgfm.cmark import Options


def rendered(markdown: str, *, raw: bool = False) -> str:
    """The page; ``raw`` keeps the HTML of the text, as GitHub does with what it allows."""
    options = Options.CMARK_OPT_UNSAFE if raw else 0
    return str(cmarkgfm.github_flavored_markdown_to_html(markdown, options=options))


def tags(page: str) -> set[str]:
    return set(re.findall(r"<(\w+)", page))


def words(page: str) -> str:
    """The text of a page as people read it."""
    text = html.unescape(re.sub(r"<[^>]*>", "", page)).replace("\u2060", "")
    return " ".join(text.split())
