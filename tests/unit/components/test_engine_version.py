"""Which engines run the program: the same range wherever it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pulumi
import pytest
import yaml
from aoai_components.engine_version import SUPPORTED_ENGINES, require_engine

from tests.repository import ROOT
from tools.engine.version import OLDEST


def failing(text: str) -> Callable[[str], None]:
    def ask(_range: str) -> None:
        raise Exception(text)  # noqa: TRY002  as the SDK does

    return ask


def test_the_engine_is_asked_for_the_range() -> None:
    asked: list[str] = []
    require_engine(asked.append, pytest.fail)
    assert asked == [SUPPORTED_ENGINES]


def test_an_engine_outside_of_the_range_ends_the_program_with_one_line() -> None:
    refused = 'Pulumi CLI version 3.200.0 does not satisfy the version range ">=3.216.0 <4.0.0"'
    with pytest.raises(pulumi.RunError, match=r"3\.200\.0 does not satisfy"):
        require_engine(failing(refused), pytest.fail)


def test_an_engine_that_cannot_check_its_version_earns_a_warning() -> None:
    warnings: list[str] = []
    text = "The installed version of the CLI does not support the `RequirePulumiVersion` RPC."
    require_engine(failing(text), warnings.append)
    assert warnings == [f"this Pulumi CLI cannot check its version; {SUPPORTED_ENGINES} is needed"]


def test_the_range_is_the_same_in_the_project_the_dependency_and_the_tools() -> None:
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert project["requiredPulumiVersion"] == SUPPORTED_ENGINES
    assert f">={OLDEST} <{OLDEST.major + 1}.0.0" == SUPPORTED_ENGINES
    assert f"pulumi>={OLDEST.major}.{OLDEST.minor},<{OLDEST.major + 1}" in dependencies
