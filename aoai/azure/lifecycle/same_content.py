"""Which files of an account hold the same content: those that one resource uploaded twice.

A file that is replaced by force gets another id and another name, and a job that has read the one
before it has trained the same.
"""

from __future__ import annotations

import re

from aoai.azure.clients import AccountClients

_DIGEST = re.compile(r"-([0-9a-f]{8})-[0-9a-f]{6}\.jsonl$")
"""The digest of the content in the names that are given here, see ``aoai.resources.identity``."""


def same_content(clients: AccountClients, file_id: str) -> frozenset[str]:
    """The ids of the files like this one, and its own: by the digest in the name, and the size."""
    listed = clients.files.list_files()
    content = {file.id: (_DIGEST.findall(file.filename), file.bytes) for file in listed}
    digest, size = content.get(file_id, ([], None))
    alike = {id_ for id_, found in content.items() if digest and found == (digest, size)}
    return frozenset(alike | {file_id})
