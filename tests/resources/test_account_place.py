"""A 404 at an address where the account is not: what is in it is not gone for that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aoai_emulator.server.running import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.azure.lifecycle.account_place import find_account, require_endpoint
from aoai.errors import ConfigurationError
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.model_deployment import ModelDeploymentProvider
from aoai.resources.training_file import TrainingFileProvider
from tests.resources.conftest import Train, inputs_for, uploaded
from tests.resources.driver import Driven

SUBSCRIPTION = "contoso-serving"


def elsewhere(account: Account) -> dict[str, Any]:
    """The account with an endpoint that answers 404, such as that of a gateway."""
    return {**account.to_props(), "endpoint": f"{account.endpoint}-gone"}


def deployed(account: Account, model: str) -> Driven:
    deployment = Driven(ModelDeploymentProvider())
    deployment.up(account=account.to_props(), model=model, owner="s/tutor", sku="Standard")
    return deployment


def names_of(account: Account) -> list[str]:
    return [each.name for each in connect(account).deployments.list_deployments()]


def test_a_deployment_is_deleted_in_the_group_that_its_account_was_moved_to(
    azure: RunningEmulator, sweden: Account, train: Train
) -> None:
    deployment = deployed(sweden, train())
    moved = Account.from_props({**sweden.to_props(), "id": azure.move(sweden.name, group="rg-new")})
    assert len(names_of(moved)) == 1
    deployment.destroy()
    assert names_of(moved) == []


def test_a_deployment_in_another_subscription_is_not_taken_for_deleted(
    azure: RunningEmulator, sweden: Account, train: Train
) -> None:
    """It is out of sight: the list of the old subscription does not have the account."""
    deployment = deployed(sweden, train())
    world = azure.world
    target = next(each for each in world.subscriptions if each.name == SUBSCRIPTION)
    azure.move(sweden.name, subscription=target.id)
    with pytest.raises(ConfigurationError, match="Set the `id` that it has now, run"):
        deployment.destroy()
    with pytest.raises(ConfigurationError, match="it was moved"):
        deployment.refresh()


def test_an_account_that_is_deleted_took_its_deployments_along(sweden: Account) -> None:
    gone = Account.from_props(
        {
            **sweden.to_props(),
            "id": f"{sweden.id}-gone",
            "endpoint": f"{sweden.endpoint}-gone",
        }
    )
    assert find_account(connect(gone)) is None
    require_endpoint(connect(gone))


def test_a_refresh_finds_a_job_gone_with_its_account(sweden: Account, training_file: Path) -> None:
    """Each update of a stack and its destroy begin with one."""
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(sweden, uploaded(sweden, training_file)))
    account = {**elsewhere(sweden), "id": f"{sweden.id}-gone"}
    job.outputs = {**job.outputs, "account": account}
    assert job.refresh() is False


def test_an_endpoint_that_is_not_the_accounts_hides_no_file(
    sweden: Account, training_file: Path
) -> None:
    file = Driven(TrainingFileProvider())
    file.up(account=sweden.to_props(), path=str(training_file))
    file.up(account=elsewhere(sweden), path=str(training_file))
    with pytest.raises(ConfigurationError, match="correct its `endpoint`"):
        file.refresh()
    with pytest.raises(ConfigurationError, match="correct its `endpoint`"):
        file.destroy()
    assert len(connect(sweden).files.list_files()) == 1


def test_an_endpoint_that_is_not_the_accounts_hides_no_job_and_no_model(
    sweden: Account, training_file: Path
) -> None:
    job, model = Driven(FineTuningJobProvider()), Driven(FineTunedModelProvider())
    job.up(**inputs_for(sweden, uploaded(sweden, training_file)))
    model.up(account=sweden.to_props(), job_id=job.id)
    model.up(account=elsewhere(sweden), job_id=job.id)
    with pytest.raises(ConfigurationError, match="correct its `endpoint`"):
        model.refresh()
    job.up(**{**job.inputs, "account": elsewhere(sweden)})
    with pytest.raises(ConfigurationError, match="correct its `endpoint`"):
        job.destroy()
