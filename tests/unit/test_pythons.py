"""Which interpreter runs the tests of a version."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.fake_machine import program
from tools.pythons import find_python


@pytest.mark.parametrize(
    ("versions", "newest"),
    [
        (["3.13.0", "3.13.10", "3.13.9"], "3.13.10"),
        (["3.13.0rc1"], "3.13.0rc1"),
    ],
)
def test_the_newest_that_pyenv_has_is_used(
    tmp_path: Path, versions: list[str], newest: str
) -> None:
    for version in [*versions, "3.1.3", "3.12.1"]:
        program(tmp_path / ".pyenv" / "versions" / version / "bin" / "python")
    found = find_python("3.13", "/nowhere", tmp_path)
    assert found == tmp_path / ".pyenv" / "versions" / newest / "bin" / "python"


def test_without_pyenv_the_one_on_path_is_used(tmp_path: Path) -> None:
    there = program(tmp_path / "bin" / "python3.12")
    assert find_python("3.12", str(tmp_path / "bin"), tmp_path) == there
    assert find_python("3.14", str(tmp_path / "bin"), tmp_path) is None
