"""A training or validation file in one account, purpose fine-tune.

The identity of a local file is its content: the preview reads the file, judges it and digests it,
and another content, or another account, is another file. A file from a URL is another one when the
URL or its version is. ``delete`` removes the file from the account, unless it was there before and
is only named by its id; a job that was trained from it is not touched.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import CheckFailure, CreateResult, ReadResult, Resource, UpdateResult

from aoai.azure.account import Account
from aoai.azure.authoring.content_url import SignedUrl, sign
from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.clients import connect
from aoai.azure.lifecycle.file_processing import await_processed
from aoai.azure.lifecycle.parallel_upload import UploadOptions
from aoai.azure.lifecycle.submission import import_file, upload_file
from aoai.dataset import inspect_cached
from aoai.dataset.inspection.cache import default_directory
from aoai.errors import ConfigurationError, DatasetError, NotFound
from aoai.resources.base import (
    ACCOUNT_CHANGES,
    AccountInput,
    Change,
    Provider,
    reports,
    resource_props,
)
from aoai.resources.engine import ensure_engine_is_alive
from aoai.resources.file_sources import imported_name, is_taken_over, source_failures
from aoai.resources.identity import file_name
from aoai.resources.props import parse
from aoai.resources.upload_progress import UploadProgress, say


@dataclass(frozen=True, kw_only=True)
class TrainingFileArgs:
    """Inputs of a :class:`TrainingFile`.

    Give one of ``path``, ``content_url`` and ``existing_file_id``.

    Attributes:
        account: the account that the file is in.
        path: a JSONL file, relative to the project's directory.
        content_url: an https URL that the service fetches the file from, such as a blob's, without
            a query. Its content is not seen here, so it is not judged in the preview.
        sas_variable: name of the environment variable that holds the blob's SAS, where it needs
            one. It is read when the service is asked to fetch, and stored nowhere.
        content_version: any text; another one fetches the content of the same URL again.
        existing_file_id: id of a file that somebody else brought in. It stays when this resource
            is deleted.
        model: the base model that it is for, by which a local file is judged: its format, and how
            long an example may be.
        validation: a model is measured on it, not trained: it may have few examples.
    """

    account: AccountInput
    path: pulumi.Input[str] | None = None
    content_url: pulumi.Input[str] | None = None
    sas_variable: pulumi.Input[str] | None = None
    content_version: pulumi.Input[str] | None = None
    existing_file_id: pulumi.Input[str] | None = None
    model: pulumi.Input[str] | None = None
    validation: pulumi.Input[bool] = False


@dataclass(frozen=True, kw_only=True)
class TrainingFileInputs:
    """Inputs as stored; the last three are computed by ``check`` from a local file's content."""

    account: dict[str, Any]
    owner: str
    path: str | None = None
    content_url: str | None = None
    sas_variable: str | None = None
    content_version: str | None = None
    existing_file_id: str | None = None
    model: str | None = None
    validation: bool = False
    sha256: str = ""
    bytes: int = 0
    examples: int = 0


@dataclass(frozen=True)
class TrainingFileState:
    """Outputs: what the service says of the file."""

    file_id: str
    filename: str
    status: str
    created_at: int | None


