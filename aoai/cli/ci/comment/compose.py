"""The whole text of a comment, with the mark by which it is found again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aoai.cli.ci.comment.head import head, headline
from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.comment.section import fitted
from aoai.cli.ci.comment.sections import sections
from aoai.cli.ci.comment.verdict import COLOURS, state
from aoai.cli.ci.run_summary import RunSummary
from aoai.cli.markdown import code, link

_MARK = re.compile(
    r"<!-- aoai:comment v1 key=([\w.-]+) state=([a-z]+) edits=(\d{1,6}) findings=(\d{1,9}) -->"
)


@dataclass(frozen=True)
class Mark:
    """What the first line of a comment holds, invisible to readers.

    Attributes:
        key: which comment it is, where several pipelines comment on one pull request.
        state: of the run; a key of ``COLOURS``.
        edits: how many times it was edited.
        findings: how many findings in data it lists.
    """

    key: str
    state: str
    edits: int = 0
    findings: int = 0

    def __str__(self) -> str:
        return (
            f"<!-- aoai:comment v1 key={self.key} state={self.state} "
            f"edits={self.edits} findings={self.findings} -->"
        )


def read_mark(body: str) -> Mark | None:
    """The mark of a comment; only at its very beginning, where quoted text never is."""
    found = _MARK.match(body)
    if found is None:
        return None
    return Mark(found[1], found[2], int(found[3]), int(found[4]))


def compose(summary: RunSummary, place: Place, key: str, before: Mark | None = None) -> str:
    """The comment.

    Args:
        summary: what the run found.
        place: where it is shown.
        key: which comment it is.
        before: the mark of the comment that it takes the place of.
    """
    findings = sum(len(s.review.findings) for s in summary.stacks if s.review)
    mark = Mark(key, state(summary), before.edits + 1 if before else 0, findings)
    words = " · ".join(_foot(summary, place, mark, before))
    foot = f"<sub>{words}</sub>" if words else ""
    top = f"{mark}\n{head(summary, place)}"
    return fitted(top, sections(summary, place), foot, place.limit, place.host)


def nothing_changes(place: Place, key: str, before: Mark) -> str:
    """What a comment becomes when the pull request changes nothing any more."""
    mark = Mark(key, "none", before.edits + 1)
    run = f" {link('The run.', place.run_url)}" if place.run_url else ""
    return f"{mark}\n### {COLOURS['none']} Nothing changes any more\n\nNo stack would change.{run}"


def turned_red(summary: RunSummary, key: str, url: str) -> str:
    """The second, short comment: an edit sends no message, and this must not be missed."""
    pointer = link("the comment above", url) if url else "the comment above"
    return f"<!-- aoai:alert v1 key={key} -->\n{COLOURS['red']} {headline(summary)}: see {pointer}."


def _foot(summary: RunSummary, place: Place, mark: Mark, before: Mark | None) -> Iterator[str]:
    if place.commit:
        yield f"commit {code(place.commit[:8])}"
    if place.moment is not None:
        yield f"previewed {place.moment:%d %b %H:%M} UTC"
    unread = [stack.name for stack in summary.stacks if stack.review is None and not stack.errors]
    if unread:
        yield "no data and costs: the program wrote no review"
    unjudged = [s for s in summary.stacks if not s.policies.judged and not s.errors]
    if unjudged:
        yield "no policies: none judged the preview"
    if place.run_url:
        yield link("run", place.run_url)
    if before is not None:
        changed = f": data findings {before.findings} → {mark.findings}"
        shown = changed if before.findings != mark.findings else ""
        yield f"updated in place, {_ordinal(mark.edits)} time{shown}"


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    teens = number % 100 in range(11, 14)
    return f"{number}{'th' if teens else ends.get(number % 10, 'th')}"
