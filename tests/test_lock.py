"""requirements/dev.txt: what ``make setup`` installs, pinned, from whichever registry there is."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository import ROOT

LOCK = (ROOT / "requirements/dev.txt").read_text()
SCRIPT = (ROOT / "tools/lock.sh").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]

NOT_LOCKED = {"azure-native"}
"""It has a lock of its own: it needs 350 MB and a plugin from Pulumi's site."""

# A requirement and its hashes are one line, continued by backslashes.
ENTRIES = [
    line for line in LOCK.replace("\\\n", " ").splitlines() if line and not re.match(r"\s*#", line)
]


def pins() -> dict[str, str]:
    """Names and versions; where platforms differ, the last."""
    found = (re.match(r"([\w.-]+)==([\w.!+]+)", entry) for entry in ENTRIES)
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def declared() -> list[str]:
    locked = [requirement for name in set(EXTRAS) - NOT_LOCKED for requirement in EXTRAS[name]]
    group: list[str] = PROJECT["dependency-groups"]["dev"]
    return sorted([*PROJECT["project"]["dependencies"], *locked, *group])


def options(text: str) -> list[str]:
    """The options of a ``uv pip compile`` command."""
    command = text[text.index("pip compile") :].replace("\\\n", " ").splitlines()[0]
    return re.findall(r"--(?:extra|group|python-version) \S+|--[a-z-]+", command)


def test_every_entry_is_pinned_and_has_hashes() -> None:
    assert len(ENTRIES) == len(re.findall(r"^[a-z0-9]\S*==", LOCK, re.MULTILINE)) > 50
    for entry in ENTRIES:
        assert re.match(r"[\w.-]+==[\w.!+]+( ;.*)?\s+--hash=", entry), entry
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}(?=\s|$)", entry), entry


def test_the_lock_names_no_registry() -> None:
    named = re.compile(r"://|--(?:extra-)?index|--find-links|--trusted-host|^-", re.MULTILINE)
    assert named.findall(LOCK) == []


@pytest.mark.parametrize("requirement", declared())
def test_what_the_project_asks_for_is_pinned_to_a_version_that_it_takes(requirement: str) -> None:
    wanted = Requirement(requirement)
    assert wanted.specifier.contains(pins()[canonicalize_name(wanted.name)])


def test_all_extras_are_locked_but_those_that_users_bring() -> None:
    extras = {option.removeprefix("--extra ") for option in options(LOCK) if "--extra" in option}
    assert extras == set(EXTRAS) - NOT_LOCKED


def test_the_lock_was_made_by_the_script() -> None:
    assert options(LOCK) == options(SCRIPT)


def test_the_policy_packs_own_requirements_are_the_projects() -> None:
    text = (ROOT / "policies/requirements.txt").read_text()
    asked = [Requirement(line) for line in text.splitlines() if line and line[0] != "#"]
    assert asked
    for wanted in asked:
        assert wanted.specifier.contains(pins()[canonicalize_name(wanted.name)])


INSTALLED = (ROOT / "requirements.txt").read_text()
"""What `pulumi install` installs."""


def installed() -> dict[str, str]:
    lines = [line.partition(";")[0].strip() for line in INSTALLED.splitlines()]
    pinned = (line.partition("==") for line in lines if line and line[0] not in "#-")
    return {canonicalize_name(name): version for name, _, version in pinned}


def test_pulumi_install_gets_the_project_and_the_versions_that_are_locked() -> None:
    assert [line for line in INSTALLED.splitlines() if line.startswith("-")] == ["-e ."]
    assert len(installed()) > 30
    assert "://" not in INSTALLED
    locked = pins()
    assert {name: locked.get(name) for name in installed()} == installed()


@pytest.mark.parametrize(
    "requirement",
    [*PROJECT["project"]["dependencies"], *EXTRAS["policies"], *EXTRAS["tokens"]],
)
def test_pulumi_install_gets_what_the_program_and_the_policy_pack_import(requirement: str) -> None:
    assert canonicalize_name(Requirement(requirement).name) in installed()


def test_the_plugin_gets_the_same_from_where_it_is() -> None:
    text = (ROOT / "plugin/requirements.txt").read_text()
    assert text == INSTALLED.replace("\n-e .\n", "\n-e ..\n")