class TrainingFileProvider(Provider):
    """Brings a file in once, and adopts what an interrupted run has brought in already."""

    inputs = TrainingFileInputs
    diff_table: ClassVar[Mapping[str, Change]] = {
        **ACCOUNT_CHANGES,
        "owner": Change.IGNORE,
        "path": Change.UPDATE,
        "content_url": Change.REPLACE,
        "sas_variable": Change.UPDATE,
        "content_version": Change.REPLACE,
        "existing_file_id": Change.REPLACE,
        "model": Change.IGNORE,
        "validation": Change.IGNORE,
        "sha256": Change.REPLACE,
        "bytes": Change.IGNORE,
        "examples": Change.IGNORE,
    }

    def check_inputs(self, news: Mapping[str, Any]) -> tuple[dict[str, Any], list[CheckFailure]]:
        """One source; a local file is judged: what the service would find later fails here."""
        failures = list(source_failures(news))
        path = news.get("path")
        if failures or not isinstance(path, str):
            return {}, failures
        try:
            report = inspect_cached(
                Path(path),
                model=news["model"] if isinstance(news.get("model"), str) else None,
                validation=news.get("validation") is True,
            )
        except DatasetError as error:
            return {}, [CheckFailure("path", str(error))]
        facts = {"sha256": report.sha256, "bytes": report.bytes, "examples": report.examples}
        return facts, [CheckFailure("path", line) for line in report.error_lines()]

    def changed(self, olds: Mapping[str, Any], news: Mapping[str, Any], kind: Change) -> list[str]:
        """A file that is only named by its id from now on is the same file: no replacement."""
        names = super().changed(olds, news, kind)
        if not is_taken_over(olds, news):
            return names
        replaced = super().changed(olds, news, Change.REPLACE)
        return [] if kind is Change.REPLACE else names + replaced

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Bring the file in, or adopt what an earlier run brought in; a job may name it then."""
        inputs = parse(TrainingFileInputs, props)
        files = connect(Account.from_props(inputs.account)).files
        if inputs.existing_file_id:
            file = _existing(files, inputs.existing_file_id)
        elif inputs.content_url:
            file = _imported(files, inputs, inputs.content_url)
        else:
            file = _uploaded(files, inputs, inputs.path or "")
        return CreateResult(file.id, self.outputs(props, _state(file)))

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Status as the service sees it; a file that is not there any more is gone."""
        account = Account.from_props(parse(TrainingFileInputs, props).account)
        connection = connect(account)
        file = next((file for file in connection.inventory.files() if file.id == id_), None)
        try:
            file = file or connection.files.get_file(id_)
        except NotFound:
            return self.gone()
        if file.is_gone:
            return self.gone()
        return ReadResult(id_, self.outputs(props, _state(file)))

    @reports
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Nothing to tell the service: another way to the same content."""
        return UpdateResult(self.outputs(news, parse(TrainingFileState, olds)))

    @reports
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete the file, unless somebody else brought it in; it is no error if it is gone."""
        inputs = parse(TrainingFileInputs, props)
        account = Account.from_props(inputs.account)
        if inputs.existing_file_id:
            say(f"{id_} stays in {account}: it was there before this stack named it")
            return
        connect(account).files.delete_file(id_)


def _uploaded(files: FilesClient, inputs: TrainingFileInputs, path: str) -> File:
    sending = UploadOptions(
        progress=UploadProgress(Path(path).name),
        before_send=ensure_engine_is_alive,
        notes=default_directory().with_name("uploads"),
    )
    name = file_name(path, inputs.sha256, inputs.owner)
    file = upload_file(files, Path(path), name, sha256=inputs.sha256, sending=sending)
    return await_processed(files, file)


def _imported(files: FilesClient, inputs: TrainingFileInputs, content_url: str) -> File:
    used: list[str] = []

    def signed() -> SignedUrl:
        source = sign(content_url, inputs.sas_variable, os.environ)
        used.extend(source.secrets)
        return source

    name = imported_name(content_url, inputs.content_version, inputs.owner)
    file = import_file(files, name, signed, before_send=ensure_engine_is_alive)
    advice = f"check that a GET of {content_url} answers, and that its content is right,"
    return await_processed(files, file, advice=advice, secrets=tuple(used))


def _existing(files: FilesClient, file_id: str) -> File:
    try:
        file = files.get_file(file_id)
    except NotFound as error:
        raise error.advising("A file is known in its own account alone.") from None
    if file.purpose not in {"", "fine-tune"}:
        raise ConfigurationError(
            f"{file_id} of {files.transport.label} has the purpose {file.purpose!r}; a job takes "
            "files of purpose 'fine-tune' only"
        )
    return await_processed(files, file, advice="name another file", keep=True)


def _state(file: File) -> TrainingFileState:
    return TrainingFileState(file.id, file.filename, file.status, file.created_at)


class TrainingFile(Resource, module="aoai", name="TrainingFile"):
    """A training or validation file in one account."""

    file_id: pulumi.Output[str]
    filename: pulumi.Output[str]
    status: pulumi.Output[str]
    sha256: pulumi.Output[str]
    bytes: pulumi.Output[int]
    examples: pulumi.Output[int]

    def __init__(
        self, name: str, args: TrainingFileArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props = resource_props(name, args, TrainingFileState, "sha256", "bytes", "examples")
        super().__init__(TrainingFileProvider(), name, props, opts)
