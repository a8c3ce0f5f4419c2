"""What one run of a pipeline found, as one typed object: the source of every text.

It is read from the engine's previews and the program's reviews, holds neither states nor secrets,
and can be written as JSON, kept as an artifact, and read by a job that may post.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from aoai.cli.ci.review import Review
from aoai.errors import ConfigurationError

VERSION = 1
"""Of the object's form; a key may be added without another number."""

Operation = Literal["create", "update", "replace", "delete", "import"]


class Resource(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One resource that an update would change.

    Attributes:
        operation: the engine's word.
        type: its type token.
        name: its name in the program.
        changed: the inputs that differ.
        gap: of a deployment: it is replaced under the name that it has, so that it does not answer
            while it is deleted and made again.
    """

    operation: Operation
    type: str
    name: str
    changed: tuple[str, ...] = ()
    gap: bool = False

    @property
    def kind(self) -> str:
        """The last part of the type: ``FineTuningJob``, ``ModelDeployment``."""
        return self.type.rpartition(":")[2]


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An error or a warning of the engine, the program or a provider.

    Attributes:
        severity: ``error`` or ``warning``.
        resource: name of the resource that it is about; empty for the whole stack.
        message: its text.
    """

    severity: str
    message: str
    resource: str = ""


class Violation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rule of a policy pack that the update breaks.

    Attributes:
        rule: its name, without the suffix of the policy that reports it.
        mandatory: whether it stops the update.
        severity: ``low``, ``medium``, ``high`` or ``critical``; empty if the pack states none.
        resource: name of the resource; empty for the whole stack.
        message: what is wrong and what to do.
    """

    rule: str
    mandatory: bool
    message: str
    severity: str = ""
    resource: str = ""


class Policies(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the policy packs judged.

    Attributes:
        judged: False if no pack ran, or the preview's form does not hold what it found.
        passed: names of the rules that nothing breaks.
        violations: mandatory ones first.
    """

    judged: bool = False
    passed: tuple[str, ...] = ()
    violations: tuple[Violation, ...] = ()


class TrainingPoint(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The losses of a model at one checkpoint; None where the service gave none."""

    step: int
    training_loss: float | None = None
    validation_loss: float | None = None


class TrainedModel(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A model that the state holds: what serves until the update is done.

    Attributes:
        name: of its resource.
        model: its name in the service.
        checkpoint: the one that is chosen, as it is declared.
        points: its checkpoints in the order of their steps.
    """

    name: str
    model: str = ""
    checkpoint: str = ""
    points: tuple[TrainingPoint, ...] = ()


class StackSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a preview of one stack found.

    Attributes:
        stack: its name.
        project: of the program; empty if the preview ended before it was known.
        resources: those that would change.
        before: how many resources of each kind the state holds.
        after: how many there would be.
        diagnostics: errors first.
        policies: what the policy packs judged.
        trained: models that the state holds.
        review: what the program knows of the change; None if it wrote nothing.
    """

    stack: str
    project: str = ""
    resources: tuple[Resource, ...] = ()
    before: dict[str, int] = msgspec.field(default_factory=dict)
    after: dict[str, int] = msgspec.field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    policies: Policies = msgspec.field(default_factory=Policies)
    trained: tuple[TrainedModel, ...] = ()
    review: Review | None = None

    @property
    def name(self) -> str:
        """Project and stack, as people write them."""
        return f"{self.project}/{self.stack}" if self.project else self.stack

    @property
    def errors(self) -> list[Diagnostic]:
        """Why the preview failed; empty if it did not."""
        return [found for found in self.diagnostics if found.severity == "error"]

    @property
    def broken(self) -> list[Violation]:
        """Violations that stop the update."""
        return [found for found in self.policies.violations if found.mandatory]

    @property
    def is_red(self) -> bool:
        """Whether the update cannot run as it is."""
        return bool(self.errors or self.broken)

    def of_kind(self, kind: str, *operations: str) -> list[Resource]:
        """The changing resources of a kind, of all operations if none is named."""
        return [
            found
            for found in self.resources
            if found.kind == kind and (not operations or found.operation in operations)
        ]


class RunSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What one run found in all its stacks."""

    stacks: tuple[StackSummary, ...]
    version: int = VERSION


def encode(summary: RunSummary) -> str:
    """The object as JSON."""
    return msgspec.json.format(msgspec.json.encode(summary), indent=2).decode()


def decode(text: str, source: str) -> RunSummary:
    """The object from JSON.

    Args:
        text: the JSON.
        source: where it is from, for the error.

    Raises:
        ConfigurationError: it is not such an object, or of a later version.
    """
    try:
        found = msgspec.json.decode(text, type=RunSummary)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ConfigurationError(f"{source} is not the summary of a run: {error}") from None
    if found.version != VERSION:
        raise ConfigurationError(
            f"{source} is a summary of version {found.version}, and this `aoai` reads {VERSION}: "
            "make and post it with the same version of `aoai`."
        )
    return found
