"""The mutants fit the code that they change, and are found out."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.lifecycle.mutant_list import MUTANTS, Mutant
from tests.lifecycle.mutants import main


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_one_place_of_its_module(mutant: Mutant) -> None:
    spec = find_spec(mutant.module)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text("utf-8")
    assert mutant.applied(source) != source
    compile(mutant.applied(source), mutant.module, "exec")


def test_a_mutant_that_does_harm_is_killed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["held-at-a-refresh", "--orders", "5"]) == 0
    assert "1 of 1 mutants killed" in capsys.readouterr().out


def test_names_of_mutants_differ() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
