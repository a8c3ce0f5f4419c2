"""The owner of a resource, as the program makes it."""

from __future__ import annotations

from typing import Any

import pulumi

from aoai.resources.fine_tuning_job import FineTuningJob
from aoai.resources.stack_identity import owner_of
from aoai.resources.training_file import TrainingFile
from tests.pulumi_mocks import NoMocks, run_with_mocks


def test_children_of_one_name_in_components_of_one_name_have_owners_of_their_own() -> None:
    """The engine keeps them apart by the components' types."""
    found: list[str] = []

    def program() -> Any:
        parents = [pulumi.ComponentResource(f"my:index:{kind}", "x") for kind in "AB"]
        owners = [_owner(FineTuningJob, parent) for parent in parents]
        owners += [_owner(FineTuningJob, parents[0]), _owner(TrainingFile, parents[1])]
        return pulumi.Output.all(*owners).apply(found.extend)

    run_with_mocks(program, NoMocks())
    assert found == ["id/x/t", "id/my:index:B::x/t", "id/x/t", "id/x/t"]


def _owner(kind: type[pulumi.Resource], parent: pulumi.Resource) -> pulumi.Output[str]:
    return owner_of(kind, "t", "id", pulumi.ResourceOptions(parent=parent))
