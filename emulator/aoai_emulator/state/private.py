"""Files that are the user's alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_FILE: Final = 0o600
_FOLDER: Final = 0o700


def private_folder(path: Path) -> Path:
    """A folder that nobody else can enter; one that is there already stays as it is."""
    if not path.exists():
        path.mkdir(mode=_FOLDER, parents=True)
        path.chmod(_FOLDER)
    return path


def private_file(path: Path) -> Path:
    """A file that nobody else can read, empty if it is new."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, _FILE))
    path.chmod(_FILE)
    return path


def write_atomically(path: Path, text: str) -> None:
    """Write a private file so that a reader sees all of it or nothing."""
    draft = private_file(path.with_suffix(".draft"))
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
