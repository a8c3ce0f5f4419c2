"""Markdown of text that is not ours: a line of data, a name, an answer of a service.

Nothing of it may be markup, a mention, a reference or a link on GitHub, Azure DevOps or GitLab.
Escaped characters do not suffice: code hosts find ``@team`` and ``#12`` in the rendered text, so
that an invisible character (U+2060, word joiner) parts the sign from the word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

TEXT_LENGTH = 600
"""Characters of one text that are shown."""
NAME_LENGTH = 120
"""Characters of one name that are shown."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
"""Unicode's categories of controls, marks of format, surrogates and private characters."""
_JOINER = "\u2060"
_MARKUP = re.compile(r"([\\`*_{}\[\]|~^$]|^[#+=-])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# A word after one of these is a mention or a reference on one of the three code hosts.
_SIGNS = re.compile(r"([@#!~%$&]|^/)(?=\w)")
_SCHEME = re.compile(r"(\w)(:)(?=//)")
_WWW = re.compile(r"\b(www)(?=\.)", re.IGNORECASE)
_GH = re.compile(r"\b(GH|JIRA)(?=-\d)", re.IGNORECASE)
_ORDERED = re.compile(r"^(\d+)([.)])")


def plain(text: object, length: int = TEXT_LENGTH) -> str:
    """One line without control characters, marks of direction and invisible ones, cut to a length.

    Args:
        text: anything.
        length: characters that are kept.
    """
    return _cut(" ".join(_visible(str(text)[: 4 * length]).split()), length)


def _visible(text: str) -> str:
    """Without what is not seen: a mark of direction can make a text read otherwise."""
    spaced = (" " if c.isspace() else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)


def _cut(line: str, length: int) -> str:
    return line if len(line) <= length else f"{line[: length - 1]}…"


def prose(text: object, length: int = TEXT_LENGTH) -> str:
    """A text as itself, whatever it holds, in one line of Markdown or a cell of a table."""
    line = _WWW.sub(rf"\1{_JOINER}", _SCHEME.sub(rf"\1{_JOINER}\2", plain(text, length)))
    line = _GH.sub(rf"\1{_JOINER}", _SIGNS.sub(rf"\1{_JOINER}", line))
    line = "".join(_ENTITIES.get(c, c) for c in line)
    return _ORDERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", line))


def code(text: object, length: int = NAME_LENGTH) -> str:
    """A name or a path as code, also in a cell of a table: there, no host looks for mentions."""
    line = plain(text, length).replace("|", "¦")
    if not line:
        return "` `"
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(lines: Sequence[str], language: str = "") -> str:
    """Lines as a block of code, which nothing in them can end."""
    shown = [_cut(_visible(line[: 4 * NAME_LENGTH]).rstrip(), 2 * NAME_LENGTH) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], align: str) -> str:
    """A table of cells that are Markdown already.

    Args:
        headings: of the columns.
        rows: of cells.
        align: a letter for each column: ``l`` or ``r``.
    """
    rule = ["--:" if side == "r" else "---" for side in align]
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, rule, *rows))


def link(text: str, url: str) -> str:
    """A link; ``text`` is Markdown already, and ``url`` is kept from ending the link."""
    return f"[{text}]({quote(url, safe=':/?&=#%@+,;~.-_')})" if url else text


def details(summary: str, body: str) -> str:
    """A body that is folded away; ``summary`` is Markdown of ours without markup."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
