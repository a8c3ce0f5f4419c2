"""A program of one's own whose only model is taken out and put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from aoai_emulator import RunningEmulator

from tests.engine.conftest import Project
from tests.engine.test_kill import JOBS

pytestmark = [pytest.mark.engine, pytest.mark.matrix]

PROGRAM = Path(__file__).with_name("installed_program.py").read_text()
WITHOUT_A_MODEL = PROGRAM.partition("tutor = ")[0]
IDENTITY = "\nfrom aoai import identity_of_stack\n\nidentity_of_stack()\n"


@pytest.mark.parametrize(("identity", "trainings"), [(IDENTITY, 1), ("", 2)])
def test_a_model_that_is_put_back_is_trained_once_if_the_identity_of_the_stack_stays(
    project: Project, azure: RunningEmulator, identity: str, trainings: int
) -> None:
    program = project.directory / "__main__.py"
    program.unlink()
    (project.directory / "stacks" / f"Pulumi.{project.name}.yaml").unlink()
    project.stack()
    for text in (PROGRAM, WITHOUT_A_MODEL, PROGRAM):
        program.write_text(text + identity)
        done = project.run("up", "--yes", "--skip-preview")
        assert done.returncode == 0, done.stdout
    assert len(azure.requests(method="POST", path=JOBS)) == trainings
