"""A wait that outlives tokens and assertions, without one second of sleep."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.repository import ROOT


def test_thirty_hours_with_assertions_of_five_minutes_and_tokens_of_one_hour(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.resources.long_wait", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    took = json.loads(done.stdout)
    assert took["succeeded"]
    assert 30 <= took["hours"] < 30.5
    # One an hour, less five minutes, and two of the resource manager.
    assert 30 <= took["tokens"] <= 40
    assert took["unauthorized"] == 0
