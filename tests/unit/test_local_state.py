"""``make up`` goes on after a run that was killed while it wrote its state."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.local import restore_state


@pytest.mark.parametrize("left", ["", "\n", None])
def test_a_state_that_was_cut_off_is_taken_from_its_backup(
    tmp_path: Path, left: str | None
) -> None:
    state = tmp_path / "aoai-finetune" / "local.json"
    state.parent.mkdir()
    if left is not None:
        state.write_text(left)
    state.with_suffix(".json.bak").write_text('{"version": 3}')
    restore_state(tmp_path)
    assert state.read_text() == '{"version": 3}'


def test_a_whole_state_is_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "local.json"
    state.write_text('{"version": 3, "checkpoint": {}}')
    state.with_suffix(".json.bak").write_text('{"version": 3}')
    restore_state(tmp_path)
    assert state.read_text() == '{"version": 3, "checkpoint": {}}'
