"""The issue's title and body, and the mark by which it is found again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.comment.section import Section, fitted
from aoai.cli.ci.nightly.findings import Finding
from aoai.cli.markdown import code, link, plain, plural, prose

LABEL = "aoai:nightly"
"""Label of the issue."""
_MARK = re.compile(r"<!-- aoai:nightly v1 key=([\w.-]+) findings=([0-9a-f,]*) -->")
_MOST = 200
"""Findings whose keys the mark holds."""
_ROWS = 30


@dataclass(frozen=True)
class NightMark:
    """What the first line of the issue holds, invisible to readers.

    Attributes:
        key: which issue it is.
        findings: the keys of the findings that it lists.
    """

    key: str
    findings: frozenset[str]

    def __str__(self) -> str:
        listed = ",".join(sorted(self.findings)[:_MOST])
        return f"<!-- aoai:nightly v1 key={self.key} findings={listed} -->"


def read_night_mark(body: str) -> NightMark | None:
    """The mark of an issue; only at its very beginning."""
    found = _MARK.match(body)
    return NightMark(found[1], frozenset(filter(None, found[2].split(",")))) if found else None


def title(found: Sequence[Finding]) -> str:
    """The title; it names stacks alone, whose names are the repository's own."""
    urgent = sum(finding.urgent for finding in found)
    broken = f", {urgent} of them broken now" if urgent else ""
    places = list(dict.fromkeys(finding.where for finding in found))
    named = ", ".join(places[:3]) + (" and others" if len(places) > 3 else "")  # noqa: PLR2004
    return plain(
        f"Models that need a look: {plural(len(found), 'finding')} in {named}{broken}", 200
    )


def body(found: Sequence[Finding], place: Place, key: str) -> str:
    """The issue: a list for each stack, the worst first."""
    mark = NightMark(key, frozenset(finding.key for finding in found))
    urgent = sum(finding.urgent for finding in found)
    now = f", {urgent} of them urgent" if urgent else ""
    head = (
        f"{mark}\n{plural(len(found), 'finding')} of the last night{now}. "
        "This issue is edited each night, and closed when nothing is left."
    )
    places = dict.fromkeys(finding.where for finding in found)
    sections = [_section(where, [f for f in found if f.where == where]) for where in places]
    words = " · ".join(_foot(place))
    foot = f"<sub>{words}</sub>" if words else ""
    return fitted(head, sections, foot, place.limit, place.host)


def _section(where: str, found: Sequence[Finding]) -> Section:
    lines = [_line(finding) for finding in found[:_ROWS]]
    rest = len(found) - len(lines)
    more = f"\n\n… and {rest:,} more." if rest > 0 else ""
    return Section(code(where), f"#### {code(where)}\n\n" + "\n".join(lines) + more)


def _line(finding: Finding) -> str:
    about = f" {code(finding.about)}" if finding.about else ""
    word = "**now**" if finding.urgent else "differs" if finding.rule == "drift" else "soon"
    return f"- {word}: {code(finding.rule)}{about}: {prose(finding.text)}"


def _foot(place: Place) -> Iterator[str]:
    if place.moment is not None:
        yield f"checked {place.moment:%d %b %Y %H:%M} UTC"
    if place.run_url:
        yield link("run", place.run_url)


def news(found: Sequence[Finding], before: NightMark) -> str:
    """The comment on what is new since the issue was last edited; empty if nothing is."""
    if len(before.findings) >= _MOST:  # the mark does not hold all
        return ""
    new = [finding for finding in found if finding.key not in before.findings]
    lines = [
        f"- {code(f.where)}: {code(f.rule)}{' ' + code(f.about) if f.about else ''}" for f in new
    ]
    rest = [f"- … and {len(new) - _ROWS:,} more"] if len(new) > _ROWS else []
    return "\n".join(["New since the night before:", "", *lines[:_ROWS], *rest]) if new else ""


def all_well(place: Place) -> str:
    """The comment with which the issue is closed."""
    run = f" ({link('run', place.run_url)})" if place.run_url else ""
    return f"Everything is as declared again, and no policy warns{run}."
