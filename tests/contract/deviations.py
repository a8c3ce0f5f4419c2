"""Where Azure itself answers otherwise than the official models say: each with its source.

A case fails when it finds a difference that is not here, and when one that is here is not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_NOTEBOOK = "answers of 2025 in microsoft-foundry/fine-tuning: unset fields are absent"
_SPELLING = "authoring 2024-10-21 spells organisation_id, and it is absent"
_STATES = "authoring 2024-10-21, FileState and FineTuningState"
_MODEL = "authoring 2024-10-21, Model"


@dataclass(frozen=True)
class Deviation:
    """A difference, why it is right, and the operations and surfaces that show it."""

    problem: str
    why: str
    operations: tuple[str, ...]
    surfaces: tuple[str, ...] = ("classic", "v1")


_FILTERS = "recorded answers of 2024 and 2025: the content filter's results"
_RECORDED = "recorded answers of December 2025 to February 2026"
_COMPLETIONS = ("completions.classic", "completions.v1")
_CHATS = ("chat.classic", "chat.v1")
_RESPONSES = ("responses.create", "responses.get")
_RUNNING = ("jobs.pause", "jobs.resume")

_ONE_JOB = ("jobs.create", "jobs.cancel", "jobs.get", *_RUNNING)
_MODELS = ("models.get", "models.list")
DEVIATIONS: Final = (
    Deviation("FineTuningJob.organization_id: missing", _SPELLING, _ONE_JOB),
    Deviation("SyncCursorPage.data.organization_id: missing", _SPELLING, ("jobs.list",)),
    Deviation(
        "FineTuningJob.result_files: missing",
        _NOTEBOOK,
        ("jobs.create", "jobs.cancel", "jobs.pause"),
    ),
    Deviation("FineTuningJob.status: 'pending'", _STATES, ("jobs.create",)),
    Deviation("FineTuningJob.status: 'pausing'", "authoring 2025-04-01-preview", ("jobs.pause",)),
    Deviation("FineTuningJob.status: 'resuming'", "authoring 2025-04-01-preview", ("jobs.resume",)),
    Deviation(
        "FineTuningJob.trainingType: unknown",
        "in no description, sent and echoed",
        ("jobs.create",),
    ),
    Deviation("FineTuningJob.suffix: unknown", "authoring 2024-10-21", ("jobs.create",)),
    Deviation("FileObject.status: 'pending'", _STATES, ("files.create", "files.import")),
    Deviation("FileObject.bytes: missing", "authoring 2024-10-21, import", ("files.import",)),
    Deviation(
        "SyncCursorPage.object: unknown",
        "the SDK's page has no such field, OpenAI's own answers do",
        ("files.list", "jobs.list", "jobs.events", "jobs.checkpoints"),
    ),
    Deviation("SyncCursorPage.first_id: unknown", "OpenAI.v1", ("files.list",), ("v1",)),
    Deviation("SyncCursorPage.last_id: unknown", "OpenAI.v1", ("files.list",), ("v1",)),
    Deviation("UploadPart.azure_block_id: unknown", "authoring 2024-10-21", ("uploads.part",)),
    *(
        Deviation(f"Model.{name}: unknown", _MODEL, _MODELS)
        for name in ("capabilities", "created_at", "deprecation", "lifecycle_status", "status")
    ),
    Deviation("Completion.prompt_filter_results: unknown", _FILTERS, _COMPLETIONS),
    Deviation("CompletionChoice.content_filter_results: unknown", _FILTERS, _COMPLETIONS),
    Deviation("ChatCompletion.prompt_filter_results: unknown", _FILTERS, _CHATS),
    Deviation("Choice.content_filter_results: unknown", _FILTERS, _CHATS),
    Deviation(
        "Response.usage.input_tokens_details.cache_write_tokens: missing", _RECORDED, _RESPONSES
    ),
    Deviation("Model.fine_tune: unknown", _MODEL, ("models.list",)),
    Deviation("Model.model: unknown", _MODEL, ("models.list",)),
    Deviation("Model.created: missing", _MODEL, ("models.get",), ("classic",)),
    Deviation("Model.owned_by: missing", _MODEL, ("models.get",), ("classic",)),
    Deviation("SyncPage.data.created: missing", _MODEL, ("models.list",), ("classic",)),
    Deviation("SyncPage.data.owned_by: missing", _MODEL, ("models.list",), ("classic",)),
)


def expected(operation: str, version: str) -> set[str]:
    """The differences that an operation must show on the surface of a version."""
    surface = "v1" if version == "v1" else "classic"
    return {
        each.problem
        for each in DEVIATIONS
        if operation in each.operations and surface in each.surfaces
    }
