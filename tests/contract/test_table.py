"""The page in docs is the table that the suite proves."""

from __future__ import annotations

import subprocess
import sys

from tests.contract.table import PAGE, page


def test_the_page_in_docs_is_as_the_suite_has_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.contract.table --write"


def test_the_command_prints_the_page() -> None:
    command = [sys.executable, "-m", "tests.contract.table"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PAGE.parents[2])
    assert done.stdout.startswith(page())
    assert "recorded answers of Azure matched: 84 of 84" in done.stdout.splitlines()


def test_nothing_is_offered_unchecked() -> None:
    assert "| All | " in page()
    assert " | 100 % |" in next(line for line in page().splitlines() if line.startswith("| All "))
