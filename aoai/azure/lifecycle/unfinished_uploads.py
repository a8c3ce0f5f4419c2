"""Uploads that a killed run has left behind, so that the next run on the same machine cancels them.

The service has no call that lists uploads. A note is the id of an upload, in a file of its own;
where notes cannot be kept, what is left behind expires two hours later.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")


class Unfinished:
    """Notes of the uploads that are under way.

    Args:
        directory: where notes are kept; None keeps none.
    """

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def note(self, account: str, filename: str, upload_id: str) -> None:
        """Remember an upload of a file to an account."""
        if self._directory is None:
            return
        with contextlib.suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._place(self._directory, account, filename).write_text(upload_id)

    def find(self, account: str, filename: str) -> str:
        """The upload that was under way when a run was killed, or an empty string."""
        if self._directory is None:
            return ""
        try:
            found = self._place(self._directory, account, filename).read_text("ascii")
        except (OSError, ValueError):
            return ""
        return found if _ID.fullmatch(found) else ""

    def forget(self, account: str, filename: str) -> None:
        """The upload has ended."""
        if self._directory is not None:
            with contextlib.suppress(OSError):
                self._place(self._directory, account, filename).unlink(missing_ok=True)

    def _place(self, directory: Path, account: str, filename: str) -> Path:
        key = hashlib.sha256(f"{account}\n{filename}".encode()).hexdigest()
        return directory / key
