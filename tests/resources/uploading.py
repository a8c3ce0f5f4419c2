"""Runs of the same upload, one after the other or at once, each as a process would make it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.authoring.files import File
from aoai.azure.clients import AccountClients, open_clients
from aoai.azure.http.credentials import TokenSource
from aoai.azure.http.retrying import RetryPolicy, Timeouts
from aoai.azure.lifecycle.file_processing import await_processed
from aoai.azure.lifecycle.parallel_upload import UploadOptions
from aoai.azure.lifecycle.training_file import upload_file
from tests.conftest import write_examples
from tests.file_content import content_of
from tests.repository import ROOT

NAME = "train-1a2b3c4d-5e6f70.jsonl"
FAULTS: dict[str, dict[str, Any]] = {
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
    "429": {"kind": "status", "status": 429},
    "reset": {"kind": "reset"},
    "drop": {"kind": "drop"},
    "stall": {"kind": "stall"},
    "garbage": {"kind": "garbage"},
    "truncate": {"kind": "truncate"},
}

CODE = """
import json, sys
from pathlib import Path
from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.azure.lifecycle.parallel_upload import UploadOptions
from aoai.azure.lifecycle.file_processing import await_processed
from aoai.azure.lifecycle.training_file import upload_file

account, path, name, sha256, large, size, notes = json.loads(sys.argv[1])
sending = UploadOptions(large=large, part_size=size, threads=1, notes=Path(notes))
files = connect(Account.from_props(account)).files
await_processed(files, upload_file(files, Path(path), name, sha256=sha256, sending=sending))
"""


class Run:
    """One run after the other of the same upload, each as a process of its own would make it."""

    def __init__(
        self,
        azure: RunningEmulator,
        account: Account,
        tokens: TokenSource,
        directory: Path,
        *,
        large: int = 0,
    ) -> None:
        self.azure = azure
        self.account = account
        self.tokens = tokens
        self.path = write_examples(directory / "train.jsonl", count=500)
        self.content = self.path.read_bytes()
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.sending = UploadOptions(
            large=large, part_size=10_000, threads=3, notes=directory / "notes"
        )
        self.parts = -(-len(self.content) // self.sending.part_size)

    def __call__(self, **changes: Any) -> File:
        with self.connection() as connection:
            sending = replace(self.sending, **changes)
            file = upload_file(
                connection.files, self.path, NAME, sha256=self.sha256, sending=sending
            )
            return await_processed(connection.files, file)

    def start(self) -> subprocess.Popen[bytes]:
        """The same in a process of its own, which sends one part at a time."""
        how = self.sending
        given = [self.account.to_props(), str(self.path), NAME, self.sha256]
        sending = [how.large, how.part_size, str(how.notes)]
        command = [sys.executable, "-c", CODE, json.dumps([*given, *sending])]
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ})

    @contextlib.contextmanager
    def connection(self) -> Iterator[AccountClients]:
        """New clients, for whom no time passes while they wait."""
        now = [0.0]

        def sleep(seconds: float) -> None:
            now[0] += seconds

        quick = Timeouts(connect=2.0, read=0.4, answer=10.0)
        retry_policy = RetryPolicy(sleep=sleep, clock=lambda: now[0], timeouts=quick)
        connection = open_clients(self.account, self.tokens, retry_policy)
        yield connection
        connection.close()

    def uploads(self) -> list[dict[str, Any]]:
        return list(self.azure.state()[self.account.name]["uploads"])

    def is_well(self) -> bool:
        """One file of the right content, and no part of an upload that nobody completes."""
        with self.connection() as connection:
            (file,) = connection.files.list_files()
            content = content_of(connection, file.id)
        left = [upload for upload in self.uploads() if upload["parts"]]
        return (file.filename, content, left) == (NAME, self.content, [])


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Look until it holds: the emulator works on while the one that asked is already gone."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
