"""The emulator's own certificate authority, made once per state directory."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

from aoai_emulator.state.private import private_file


@dataclass(frozen=True)
class Certificates:
    """The authority's certificate, which clients trust, and the server's TLS context."""

    ca_file: Path
    context: ssl.SSLContext


def certificates(directory: Path, hosts: tuple[str, ...]) -> Certificates:
    """The authority of a state directory and a fresh server certificate for the hosts."""
    ca_file, key_file = directory / "ca.pem", directory / "ca.key"
    if ca_file.exists() and key_file.exists():
        authority = trustme.CA.from_pem(ca_file.read_bytes(), key_file.read_bytes())
    else:
        authority = trustme.CA(organization_name="Azure OpenAI emulator")
        private_file(key_file).write_bytes(authority.private_key_pem.bytes())
        authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*hosts).configure_cert(context)
    return Certificates(ca_file, context)
