"""A training or validation file in one account, purpose fine-tune.

The identity of a local file is its content: the preview reads the file, checks it and digests it,
and another content, or another account, is another file. A file from a URL is another one when the
URL or its version is. ``--replace`` and ``taint`` upload it again and delete the old one.
``delete`` removes the file from the account, unless it was there before and is only named by its
id; a job that was trained from it is not touched.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, CreateResult, DiffResult, ReadResult, UpdateResult

from aoai.azure.authoring.content_url import SignedUrl, sign
from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.clients import connect
from aoai.azure.lifecycle.existing_training import existing_file
from aoai.azure.lifecycle.file_processing import await_processed
from aoai.azure.lifecycle.parallel_upload import UploadOptions
from aoai.azure.lifecycle.training_file import (
    find_file,
    import_file,
    remove_file,
    upload_file,
)
from aoai.catalog import Catalog, with_overrides
from aoai.dataset import example_digests, inspect_cached
from aoai.dataset.inspection.cache import default_directory
from aoai.errors import ConfigurationError, DatasetError
from aoai.resources.account import account_of
from aoai.resources.base import AoaiResource, Provider, reports, resource_props
from aoai.resources.declaration import Change, known, parse
from aoai.resources.file_inputs import TrainingFileArgs
from aoai.resources.file_sources import imported_name, is_taken_over, source_failures
from aoai.resources.former_names import former_owners
from aoai.resources.identity import file_name
from aoai.resources.progress import say
from aoai.resources.props import is_known, parse_state, plain
from aoai.resources.provider_process import ensure_engine_is_alive
from aoai.resources.upload_progress import UploadProgress


@dataclass(frozen=True)
class TrainingFileState:
    """Outputs: what the service answers for the file, and a trace of what is in a local one.

    ``created_at`` and ``held_since`` are in seconds since 1970, see :meth:`Held.next_since`. From
    ``example_digests`` a later preview knows which examples are new: of the old content nothing
    else is left.
    """

    file_id: str
    filename: str
    status: str
    created_at: int | None
    example_digests: str | None = None
    held_since: int | None = None


_OF_CONTENT = ("sha256", "bytes", "examples")


class TrainingFileProvider(Provider):
    """Brings a file in once, and adopts what an interrupted run has brought in already."""

    args = TrainingFileArgs

    def check_inputs(
        self, news: Mapping[str, Any], before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[CheckFailure]]:
        """One source; a local file is checked: what the service would find later fails here.

        With ``ignoreChanges`` on ``sha256`` the engine puts the old digest in: what was uploaded
        stays, whatever the file contains now.
        """
        failures = list(source_failures(news))
        path = news.get("path")
        if failures or not isinstance(path, str):
            return {}, failures
        if isinstance(news.get("sha256"), str) and before.get("sha256") == news["sha256"]:
            return {name: before.get(name) for name in _OF_CONTENT}, []
        try:
            report = inspect_cached(
                Path(path),
                model=news["model"] if isinstance(news.get("model"), str) else None,
                method=news["method"] if isinstance(news.get("method"), str) else None,
                validation=news.get("validation") is True,
                catalog=_catalog(news.get("catalog")),
            )
        except ConfigurationError as error:
            return {}, [CheckFailure("catalog", f"`catalog`: {error}")]
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
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """As declared; what the file of the state contains is kept in mind for its jobs."""
        if olds.get("sha256"):
            self.held.made_from(id_, olds["sha256"])
        return super().diff(id_, olds, news)

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Bring the file in, or adopt what an earlier run brought in; a job may name it then."""
        inputs = parse(TrainingFileArgs, props)
        clients = connect(account_of(inputs.account))
        files = clients.files
        if inputs.existing_file_id is not None:
            file = existing_file(clients, known(inputs.existing_file_id))
            file = await_processed(files, file, advice="name another file", keep=True)
        elif inputs.content_url is not None:
            file = _imported(files, inputs, known(inputs.content_url))
        else:
            file = _uploaded(files, inputs, self._name_of(files, inputs))
        self.held.keep(file.id)
        since = self.held.next_since(known(inputs.owner or ""), file.created_at)
        self._remember(inputs, [file, *_before_replacements(files, inputs)])
        return CreateResult(file.id, self.outputs(props, _state(file, _digests(inputs), since)))

    def _name_of(self, files: FilesClient, inputs: TrainingFileArgs) -> str:
        """The file's name; one of its former ones if an interrupted run has uploaded that."""
        path, owner = known(inputs.path or ""), known(inputs.owner or "")
        former = former_owners(owner, inputs.former_names)
        owners = [owner, *(each for each in former if not self.held.is_declared(each))]
        names = [file_name(path, inputs.sha256, each, inputs.replacements) for each in owners]
        listed = [file.filename for file in files.list_files()] if len(names) > 1 else []
        return next((name for name in names if name in listed), names[0])

    def _remember(self, inputs: TrainingFileArgs, made: list[File]) -> None:
        """Keep in mind which files this resource was, for the jobs that were trained from them."""
        for each in made if inputs.sha256 else ():
            self.held.saw(known(inputs.owner or ""), each.id, {})
            self.held.made_from(each.id, inputs.sha256)

    @reports
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Status as the service sees it; a file that is not there any more is gone."""
        inputs = parse(TrainingFileArgs, props)
        owner = known(inputs.owner or "")
        self.held.saw(owner, id_, props)
        self.held.read(owner)
        file = find_file(connect(account_of(inputs.account)), id_)
        if file is None:
            return self.gone()
        state = _state(file, props.get("example_digests"), props.get("held_since"))
        return ReadResult(id_, self.outputs(props, state))

    @reports
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """The service is sent nothing: another way to the same content."""
        return UpdateResult(self.outputs(news, parse_state(TrainingFileState, olds)))

    @reports
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete the file, unless something still holds it; it is no error if it is gone."""
        inputs = parse(TrainingFileArgs, props)
        self.held.deleted(known(inputs.owner or ""), id_, props)
        account = account_of(inputs.account)
        if inputs.existing_file_id is not None:
            say(f"{id_} stays in {account}: it was there before this stack named it")
        elif self.held.is_kept(id_):
            say(f"{id_} stays in {account}: the stack still holds it")
        else:
            remove_file(connect(account), id_)


