"""What a file amounts to: counts over its lines, and the findings that only the whole shows."""

from __future__ import annotations

from msgspec import Struct, field

from aoai.dataset.decode.syntax import attempt
from aoai.dataset.finding import CATALOGUE, Finding, Problem, Severity
from aoai.dataset.limits import (
    ADVISED_EXAMPLES,
    MAXIMUM_FILE_BYTES,
    MAXIMUM_IMAGE_EXAMPLES,
    MAXIMUM_UPLOAD_BYTES,
    MINIMUM_EXAMPLES,
)
from aoai.dataset.rules.images import CAN_OPEN_IMAGES, is_embedded
from aoai.dataset.whole_file.duplicates import Duplicates
from aoai.dataset.whole_file.example import canonical, facts_of
from aoai.dataset.whole_file.grader_fields import GraderFields
from aoai.dataset.whole_file.system_messages import SystemMessages


class Totals(Struct):
    """Counts everything; lists the first ``keep`` findings of each severity.

    Totals of parts of a file can be merged, in any order. Lines are numbered over the whole file,
    and those of one part, or of several parts by one process, come in order.

    Attributes:
        file: its name in findings.
        keep: findings listed of each severity.
        opens_images: whether embedded images are opened.
        examples: lines that hold an example, good or bad.
        images: in all examples.
        image_examples: examples with images.
        unopened: embedded images that were not opened.
        lines: the last line's number.
        blank: the first and last line of the last run of blank lines.
        counts: findings by code.
        listed: of the lines, the first findings by severity.
        system: the system messages.
        grader: the fields for the grader, of reinforcement examples.
        duplicates: the examples that stand there twice.
    """

    file: str
    keep: int
    opens_images: bool = CAN_OPEN_IMAGES
    examples: int = 0
    images: int = 0
    image_examples: int = 0
    unopened: int = 0
    lines: int = 0
    blank: tuple[int, int] = (0, 0)
    counts: dict[str, int] = field(default_factory=dict)
    listed: dict[Severity, list[Finding]] = field(default_factory=lambda: {s: [] for s in Severity})
    system: SystemMessages = field(default_factory=SystemMessages)
    grader: GraderFields = field(default_factory=GraderFields)
    duplicates: Duplicates = field(default_factory=lambda: Duplicates(0))

    def __post_init__(self) -> None:
        self.duplicates.keep = self.keep

    def findings(self, severity: Severity) -> tuple[Finding, ...]:
        """Those of the whole file, then the first ``keep`` in the order of their lines."""
        found = sorted(self.listed[severity], key=lambda finding: finding.line)
        whole = sum(not finding.line for finding in found)
        return tuple(found[: whole + self.keep])

    def add(self, problem: Problem, line: int) -> None:
        """Count a problem of a line, and list it if there is room."""
        if len(self.listed[CATALOGUE[problem.code][0]]) < self.keep:
            self._list(problem, line)
        self._count(problem.code)

    def _add_late(self, problem: Problem, line: int = 0) -> None:
        """Count and list a problem that only the whole file shows; line 0 is all of it."""
        self._list(problem, line)
        self._count(problem.code)

    def _list(self, problem: Problem, line: int) -> None:
        code, path, message = problem
        severity, _ = CATALOGUE[code]
        self.listed[severity].append(Finding(self.file, line, path, code, severity, message))

    def _count(self, code: str, number: int = 1) -> None:
        self.counts[code] = self.counts.get(code, 0) + number

    def add_blank(self, line: int) -> None:
        """Take note of a blank line: several in a row are one finding."""
        first, last = self.blank
        if first and line == last + 1:
            self.blank = (first, line)
        else:
            self.blank = (line, line)
            self.add(Problem("blank-line", "", "an empty line; remove it."), line)

    def add_unread(self, problem: Problem, line: int) -> None:
        """Count a line that holds no example that could be read."""
        self.examples += 1
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
        """Add what stands in other parts of the file; False if that cannot be added up."""
        self.examples += other.examples
        self.images += other.images
        self.image_examples += other.image_examples
        self.unopened += other.unopened
        self.lines = max(self.lines, other.lines)
        self.blank = max(self.blank, other.blank)
        for code, number in other.counts.items():
            self._count(code, number)
        for severity, findings in other.listed.items():
            self.listed[severity].extend(findings)
        self.duplicates.merge(other.duplicates)
        graded = self.grader.merge(other.grader)
        return self.system.merge(other.system) and graded

    def finish(self, size: int, *, system: bool, validation: bool) -> None:
        """Add what only the whole file shows.

        Args:
            size: bytes of the file.
            system: examples of this format should have a system message.
            validation: the file is one for validation, which may be small.
        """
        self._accept_last_blanks()
        if not self.examples:
            text = "no example; write one JSON object on each line."
            self._add_late(Problem("empty-file", "", text))
            return
        self._add_duplicates()
        if not validation:
            self._check_number()
        self._check_size(size)
        if system:
            for problem, line in self.system.problems(self.examples):
                self._add_late(problem, line)
        for problem, line in self.grader.problems(self.examples):
            self._add_late(problem, line)
        self._check_images()

    def _accept_last_blanks(self) -> None:
        """Blank lines matter only if others follow."""
        first, last = self.blank
        if first and last == self.lines:
            self._count("blank-line", -1)
            warnings = self.listed[Severity.WARNING]
            warnings[:] = [f for f in warnings if (f.code, f.line) != ("blank-line", first)]
        self.counts = {code: self.counts[code] for code in sorted(self.counts) if self.counts[code]}

    def _add_duplicates(self) -> None:
        if count := self.duplicates.count:
            self._count("duplicate-example", count)
            for line, before in self.duplicates.repeats():
                text = f"the same as line {before}; keep one of them."
                self._list(Problem("duplicate-example", "", text), line)

    def _check_images(self) -> None:
        if self.image_examples > MAXIMUM_IMAGE_EXAMPLES:
            text = f"{self.image_examples} examples with images, at most {MAXIMUM_IMAGE_EXAMPLES}."
            self._add_late(Problem("too-many-image-examples", "", text))
        if self.unopened:
            text = f'{self.unopened} images not opened; install "aoai-finetune[vision]".'
            self._add_late(Problem("images-not-checked", "", text))

    def _check_number(self) -> None:
        count = self.examples
        if count < MINIMUM_EXAMPLES:
            text = f"{count} of at least {MINIMUM_EXAMPLES} examples; add more."
            self._add_late(Problem("too-few-examples", "", text))
        elif count < ADVISED_EXAMPLES:
            text = f"{count} examples; a model needs hundreds to learn something new."
            self._add_late(Problem("few-examples", "", text))

    def _check_size(self, size: int) -> None:
        if size > MAXIMUM_UPLOAD_BYTES:
            text = "over 8 GB, which the service states as its largest upload; leave data out."
            self._add_late(Problem("file-too-large", "", text))
        elif size > MAXIMUM_FILE_BYTES:
            text = "over 512 MB, the Files API's limit: it is uploaded in parts instead."
            self._add_late(Problem("file-too-large", "", text))
