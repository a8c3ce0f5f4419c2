"""Replays a record: makes its world, sends its requests, and says what differs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from aoai_emulator import AdminError, RunningEmulator

from tests.replay.compare import differences
from tests.replay.given import NotPrepared, prepare, training_lines
from tests.replay.records import Record, Step, known_headers
from tests.replay.stage import Stage


def replay(azure: RunningEmulator, record: Record) -> list[str]:
    """The differences between the emulator's answers and a record's, each as a line."""
    try:
        with closing(Stage(azure, record)) as stage:
            for item in record.given:
                prepare(stage, item)
            return list(_steps(stage))
    except (AdminError, NotPrepared, KeyError) as error:
        return [f"world: {type(error).__name__}: {error}"]


def _steps(stage: Stage) -> Iterator[str]:
    known = known_headers(stage.record.surface)
    for number, step in enumerate(stage.record.steps, 1):
        stage.stand_at(step.at)
        for item in step.given:
            prepare(stage, item)
        options: dict[str, Any] = {"form": _form(step)} if step.form else {"json": step.json}
        if "x-ms-client-request-id" in (step.headers or ()):
            options["headers"] = {"x-ms-client-request-id": f"replay-{number}"}
        answer = stage.request(step.method, step.path, **options)
        for line in differences(step, answer, stage.names, known):
            yield f"{number}: {line}"


def _form(step: Step) -> dict[str, Any]:
    """The parts of a multipart body, in the order of the record."""
    parts: dict[str, Any] = {}
    for name, value in (step.form or {}).items():
        if name != "file":
            parts[name] = (None, value)
            continue
        data = (
            value["content"].encode()
            if "content" in value
            else training_lines(value["examples"], value.get("bytes"))
        )
        parts[name] = (value["filename"], data)
    return parts
