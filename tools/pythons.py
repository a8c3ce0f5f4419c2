"""Run the fast tests on each supported Python that this machine has.

    python -m tools.pythons [VERSION …]        all of SUPPORTED by default

Each gets an environment of its own, ``.venv-3.N``, with the pinned dependencies.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
TESTS = ("tests/unit", "tests/resources")


def find_python(version: str, path: str, home: Path) -> Path | None:
    """The newest interpreter of a version: pyenv's, or else the one on PATH."""
    installed = (home / ".pyenv" / "versions").glob(f"{version}.*/bin/python")
    newest = max(installed, key=lambda python: _patch(python.parents[1].name), default=None)
    if newest is not None:
        return newest
    found = shutil.which(f"python{version}", path=path)
    return Path(found) if found else None


def _patch(version: str) -> int:
    """The last number of ``3.13.5``; 0 for a pre-release."""
    last = version.rpartition(".")[2]
    return int(last) if last.isdigit() else 0


def prepare(version: str, python: Path) -> Path:
    """Make the environment of a version, once for each lock; return its interpreter."""
    directory = ROOT / f".venv-{version}"
    interpreter, ready = directory / "bin" / "python", directory / ".ready"
    lock = ROOT / "requirements" / "dev.txt"
    if ready.exists() and ready.stat().st_mtime >= lock.stat().st_mtime:
        return interpreter
    pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([str(python), "-m", "venv", "--clear", str(directory)], check=True)
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], check=True)
    ready.touch()
    return interpreter


def main() -> int:
    """Run the tests; the exit code is 1 if they failed on any version."""
    failed = []
    for version in sys.argv[1:] or SUPPORTED:
        python = find_python(version, os.environ["PATH"], Path.home())
        if python is None:
            print(f"==> Python {version}: not on this machine", flush=True)
            continue
        print(f"==> Python {version}: {python}", flush=True)
        command = [str(prepare(version, python)), "-m", "pytest", "-q", "-n", "2", *TESTS]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(version)
    print(f"==> failed on {', '.join(failed)}" if failed else "==> passed", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
