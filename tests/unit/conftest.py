"""What several unit tests need."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.chat_files import write


@pytest.fixture
def good(tmp_path: Path) -> str:
    """The path of a training file in which nothing is wrong."""
    return str(write(tmp_path / "good.jsonl", range(120)))
