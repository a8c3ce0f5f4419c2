"""The life of a deployment, by all three routes, on the emulator over HTTPS."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.azure.clients import connect
from aoai.errors import ConfigurationError
from aoai.resources.held import forget
from aoai.resources.model_deployment import ModelDeploymentProvider
from tests.lifecycle.state import unknown
from tests.resources.conftest import Train
from tests.resources.driver import CheckFailed, Driven


def driven() -> Driven:
    return Driven(ModelDeploymentProvider())


def inputs_for_model(account: Account, model: str, **more: Any) -> dict[str, Any]:
    return {"account": account.to_props(), "model": model, "sku": "Standard", "capacity": 1, **more}


def live(account: Account) -> dict[str, str]:
    """Deployment names and the models that they serve."""
    return {found.name: found.model for found in connect(account).deployments.list_deployments()}


def test_a_life_from_create_to_the_second_delete(sweden: Account, train: Train) -> None:
    model = train()
    deployment = driven()
    inputs = inputs_for_model(sweden, model)
    assert deployment.up(**inputs) == "create"
    name = deployment.outputs["deployment_name"]
    assert live(sweden) == {name: model}
    assert deployment.outputs["provisioning_state"] == "Succeeded"
    assert deployment.up(**inputs) == "same"
    assert deployment.refresh()
    assert deployment.up(**inputs) == "same"
    assert deployment.up(**{**inputs, "capacity": 3}) == "update"
    assert connect(sweden).deployments.get_deployment(name).capacity == 3
    deployment.destroy()
    assert live(sweden) == {}
    deployment.destroy()


def test_an_auto_named_deployment_serves_the_new_model_before_the_old_one_goes(
    sweden: Account, train: Train
) -> None:
    old, new = train("lists"), train("sets")
    deployment = driven()
    deployment.up(**inputs_for_model(sweden, old))
    assert deployment.up(**inputs_for_model(sweden, new)) == "create, delete"
    assert live(sweden) == {deployment.outputs["deployment_name"]: new}


def test_under_a_fixed_name_the_model_is_exchanged_in_place(sweden: Account, train: Train) -> None:
    old, new = train("lists"), train("sets")
    deployment = driven()
    deployment.up(**inputs_for_model(sweden, old, deployment_name="tutor"))
    assert deployment.up(**inputs_for_model(sweden, new, deployment_name="tutor")) == "update"
    assert live(sweden) == {"tutor": new}


def test_under_a_fixed_name_the_old_one_goes_first_if_that_is_wanted(
    sweden: Account, train: Train
) -> None:
    old, new = train("lists"), train("sets")
    named = {"deployment_name": "tutor", "on_model_change": "replace"}
    deployment = driven()
    deployment.up(**inputs_for_model(sweden, old, **named))
    assert deployment.up(**inputs_for_model(sweden, new, **named)) == "delete, create"
    assert live(sweden) == {"tutor": new}


def test_another_sku_of_the_same_model_deletes_first(sweden: Account, train: Train) -> None:
    model = train()
    deployment = driven()
    deployment.up(**inputs_for_model(sweden, model))
    other = inputs_for_model(sweden, model, sku="GlobalStandard")
    assert deployment.up(**other) == "delete, create"


def test_a_sku_in_other_letters_is_no_change(sweden: Account, train: Train) -> None:
    model = train()
    deployment = driven()
    deployment.up(**inputs_for_model(sweden, model, sku="standard"))
    deployment.refresh()
    assert deployment.up(**inputs_for_model(sweden, model, sku="standard")) == "same"


def test_a_capacity_that_somebody_changed_is_drift_and_set_back(
    sweden: Account, train: Train
) -> None:
    deployment = driven()
    inputs = inputs_for_model(sweden, train())
    deployment.up(**inputs)
    name = deployment.outputs["deployment_name"]
    live = connect(sweden).deployments.get_deployment(name)
    model = {"format": live.model_format, "name": live.model, "version": live.model_version}
    changed = {
        "sku": {"name": live.sku, "capacity": 5},
        "properties": {"model": model},
        "tags": dict(live.tags),
    }
    connect(sweden).deployments.create_or_update_deployment(name, changed)
    assert deployment.refresh()
    assert deployment.outputs["capacity"] == 5
    assert deployment.up(**inputs) == "update"
    assert connect(sweden).deployments.get_deployment(name).capacity == 1


def test_a_default_of_the_service_is_no_drift(sweden: Account, train: Train) -> None:
    deployment = driven()
    inputs = inputs_for_model(sweden, train())
    deployment.up(**inputs)
    deployment.refresh()
    assert deployment.outputs.get("rai_policy_name") is None
    assert deployment.up(**inputs) == "same"


def test_a_deployment_that_somebody_deleted_is_gone_and_made_again(
    sweden: Account, train: Train
) -> None:
    deployment = driven()
    inputs = inputs_for_model(sweden, train())
    deployment.up(**inputs)
    connect(sweden).deployments.delete_deployment(deployment.outputs["deployment_name"])
    assert not deployment.refresh()
    assert deployment.up(**inputs) == "create"


def test_another_region_is_reached_by_source(
    azure: RunningEmulator, sweden: Account, america: Account, train: Train
) -> None:
    model = train()
    deployment = driven()
    deployment.up(**inputs_for_model(america, model, source=sweden.to_props()))
    assert live(america) == {deployment.outputs["deployment_name"]: model}
    assert deployment.up(**inputs_for_model(america, model, source=sweden.to_props())) == "same"


def test_another_tenant_is_reached_with_an_auxiliary_token(
    sweden: Account, fabrikam: Account, train: Train
) -> None:
    model = train()
    deployment = driven()
    deployment.up(**inputs_for_model(fabrikam, model, source=sweden.to_props()))
    assert live(fabrikam) == {deployment.outputs["deployment_name"]: model}


def test_a_second_deployment_of_a_model_is_refused_and_the_first_is_named(
    sweden: Account, train: Train
) -> None:
    model = train()
    driven().up(**inputs_for_model(sweden, model, deployment_name="first"))
    with pytest.raises(ConfigurationError, match=r"as deployment 'first'.*'second'"):
        driven().up(**inputs_for_model(sweden, model, deployment_name="second", owner="o/other"))
    assert live(sweden) == {"first": model}


def test_a_name_of_somebody_else_is_refused_unless_adopted(sweden: Account, train: Train) -> None:
    theirs, ours = train("lists"), train("sets")
    driven().up(**inputs_for_model(sweden, theirs, deployment_name="tutor", owner="o/p/s/theirs"))
    wanted = inputs_for_model(sweden, ours, deployment_name="tutor")
    with pytest.raises(ConfigurationError, match="belongs to o/p/s/theirs"):
        driven().up(**wanted)
    adopting = driven()
    adopting.up(**{**wanted, "adopt": True})
    assert live(sweden) == {"tutor": ours}


OTHERS = "o/p/s/theirs"


@pytest.mark.parametrize("owner", ["new/tutor", unknown()], ids=["another", "not known yet"])
def test_a_preview_says_once_whose_deployment_is_taken_over(
    sweden: Account, train: Train, capsys: pytest.CaptureFixture[str], owner: Any
) -> None:
    named = {"deployment_name": "tutor", "owner": OTHERS}
    driven().up(**inputs_for_model(sweden, train(), **named))
    wanted = inputs_for_model(sweden, "a-model", deployment_name="Tutor", adopt=True, owner=owner)
    forget()
    capsys.readouterr()
    for _ in range(2):
        driven().check(**wanted)
    said = capsys.readouterr().out
    assert said.count(f"belongs to {OTHERS}: `adopt` takes it over") == 1
    assert "'tutor'" in said


def test_a_preview_says_nothing_of_what_is_its_own_or_of_nobody(
    sweden: Account, train: Train, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment, free = driven(), driven()
    wanted = inputs_for_model(sweden, train(), deployment_name="tutor", adopt=True)
    deployment.up(**wanted)
    capsys.readouterr()
    free.check(**{**wanted, "deployment_name": "free"})
    deployment.check(**wanted)
    connect(sweden).deployments.create_or_update_deployment(
        "tutor",
        {
            "sku": {"name": "Standard", "capacity": 1},
            "properties": {"model": {"format": "OpenAI", "name": wanted["model"], "version": "1"}},
        },
    )
    deployment.check(**wanted)
    assert capsys.readouterr().out == ""


def test_a_preview_says_if_it_cannot_see_whose_deployment_is_taken_over(
    azure: RunningEmulator, sweden: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    azure.fail(status=403, method="GET", path=r"/deployments/tutor$")
    wanted = inputs_for_model(sweden, "a-model", deployment_name="tutor", adopt=True)
    driven().check(**wanted)
    assert "whether `adopt` takes over deployment 'tutor' is not known" in capsys.readouterr().out


def test_delete_leaves_what_somebody_else_adopted(sweden: Account, train: Train) -> None:
    model = train()
    ours, theirs = driven(), driven()
    ours.up(**inputs_for_model(sweden, model, deployment_name="tutor"))
    adopting = {"deployment_name": "tutor", "adopt": True, "owner": "o/p/s/theirs"}
    theirs.up(**inputs_for_model(sweden, model, **adopting))
    ours.destroy()
    assert live(sweden) == {"tutor": model}


def test_idle_for_fifteen_days_it_is_kept_as_removed_and_comes_back_when_asked(
    azure: RunningEmulator, sweden: Account, train: Train
) -> None:
    deployment = driven()
    inputs = inputs_for_model(sweden, train(), deployment_name="tutor")
    deployment.up(**inputs)
    azure.advance(days=12)
    deployment.refresh()
    assert deployment.outputs["activity"]["calls"] == 0
    assert deployment.outputs["removed_for_inactivity"] is False
    azure.advance(days=4)
    assert deployment.refresh()
    assert live(sweden) == {}
    assert deployment.outputs["removed_for_inactivity"] is True
    assert deployment.up(**inputs) == "same"
    assert deployment.up(**{**inputs, "redeploy": True}) == "update"
    assert set(live(sweden)) == {"tutor"}
    assert deployment.refresh()
    assert deployment.up(**{**inputs, "redeploy": True}) == "same"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"capacity": 0}, "`capacity` must be at least 1"),
        ({"on_model_change": "swap"}, "`on_model_change` must be one of"),
        ({"sku": 5}, "`sku`: Expected `str`"),
    ],
    ids=str,
)
def test_what_cannot_be_right_fails_the_check(
    sweden: Account, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(CheckFailed, match=words):
        driven().up(**inputs_for_model(sweden, "gpt-4o.ft-1", **change))
