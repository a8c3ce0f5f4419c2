"""Where a model's data comes from, as a stack's file says it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from aoai.resources.file_sources import source_failures
from aoai_components.provider_checks import in_settings_words


class FileSettings(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """A training or validation file; a plain path is the same as ``path`` alone.

    It goes to ``TrainingFileArgs`` as it is.
    """

    path: str | None = None
    content_url: str | None = None
    sas_variable: str | None = None
    content_version: str | int | None = None
    existing_file_id: str | None = None

    @classmethod
    def of(cls, given: str | FileSettings) -> FileSettings:
        """Both forms as this one."""
        return cls(path=given) if isinstance(given, str) else given

    def inputs(self) -> dict[str, str]:
        """What is given, as the resource takes it."""
        given = msgspec.structs.asdict(self)
        return {name: str(value) for name, value in given.items() if value is not None}

    def problems(self) -> Iterator[str]:
        """What the resource would say later, one file at a time, in the words of a stack's file."""
        for failure in source_failures(self.inputs()):
            yield in_settings_words(failure.reason)
