"""What a job leaves behind while it trains: events and checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aoai.azure.http.fields import Json, integer, numbers, text
from aoai.azure.http.redaction import redact


@dataclass(frozen=True)
class Event:
    """One line of a job's log; ``data`` holds the numbers of a metrics line, empty otherwise."""

    id: str
    created_at: int | None
    level: str
    message: str
    type: str
    data: Mapping[str, float]

    @property
    def step(self) -> int | None:
        """The training step of a metrics line."""
        return integer(self.data.get("step"))

    @property
    def total_steps(self) -> int | None:
        """How many steps there will be, if it is in the event."""
        return integer(self.data.get("total_steps"))

    @property
    def train_loss(self) -> float | None:
        """Loss over the step's training examples."""
        return self.data.get("train_loss")

    @property
    def valid_loss(self) -> float | None:
        """Loss over validation examples: over all of them, where it was measured."""
        return self.data.get("full_valid_loss", self.data.get("valid_loss"))

    @classmethod
    def parse(cls, data: Json) -> Event:
        """Read what the service sent."""
        return cls(
            id=text(data.get("id")),
            created_at=integer(data.get("created_at")),
            level=text(data.get("level")),
            message=redact(text(data.get("message"))),
            type=text(data.get("type")),
            data=numbers(data.get("data")),
        )


@dataclass(frozen=True)
class Checkpoint:
    """A model as it was at a step of its training; ``model`` is the name to deploy."""

    id: str
    model: str
    step_number: int | None
    created_at: int | None
    metrics: Mapping[str, float]

    @classmethod
    def parse(cls, data: Json) -> Checkpoint:
        """Read what the service sent."""
        return cls(
            id=text(data.get("id")),
            model=text(data.get("fine_tuned_model_checkpoint")),
            step_number=integer(data.get("step_number")),
            created_at=integer(data.get("created_at")),
            metrics=numbers(data.get("metrics")),
        )
