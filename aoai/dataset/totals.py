"""What a file amounts to: counts over its lines, and the findings that only the whole shows."""

from __future__ import annotations

from collections import Counter

from aoai.dataset.duplicates import Duplicates
from aoai.dataset.example import canonical, facts_of
from aoai.dataset.finding import CATALOGUE, Finding, Problem, Severity
from aoai.dataset.images import CAN_OPEN_IMAGES, is_embedded
from aoai.dataset.limits import (
    ADVISED_EXAMPLES,
    MAXIMUM_FILE_BYTES,
    MAXIMUM_IMAGE_EXAMPLES,
    MAXIMUM_UPLOAD_BYTES,
    MINIMUM_EXAMPLES,
)
from aoai.dataset.plain import Parts, key_of
from aoai.dataset.records import DeveloperMessage, Message, SystemMessage
from aoai.dataset.syntax import attempt


class Totals:
    """Counts everything; keeps the first ``keep`` findings of each severity."""

    def __init__(self, file: str, keep: int, *, opens_images: bool = CAN_OPEN_IMAGES) -> None:
        self._file = file
        self._keep = keep
        self._kept: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        self._blank = range(0)
        self._system = _SystemMessages()
        self._duplicates = Duplicates()
        self._image_examples = 0
        self._opens_images = opens_images
        self._unopened = 0
        self.counts: Counter[str] = Counter()
        self.examples = 0
        self.images = 0
        self.opening: Message | None = None

    @property
    def every(self) -> int:
        """Only examples whose key is a multiple of this have to be counted by their text."""
        return self._duplicates.every

    def findings(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings kept, in the order of their lines; those of the whole file first."""
        return tuple(sorted(self._kept[severity], key=lambda finding: finding.line))

    def add(self, problem: Problem, line: int = 0) -> None:
        """Count a problem, and keep it if there is room; line 0 is the whole file."""
        code, path, message = problem
        severity, _ = CATALOGUE[code]
        self.counts[code] += 1
        kept = self._kept[severity]
        # A finding on the whole file is always kept: it comes last and says most.
        if len(kept) < self._keep or not line:
            kept.append(Finding(self._file, line, path, code, severity, message))

    def add_blank(self, line: int) -> None:
        """Remember a blank line: it matters only if it is not one of the file's last."""
        if line != self._blank.stop:
            self._end_blank()
            self._blank = range(line, line)
        self._blank = range(self._blank.start, line + 1)

    def add_unread(self, problem: Problem, line: int) -> None:
        """Count a line that holds no example that could be read."""
        self.examples += 1
        self.add(problem, line)

    def count_plain(self, parts: Parts, line: int) -> None:
        """Count a plain example."""
        self.examples += 1
        self.count_opening(parts[0], line)
        if not key_of(parts) % self.every:
            self.count_text(parts, line)

    def count_opening(self, message: Message, line: int) -> Message | None:
        """Take note of a plain example's first message; the one that the others should have."""
        if isinstance(message, SystemMessage | DeveloperMessage):
            self._system.add(message.content, line)
            self.opening = self.opening or message
        else:
            self._system.add(None, line)
        return self.opening

    def count_text(self, parts: Parts, line: int) -> int:
        """Take note of a plain example's text; ``every`` as it is then."""
        self._add_duplicate(self._duplicates.add(parts, key_of(parts), line), line)
        return self.every

    def count(self, example: dict[str, object], line: int) -> None:
        """Count any other example."""
        self.examples += 1
        facts = facts_of(example)
        if facts.spoken:
            self._system.add(facts.system, line)
        self.images += len(facts.images)
        self._image_examples += bool(facts.images)
        if not self._opens_images:
            self._unopened += sum(map(is_embedded, facts.images))
        text = attempt(canonical, example)
        if text is not None and not len(text) % self.every:
            self._add_duplicate(self._duplicates.add(text, len(text), line), line)

    def _add_duplicate(self, before: int, line: int) -> None:
        if before:
            text = f"the same as line {before}; keep one of them."
            self.add(Problem("duplicate-example", "", text), line)

    def _end_blank(self) -> None:
        if self._blank:
            text = "an empty line; remove it."
            self.add(Problem("blank-line", "", text), self._blank.start)

    def finish(self, size: int, lines: int, *, system: bool, validation: bool) -> None:
        """Add what only the whole file shows.

        Args:
            lines: of the file.
            size: bytes of the file.
            system: examples of this format should have a system message.
            validation: the file is one for validation, which may be small.
        """
        if self._blank.stop != lines + 1:
            self._end_blank()
        if not self.examples:
            self.add(Problem("empty-file", "", "no example; write one JSON object on each line."))
            return
        if not validation:
            self._check_number()
        self._check_size(size)
        if system:
            for problem, line in self._system.problems(self.examples):
                self.add(problem, line)
        if self._image_examples > MAXIMUM_IMAGE_EXAMPLES:
            text = f"{self._image_examples} examples with images, at most {MAXIMUM_IMAGE_EXAMPLES}."
            self.add(Problem("too-many-image-examples", "", text))
        if self._unopened:
            text = f'{self._unopened} images not opened; install "aoai-finetune[vision]".'
            self.add(Problem("images-not-checked", "", text))

    def _check_number(self) -> None:
        count = self.examples
        if count < MINIMUM_EXAMPLES:
            text = f"{count} of at least {MINIMUM_EXAMPLES} examples; add more."
            self.add(Problem("too-few-examples", "", text))
        elif count < ADVISED_EXAMPLES:
            text = f"{count} examples; a model needs hundreds to learn something new."
            self.add(Problem("few-examples", "", text))

    def _check_size(self, size: int) -> None:
        if size > MAXIMUM_UPLOAD_BYTES:
            text = "over 8 GB, which the service states as its largest upload; leave data out."
            self.add(Problem("file-too-large", "", text))
        elif size > MAXIMUM_FILE_BYTES:
            text = "over 512 MB, the Files API's limit: it is uploaded in parts instead."
            self.add(Problem("file-too-large", "", text))


class _SystemMessages:
    """Whether every example tells the model the same thing to be."""

    def __init__(self) -> None:
        self.first: str | None = None
        self._lacking = 0
        self._lacking_line = 0
        self._other = 0
        self._other_line = 0

    def add(self, text: str | None, line: int) -> None:
        if text is None:
            self._lacking += 1
            self._lacking_line = self._lacking_line or line
        elif self.first is None:
            self.first = text
        elif text != self.first:
            self._other += 1
            self._other_line = self._other_line or line

    def problems(self, examples: int) -> list[tuple[Problem, int]]:
        found = []
        if self._lacking:
            text = (
                f"{self._lacking} of {examples} examples have no system message; "
                "give all the one that the model will be used with."
            )
            found.append((Problem("no-system-message", "", text), self._lacking_line))
        if self._other:
            text = (
                f"{self._other} of {examples} examples have another system message than the first; "
                "use one throughout if the model is to be used with one."
            )
            found.append((Problem("system-messages-differ", "", text), self._other_line))
        return found
