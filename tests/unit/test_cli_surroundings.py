"""The command line as a program: where its output goes, and where it is started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.chat_files import example, write

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus"


@pytest.fixture
def bad(tmp_path: Path) -> str:
    return str(write(tmp_path / "bad.jsonl", range(120), "no JSON"))


def test_the_module_runs_as_a_program_and_shows_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aoai.cli", "validate", str(tmp_path / "gone.jsonl")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no such file" in done.stdout
    assert done.stderr == ""


def test_a_reader_that_stops_reading_gets_no_traceback() -> None:
    paths = " ".join(str(path) for path in sorted(CORPUS.glob("*.jsonl")))
    command = f"{sys.executable} -m aoai.cli validate {paths} | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def run_in_shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command where ``aoai`` is the program."""
    return subprocess.run(
        ["bash", "-c", f'aoai() {{ {sys.executable} -m aoai.cli "$@"; }}; {command}'],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_output_changes_no_verdict(closed: str, good: str, bad: str) -> None:
    assert run_in_shell(f"aoai validate {good} {closed}").returncode == 0
    done = run_in_shell(f"aoai validate {bad} {closed}")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


def test_a_standard_input_that_is_no_text_is_one_line() -> None:
    command = r"printf '\xff' | aoai eject --stack-export -"
    done = run_in_shell(command, PYTHONIOENCODING="utf-8:strict")
    assert done.returncode == 2
    assert done.stderr == "aoai: the standard input cannot be read: it is no UTF-8 text.\n"


def test_a_reader_that_stops_reading_changes_no_verdict(tmp_path: Path) -> None:
    repeated = [json.dumps(example(number)) for number in range(30)]
    path = write(tmp_path / "train.jsonl", range(100), *repeated)
    many = f"{path} " * 60  # more output than a pipe holds
    done = run_in_shell(f"aoai validate {many} | head -n 1; echo ${{PIPESTATUS[0]}}")
    assert done.stdout.splitlines()[1:] == ["0"]
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_an_output_that_cannot_be_written_is_told_and_is_no_success(good: str) -> None:
    done = run_in_shell(f"aoai validate {good} >/dev/full")
    assert done.returncode == 2
    assert done.stderr == "aoai: the output cannot be written: No space left on device.\n"


def test_a_directory_that_was_removed_gives_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    done = run_in_shell(f"cd {tmp_path}/gone && rmdir ../gone && aoai validate train.jsonl")
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
