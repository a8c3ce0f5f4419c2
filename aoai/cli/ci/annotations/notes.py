"""What is worth an annotation, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aoai.cli.ci.run_summary import RunSummary, StackSummary
from aoai.cli.markdown import plain


@dataclass(frozen=True)
class Note:
    """One annotation.

    Attributes:
        error: whether it stops the update; else it is a warning.
        code: what kind of finding it is: of data, a policy's rule, ``preview``.
        message: one line, without control characters.
        file: of the repository; empty if it is about no file.
        line: from 1; 0 for none.
    """

    error: bool
    code: str
    message: str
    file: str = ""
    line: int = 0


def notes(summary: RunSummary) -> list[Note]:
    """Errors first; of both, those with a line of a file first."""
    every = dict.fromkeys(note for stack in summary.stacks for note in _of(stack))
    return sorted(every, key=lambda note: (not note.error, not note.file, note.file, note.line))


def _of(stack: StackSummary) -> Iterator[Note]:
    for found in stack.review.findings if stack.review else ():
        more = f" (and {found.more:,} more like it)" if found.more else ""
        error = found.severity == "error"
        yield Note(error, found.code, plain(found.message) + more, found.file, found.line or 0)
    for violation in stack.policies.violations:
        about = f"{violation.resource}: " if violation.resource else ""
        message = plain(f"{stack.name}: {about}{violation.message}")
        yield Note(violation.mandatory, violation.rule, message)
    for entry in stack.diagnostics:
        about = f"{entry.resource}: " if entry.resource else ""
        message = plain(f"{stack.name}: {about}{entry.message}")
        yield Note(entry.severity == "error", "preview", message)
