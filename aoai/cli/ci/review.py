"""What the program knows of a change, as its preview writes it: data, reasons, costs.

The program writes the object to the file that ``AOAI_REVIEW`` names. Keys that are not known
here are ignored, so that a newer program can be read.
"""

from __future__ import annotations

import msgspec

from aoai.errors import ConfigurationError

VERSION = 1
"""Of the object's form."""


class Usd(msgspec.Struct, frozen=True):
    """US dollars between two bounds, which are equal where the amount is one."""

    low: float
    high: float


class Examples(msgspec.Struct, frozen=True):
    """How many examples a file has; None where that is not known."""

    before: int | None = None
    after: int | None = None


class DataChange(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in one file; counts are None where the old content is not known.

    Attributes:
        path: of the file.
        examples: how many.
        kept: examples of both versions.
        added: examples whose question is new.
        removed: examples whose question is gone.
        changed: examples that ask the same and differ otherwise.
        exact: False for an estimate from a sample.
    """

    path: str
    examples: Examples = Examples()
    kept: int | None = None
    added: int | None = None
    removed: int | None = None
    changed: int | None = None
    exact: bool | None = None


class DataFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong in a data file.

    Attributes:
        severity: ``error`` or ``warning``.
        file: the file's name as the stack gives it.
        line: from 1; 0 or None for the file as a whole.
        path: JSON path within the line.
        code: of its kind, as docs/data.md lists them.
        message: what is wrong and what to write instead.
        more: equal findings in other lines that are not listed.
    """

    severity: str
    file: str
    message: str
    line: int | None = None
    path: str | None = None
    code: str = ""
    more: int = 0


class TrainingCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's training cost, and will cost."""

    before: Usd | None = None
    after: Usd | None = None
    note: str = ""


class ModelReview(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One model.

    Attributes:
        key: its name in the stack's file.
        base_model: what is trained.
        account: key of the account that trains it.
        change: ``new``, ``retrained``, ``takenIn``, ``same`` or ``unknown``.
        why: the settings that differ.
        training: examples, tokens and epochs in words.
        data: what changed, by setting.
        findings: what is wrong in its data.
        problems: where the job contradicts the catalogue of base models.
        remarks: other notes on the model.
        cost: of the training.
    """

    key: str
    base_model: str = ""
    account: str = ""
    change: str = "unknown"
    why: tuple[str, ...] = ()
    data: dict[str, DataChange] = msgspec.field(default_factory=dict)
    training: str = ""
    findings: tuple[DataFinding, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    cost: TrainingCost = TrainingCost()


class MonthlyCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a month costs, now and after the update."""

    before: Usd | None = None
    after: Usd | None = None
    change: Usd | None = None
    note: str = ""


class DeploymentReview(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One deployment. ``change`` is ``new``, ``replaced``, ``updated``, ``same``, ``unknown``."""

    key: str
    model: str = ""
    account: str = ""
    change: str = "unknown"
    other_model: bool = False
    gap: bool = False
    why: tuple[str, ...] = ()
    monthly: MonthlyCost = MonthlyCost()


class Costs(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The sums of the stack; ``not_known`` names what they leave out."""

    once: Usd | None = None
    monthly: MonthlyCost = MonthlyCost()
    not_known: tuple[str, ...] = ()


class Review(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the program knows of the change of one stack.

    ``problems`` are those for which the stack is refused; of such a stack nothing else than the
    findings in its data is known.
    """

    version: int = VERSION
    problems: tuple[str, ...] = ()
    models: tuple[ModelReview, ...] = ()
    deployments: tuple[DeploymentReview, ...] = ()
    removed: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    costs: Costs = Costs()
    warnings: tuple[str, ...] = ()

    @property
    def findings(self) -> list[DataFinding]:
        """Those of all models, each once, errors first and then by file and line."""
        every = dict.fromkeys(found for model in self.models for found in model.findings)
        return sorted(every, key=lambda f: (f.severity != "error", f.file, f.line or 0))


def decode_review(text: str, source: str) -> Review:
    """A review from JSON.

    Args:
        text: the JSON.
        source: where it is from, for the error.

    Raises:
        ConfigurationError: it is not a review, or one of another version.
    """
    try:
        found = msgspec.json.decode(text, type=Review)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ConfigurationError(f"{source} is not the review of a stack: {error}") from None
    if found.version != VERSION:
        raise ConfigurationError(
            f"{source} is a review of version {found.version}, and this `aoai` reads {VERSION}: "
            "install the version of `aoai` that the program uses."
        )
    return found
