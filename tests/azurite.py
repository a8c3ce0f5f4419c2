"""Azurite, Microsoft's emulator of Azure Storage, as a process: a blob server that is not ours.

It comes from npm, once for each user, and is kept in the cache directory.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from azure.storage.blob import BlobSasPermissions, BlobServiceClient, generate_blob_sas

VERSION = "3.35.0"  # the last that runs on every Node.js since 10
ACCOUNT, CONTAINER = "contosodata", "sets"
_INSTALL_SECONDS = 180
_READY = "successfully listens on "


@dataclass(frozen=True)
class Azurite:
    """A storage account on the loopback, with one container that only a SAS opens."""

    url: str
    key: str
    ca_file: Path

    def put(self, name: str, content: bytes) -> str:
        """Write a blob; its URL, without a SAS."""
        with BlobServiceClient(
            f"{self.url}/{ACCOUNT}", credential=self.key, connection_verify=str(self.ca_file)
        ) as service:
            container = service.get_container_client(CONTAINER)
            if not container.exists():
                container.create_container()
            container.upload_blob(name, content, overwrite=True)
        return f"{self.url}/{ACCOUNT}/{CONTAINER}/{name}"

    def sas(self, name: str, *, minutes: float = 10) -> str:
        """A signature that lets read one blob; of an hour ago if the minutes are negative."""
        now = datetime.now(UTC)
        return generate_blob_sas(
            ACCOUNT,
            CONTAINER,
            name,
            account_key=self.key,
            permission=BlobSasPermissions(read=True),
            start=now - timedelta(hours=1),
            expiry=now + timedelta(minutes=minutes),
        )


@contextmanager
def azurite(directory: Path) -> Iterator[Azurite]:
    """Run it over HTTPS on a free port; the test is skipped where it cannot be had."""
    program = _program()
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    ca_file, cert, key_file = (directory / name for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(str(ca_file))
    cert.write_bytes(b"".join(each.bytes() for each in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(str(key_file))
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    arguments = ["--cert", str(cert), "--key", str(key_file), "--location", str(directory)]
    process = subprocess.Popen(
        [
            str(program),
            "--blobPort",
            "0",
            "--skipApiVersionCheck",
            "--disableTelemetry",
            *arguments,
        ],
        env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Azurite(_address(process), key, ca_file)
    finally:
        process.terminate()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if _READY in line:
            return line.partition(_READY)[2].strip()
    raise AssertionError(f"Azurite did not start:\n{said}")


def _program() -> Path:
    if found := shutil.which("azurite-blob"):
        return Path(found)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = cache / "aoai-finetune" / f"azurite-{VERSION}"
    program = directory / "node_modules" / ".bin" / "azurite-blob"
    if not program.exists():
        _install(directory)
    return program


def _install(directory: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("Azurite comes from npm, and there is no npm: install Node.js")
    directory.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=0"]
    try:
        done = subprocess.run(
            [npm, "install", "--prefix", str(directory), *quiet, f"azurite@{VERSION}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=_INSTALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm has not brought Azurite within {_INSTALL_SECONDS} seconds")
    if done.returncode:
        pytest.skip(f"npm cannot bring Azurite: {done.stderr.strip().splitlines()[-1:]}")
