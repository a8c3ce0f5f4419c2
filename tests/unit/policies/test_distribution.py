"""The pack on its own: copied elsewhere, built, imported, with one version."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml
from aoai_policies import __version__
from aoai_policies.idleness import REMOVED_AFTER
from aoai_policies.rules.developer_tier_expiry import LIFETIME

from aoai.azure.lifecycle.removal import DEVELOPER_LIMIT, IDLE_LIMIT

PACK = Path(__file__).parents[3] / "policies"


def test_the_pack_has_one_version() -> None:
    description = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text())

    assert description["version"] == __version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_the_pack_and_the_provider_remove_after_the_same_time() -> None:
    # The pack is published alone, so it has these facts of its own.
    assert (REMOVED_AFTER, LIFETIME) == (IDLE_LIMIT, DEVELOPER_LIMIT)


def test_a_copy_is_built_into_a_wheel_that_needs_nothing_of_the_project(tmp_path: Path) -> None:
    copy, site = tmp_path / "pack", tmp_path / "site"
    shutil.copytree(PACK, copy, ignore=shutil.ignore_patterns("__pycache__"))
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert f"-{__version__}-" in wheel.name
    zipfile.ZipFile(wheel).extractall(site)

    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from aoai_policies.pack import policies\n"
        "from aoai_policies.catalog import catalog\n"
        "import aoai_policies\n"
        "print(aoai_policies.__file__.startswith(sys.argv[1]), len(policies()) > 18)\n"
        "print(catalog().model('gpt-4.1') is not None, [m for m in sys.modules if m == 'aoai'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(site)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.stdout, done.stderr) == ("True True\nTrue []\n", "")
