"""A training or validation file in one account, purpose fine-tune.

Its identity is its content: the preview reads the file, judges it and digests it, and another
content, or another account, is another file. ``delete`` removes the file from the account; a job
that was trained from it is not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import CheckFailure, CreateResult, ReadResult, Resource, UpdateResult

from aoai.azure.account import Account
from aoai.azure.connections import connect
from aoai.azure.files import File
from aoai.azure.processing import await_processed
from aoai.azure.submission import upload_file
from aoai.dataset import Report, inspect_cached
from aoai.errors import DatasetError, NotFound
from aoai.resources.base import (
    ACCOUNT_CHANGES,
    AccountInput,
    Change,
    Provider,
    reports,
    resource_props,
)
from aoai.resources.identity import file_name
from aoai.resources.props import is_known, parse


@dataclass(frozen=True, kw_only=True)
class TrainingFileArgs:
    """Inputs of a :class:`TrainingFile`.

    Attributes:
        account: the account that the file is uploaded to.
        path: a JSONL file, relative to the project's directory.
    """

    account: AccountInput
    path: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class TrainingFileInputs:
    """Inputs as stored; the last three are computed by ``check`` from the file's content."""

    account: dict[str, Any]
    owner: str
    path: str
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
    """Uploads by content, and adopts what an interrupted run has uploaded already."""

    inputs = TrainingFileInputs
    diff_table: ClassVar[Mapping[str, Change]] = {
        **ACCOUNT_CHANGES,
        "owner": Change.IGNORE,
        "path": Change.UPDATE,
        "sha256": Change.REPLACE,
        "bytes": Change.IGNORE,
        "examples": Change.IGNORE,
    }

    def check_inputs(self, news: Mapping[str, Any]) -> tuple[dict[str, Any], list[CheckFailure]]:
        """Judge the file; an error that the service would find hours later fails the preview."""
        if not is_known(news["path"]):
            return {}, []
        try:
            report = inspect_cached(Path(news["path"]))
        except DatasetError as error:
            return {}, [CheckFailure("path", str(error))]
        facts = {"sha256": report.sha256, "bytes": report.bytes, "examples": report.examples}
        return facts, list(_findings(report))

    @reports
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Upload the file, or adopt what an earlier run uploaded; a job may name it afterwards."""
        inputs = parse(TrainingFileInputs, props)
        files = connect(Account.from_props(inputs.account)).files
        name = file_name(inputs.path, inputs.sha256, inputs.owner)
        uploaded = upload_file(files, Path(inputs.path), name, sha256=inputs.sha256)
        file = await_processed(files, uploaded)
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
        """Nothing to tell the service: another path to the same content."""
        return UpdateResult(self.outputs(news, parse(TrainingFileState, olds)))

    @reports
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete the file; it is no error if it is gone."""
        account = Account.from_props(parse(TrainingFileInputs, props).account)
        connect(account).files.delete_file(id_)


def _state(file: File) -> TrainingFileState:
    return TrainingFileState(file.id, file.filename, file.status, file.created_at)


def _findings(report: Report) -> Iterator[CheckFailure]:
    for finding in report.errors:
        yield CheckFailure("path", str(finding))
    hidden = report.error_count - len(report.errors)
    if hidden:
        yield CheckFailure(
            "path",
            f"{hidden} more errors: `aoai validate {report.path}` shows all",
        )


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