def _catalog(stated: Any) -> Catalog | None:
    """The catalogue with what the program states itself; None for the built-in one.

    Raises:
        ConfigurationError: it states what there is not.
    """
    if not isinstance(stated, Mapping) or not is_known(stated):
        return None
    return with_overrides(plain(stated))


def _uploaded(files: FilesClient, inputs: TrainingFileArgs, name: str) -> File:
    path = known(inputs.path or "")
    sending = UploadOptions(
        progress=UploadProgress(Path(path).name),
        before_send=ensure_engine_is_alive,
        notes=default_directory().with_name("uploads"),
    )
    file = upload_file(
        files, Path(path), name, sha256=inputs.sha256, when_found=_say_found, sending=sending
    )
    return await_processed(files, file)


def _before_replacements(files: FilesClient, inputs: TrainingFileArgs) -> list[File]:
    """What an uploaded file was before it was replaced by force, as far as it is still there."""
    path, owner = known(inputs.path or ""), known(inputs.owner or "")
    counts = range(inputs.replacements if path else 0)
    names = {file_name(path, inputs.sha256, owner, count) for count in counts}
    return [file for file in files.list_files() if file.filename in names] if names else []


def _say_found(file: File) -> None:
    say(f"{file.id} was uploaded by an earlier run: it is taken")


def _imported(files: FilesClient, inputs: TrainingFileArgs, content_url: str) -> File:
    used: list[str] = []
    variable = None if inputs.sas_variable is None else known(inputs.sas_variable)
    version = None if inputs.content_version is None else known(inputs.content_version)

    def signed() -> SignedUrl:
        source = sign(content_url, variable, os.environ)
        used.extend(source.secrets)
        return source

    name = imported_name(content_url, version, known(inputs.owner or ""), inputs.replacements)
    file = import_file(
        files, name, signed, before_send=ensure_engine_is_alive, when_found=_say_found
    )
    advice = f"check that a GET of {content_url} answers, and that its content is right,"
    return await_processed(files, file, advice=advice, secrets=tuple(used))


def _state(file: File, digests: str | None, since: int | None) -> TrainingFileState:
    return TrainingFileState(
        file.id, file.filename, file.status, file.created_at, digests, held_since=since
    )


def _digests(inputs: TrainingFileArgs) -> str | None:
    """The digests of a local file's examples; None if it has changed meanwhile or is not local."""
    if inputs.path is None:
        return None
    try:
        digests, sha256 = example_digests(Path(known(inputs.path)))
    except DatasetError:
        return None  # an upload that was adopted does not need the file any more
    return digests if sha256 == inputs.sha256 else None


class TrainingFile(AoaiResource, module="aoai", name="TrainingFile"):
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
        props = resource_props(name, args, TrainingFile, opts)
        super().__init__(TrainingFileProvider(), name, props, opts)
