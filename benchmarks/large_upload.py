"""A file of gigabytes, checked and uploaded to the emulator, with the memory of both sides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.data import write_chat
from benchmarks.measure import peak_memory

_MEGABYTE = 1_000_000
_NAME = "large-1a2b3c4d-5e6f70.jsonl"


def upload_large(size: int) -> None:
    """Generate a file, then check and upload it in a process of its own; print what that took."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "large.jsonl"
        _write(path, size)
        with _emulator(Path(directory) / "emulator") as ready:
            environment = {**os.environ, **ready["environment"], "BENCH_URL": ready["url"]}
            command = [sys.executable, "-m", "benchmarks.large_upload", str(path)]
            subprocess.run(command, check=True, env=environment)  # noqa: S603 - our own module
            memory = peak_memory(ready["pid"]) / _MEGABYTE
            print(f"emulator: {memory:.0f} MB of memory at its peak")


def _write(path: Path, size: int) -> None:
    """The same 100 MB of examples again and again: how they were made does not matter here."""
    write_chat(path, min(size, 100 * _MEGABYTE))
    block = path.read_bytes()
    with path.open("ab") as file:
        while file.tell() < size:
            file.write(block)


@contextmanager
def _emulator(state: Path) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "aoai_emulator", "--state", str(state), "--pace", "immediate"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            if process.stdout:
                process.stdout.readline()
            yield json.loads((state / "ready.json").read_text())
        finally:
            process.terminate()


def _upload(path: Path) -> None:
    """In the process of its own."""
    from aoai.azure.account import Account, Cloud  # noqa: PLC0415 - not in the memory of the others
    from aoai.azure.clients import connect  # noqa: PLC0415
    from aoai.azure.lifecycle.training_file import upload_file  # noqa: PLC0415
    from aoai.dataset import inspect  # noqa: PLC0415

    url = os.environ["BENCH_URL"]
    account = Account(
        "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai/providers"
        "/Microsoft.CognitiveServices/accounts/contoso-swedencentral",
        f"{url}/contoso-swedencentral",
        os.environ["AZURE_TENANT_ID"],
        "swedencentral",
        Cloud(url, url),
    )
    files = connect(account).files
    size, begun = path.stat().st_size, peak_memory()
    start = time.perf_counter()
    found = inspect(path)
    _say("check", size, start, begun)
    start = time.perf_counter()
    file = upload_file(files, path, _NAME, sha256=found.sha256)
    _say("upload", size, start, begun)
    same = file.bytes == size and len(files.list_files()) == 1
    print(f"{file.status}, {file.bytes} bytes, one file of that size: {same}")


def _say(what: str, size: int, start: float, begun: int) -> None:
    seconds = time.perf_counter() - start
    print(
        f"{what}: {size / _MEGABYTE:.0f} MB in {seconds:.0f} s, {size / seconds / _MEGABYTE:.0f} "
        f"MB/s; {peak_memory() / _MEGABYTE:.0f} MB of memory at its peak, "
        f"{begun / _MEGABYTE:.0f} MB of them for the interpreter and its modules"
    )


if __name__ == "__main__":
    _upload(Path(sys.argv[1]))
