"""The inputs of a training file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import pulumi

from aoai.resources.account import LookedForArgs
from aoai.resources.declaration import ignores, replaces, updates
from aoai.resources.hyperparameters import METHODS

Text = pulumi.Input[str] | None


@dataclass(frozen=True, kw_only=True)
class FileSource:
    """Where a file comes from: give one of path, content_url and existing_file_id."""

    path: Annotated[
        Text, updates("A JSONL file, relative to the project's directory; its content counts.")
    ] = None
    content_url: Annotated[
        Text,
        replaces(
            "An https URL that the service fetches the file from, such as a blob's, without a "
            "query. Its content is not checked in the preview.",
            wire="content_url",
        ),
    ] = None
    sas_variable: Annotated[
        Text,
        updates(
            "Name of the environment variable that holds the blob's SAS, where it needs one. It is "
            "read when the service is asked to fetch, and stored nowhere."
        ),
    ] = None
    content_version: Annotated[
        Text, replaces("Any text; another one fetches the content of the same URL again.")
    ] = None
    existing_file_id: Annotated[
        Text,
        replaces("Id of a file that is in the account already. It stays when this is deleted."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class TrainingFileArgs(FileSource, LookedForArgs):
    """Inputs of a :class:`TrainingFile`."""

    model: Annotated[Text, ignores("The base model that a local file is checked for.")] = None
    method: Annotated[
        Text,
        ignores("The method that a local file is checked for; see the job's.", choices=METHODS),
    ] = None
    catalog: Annotated[
        pulumi.Input[Mapping[str, Any]] | None,
        ignores(
            "What the program states of base models itself, by name, in the form of a stack's "
            "`catalog`: a local file is checked by it.",
            stored=dict[str, Any] | None,
        ),
    ] = None
    validation: Annotated[
        pulumi.Input[bool], ignores("A model is measured on it: it may have few examples.")
    ] = False
    sha256: Annotated[str, replaces("Digest of a local file's content.", computed=True)] = field(
        default="", init=False
    )
    bytes: Annotated[int, ignores("Size of a local file.", computed=True)] = field(
        default=0, init=False
    )
    examples: Annotated[int, ignores("Examples in a local file.", computed=True)] = field(
        default=0, init=False
    )
