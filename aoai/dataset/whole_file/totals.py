"""What a file amounts to: counts over its lines, and the findings that only the whole shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from msgspec import Struct, field

from aoai.dataset.decode.syntax import attempt
from aoai.dataset.example.images import is_embedded
from aoai.dataset.example.target import Target
from aoai.dataset.finding import Finding, Problem, Severity
from aoai.dataset.rules.image_files import CAN_OPEN_IMAGES
from aoai.dataset.rules.wrong_format import WRONG_FORMAT
from aoai.dataset.whole_file import blank_lines, images, size
from aoai.dataset.whole_file.duplicates import DUPLICATE_EXAMPLE, Duplicates
from aoai.dataset.whole_file.example import canonical, facts_of
from aoai.dataset.whole_file.grader_fields import GraderFields
from aoai.dataset.whole_file.system_messages import SystemMessages

LISTED_ALIKE = 5
"""Findings listed of those that are alike: of one kind, at one place of an example."""

_MOST_GROUPS = 2000
"""Groups of findings that are kept apart: hostile data could have one in each line."""

_INDEX = re.compile(r"\[\d+\]")


class Totals(Struct):
    """Counts everything; lists the first ``keep`` findings of each severity.

    Totals of chunks of a file can be merged, in any order. Lines are numbered over the whole file,
    and those of one chunk, or of several chunks by one process, come in order.

    Attributes:
        file: its name in findings.
        keep: findings listed of each severity.
        opens_images: whether embedded images are opened.
        examples: lines that hold an example, good or bad.
        unread: of them, those that are not JSON or of another format.
        images: in all examples.
        image_examples: examples with images.
        skipped: examples that the service is expected to skip for an image.
        unopened: embedded images that were not opened.
        lines: the last line's number.
        blank: the first and last line of the last run of blank lines.
        counts: findings by code.
        severities: findings by severity.
        groups: findings by kind and place.
        listed: of the lines, the first findings of each group.
        system: the system messages.
        grader: the fields for the grader, of reinforcement examples.
        duplicates: the examples that are in the file twice.
    """

    file: str
    keep: int
    opens_images: bool = CAN_OPEN_IMAGES
    examples: int = 0
    unread: int = 0
    images: int = 0
    image_examples: int = 0
    skipped: int = 0
    unopened: int = 0
    lines: int = 0
    blank: tuple[int, int] = (0, 0)
    counts: dict[str, int] = field(default_factory=dict)
    severities: dict[Severity, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    listed: list[Finding] = field(default_factory=list)
    system: SystemMessages = field(default_factory=SystemMessages)
    grader: GraderFields = field(default_factory=GraderFields)
    duplicates: Duplicates = field(default_factory=lambda: Duplicates(0))

    def __post_init__(self) -> None:
        self.duplicates.keep = self.keep

    def findings(self, severity: Severity) -> tuple[Finding, ...]:
        """Those of the whole file, then the first ``keep`` in the order of their lines."""
        listed: Counter[str] = Counter()
        found = []
        # Findings of one line keep the order in which the rules are applied.
        for finding in sorted(self.listed, key=lambda finding: finding.line):
            group = _group(finding.code, finding.path)
            listed[group] += 1
            if finding.severity is severity and listed[group] <= LISTED_ALIKE:
                last = listed[group] == LISTED_ALIKE
                more = self.groups.get(group, 0) - LISTED_ALIKE if last else 0
                found.append(replace(finding, more=max(more, 0)))
        whole = sum(not finding.line for finding in found)
        return tuple(found[: whole + self.keep])

    def add(self, problem: Problem, line: int) -> None:
        """Count a problem, and list it if few like it are. Line 0 is the whole file."""
        kind, path, message = problem
        self._count(problem)
        group = _group(kind.code, path)
        before = self.groups.get(group)
        if before is None and len(self.groups) >= _MOST_GROUPS:
            return
        self.groups[group] = (before or 0) + 1
        if (before or 0) < LISTED_ALIKE:
            self.listed.append(Finding(self.file, line, path, kind.code, kind.severity, message))

    def _count(self, problem: Problem, number: int = 1) -> None:
        kind = problem.kind
        self.counts[kind.code] = self.counts.get(kind.code, 0) + number
        self.severities[kind.severity] = self.severities.get(kind.severity, 0) + number

    def add_line(self, problems: Iterable[Problem], line: int) -> None:
        """Add the problems of one example."""
        skipped = False
        for problem in problems:  # one at a time: in one long line there may be millions
            self.add(problem, line)
            skipped = skipped or problem.kind.code in images.SKIPPING
            self.unread += problem.kind is WRONG_FORMAT
        self.skipped += skipped

    def add_blank(self, line: int) -> None:
        """Take note of a blank line: several in a row are one finding."""
        first, last = self.blank
        if first and line == last + 1:
            self.blank = (first, line)
        else:
            self.blank = (line, line)
            self.add(blank_lines.PROBLEM, line)

    def add_unread(self, problem: Problem, line: int) -> None:
        """Count a line that holds no example that could be read."""
        self.examples += 1
        self.unread += 1
        self.add(problem, line)

    def count(self, example: dict[str, object], line: int) -> None:
        """Count an example that is not plain."""
        self.examples += 1
        facts = facts_of(example)
        if facts.spoken:
            self.system.add(facts.system, line)
        self.images += len(facts.images)
        self.image_examples += bool(facts.images)
        if not self.opens_images:
            self.unopened += sum(map(is_embedded, facts.images))
        text = attempt(canonical, example)
        if text is not None and not len(text) % self.duplicates.every:
            self.duplicates.add(text, len(text), line)

    def merge(self, other: Totals) -> bool:
        """Add the totals of other chunks of the file; False if they cannot be added up."""
        self.examples += other.examples
        self.unread += other.unread
        self.images += other.images
        self.image_examples += other.image_examples
        self.skipped += other.skipped
        self.unopened += other.unopened
        self.lines = max(self.lines, other.lines)
        self.blank = max(self.blank, other.blank)
        for ours, theirs in ((self.counts, other.counts), (self.groups, other.groups)):
            for key, number in theirs.items():
                ours[key] = ours.get(key, 0) + number
        for severity, number in other.severities.items():
            self.severities[severity] = self.severities.get(severity, 0) + number
        self.listed.extend(other.listed)
        self.duplicates.merge(other.duplicates)
        graded = self.grader.merge(other.grader)
        return self.system.merge(other.system) and graded

    def finish(self, bytes_read: int, target: Target, *, system: bool, validation: bool) -> None:
        """Add what only the whole file shows.

        Args:
            bytes_read: size of the file.
            target: what the data is used for.
            system: examples of this format should have a system message.
            validation: the file is one for validation, which may be small.
        """
        self._accept_last_blanks()
        if not self.examples:
            if not self.severities.get(Severity.ERROR):
                self.add(size.EMPTY, 0)
            return
        self._add_duplicates()
        # One line that is no example may hold all of them: how many is not known then.
        counted = not validation and not self.examples == self.unread == 1
        problems = [*size.check_number(self.examples, self.skipped)] if counted else []
        problems += size.check_size(bytes_read)
        problems += images.check_images(self.image_examples, self.skipped, self.unopened, target)
        for problem in problems:
            self.add(problem, 0)
        found = self.system.problems(self.examples) if system else ()
        for problem, line in (*found, *self.grader.problems(self.examples)):
            self.add(problem, line)

    def _accept_last_blanks(self) -> None:
        """Blank lines matter only if others follow."""
        first, last = self.blank
        if first and last == self.lines:
            self._count(blank_lines.PROBLEM, -1)
            self.groups[_group(blank_lines.BLANK_LINE.code, "")] -= 1
            code = blank_lines.BLANK_LINE.code
            self.listed[:] = [f for f in self.listed if (f.code, f.line) != (code, first)]
        self.counts = {code: self.counts[code] for code in sorted(self.counts) if self.counts[code]}

    def _add_duplicates(self) -> None:
        for problem, line in self.duplicates.problems():
            self.add(problem, line)
        hidden = self.duplicates.count - self.counts.get(DUPLICATE_EXAMPLE.code, 0)
        if hidden:
            self._count(DUPLICATE_EXAMPLE.at("", ""), hidden)
            group = _group(DUPLICATE_EXAMPLE.code, "")
            self.groups[group] = self.groups.get(group, 0) + hidden


def _group(code: str, path: str) -> str:
    return f"{code} {_INDEX.sub('[]', path)}"
