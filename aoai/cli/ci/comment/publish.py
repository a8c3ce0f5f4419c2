"""One comment on a pull request: found again, edited in place, or not written at all."""

from __future__ import annotations

from aoai.cli.ci.comment.compose import Mark, compose, nothing_changes, read_mark, turned_red
from aoai.cli.ci.comment.verdict import LABELS, anything_changes, labels, state
from aoai.cli.ci.hosts.host import Posted, PullRequest
from aoai.cli.ci.run_summary import RunSummary


def publish(request: PullRequest, summary: RunSummary, key: str) -> str:
    """Write or edit the comment of a pull request, and set its labels.

    Args:
        request: the pull request.
        summary: what the run found.
        key: which comment it is.

    Returns:
        What was done, in a sentence.
    """
    done = _comment(request, summary, key)
    _label(request, labels(summary))
    return done


def _comment(request: PullRequest, summary: RunSummary, key: str) -> str:
    found = _find(request, key)
    if not anything_changes(summary):
        return _nothing(request, key, found)
    if found is None:
        made = request.create(compose(summary, request.place, key))
        return f"the comment was written: {made.url}" if made.url else "the comment was written"
    posted, mark = found
    request.edit(posted, compose(summary, request.place, key, mark))
    # An edit sends no message to anybody: what must not be missed is said in a second comment.
    if state(summary) == "red" and mark.state != "red":
        request.create(turned_red(summary, key, posted.url))
        return "the comment was edited in place, and a second one says that it turned red"
    return "the comment was edited in place"


def _nothing(request: PullRequest, key: str, found: tuple[Posted, Mark] | None) -> str:
    if found is None:
        return "nothing changes: no comment is written"
    posted, mark = found
    if mark.state == "none":
        return "nothing changes, as the comment has it already"
    request.edit(posted, nothing_changes(request.place, key, mark))
    return "nothing changes any more: the comment says so"


def _find(request: PullRequest, key: str) -> tuple[Posted, Mark] | None:
    """The comment with our mark, by our author: others can write the mark too."""
    for posted in request.comments():
        mark = read_mark(posted.body)
        if mark is not None and mark.key == key and posted.own:
            return posted, mark
    return None


def _label(request: PullRequest, wanted: set[str]) -> None:
    has = request.labels() & set(LABELS)
    add, remove = wanted - has, has - wanted
    if add or remove:
        request.set_labels(add, remove)
