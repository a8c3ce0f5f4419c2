"""Serving in another tenant: what is missing is said, and the token goes nowhere else."""

from __future__ import annotations

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account
from aoai.errors import AuthenticationError, Unauthorized
from tests.conftest import act_as
from tests.resources.conftest import Train
from tests.resources.test_model_deployment import driven, inputs_for_model, live

AUXILIARY = "x-ms-authorization-auxiliary"


def test_the_auxiliary_token_is_of_the_source_and_goes_to_arm_with_the_put_alone(
    azure: RunningEmulator, sweden: Account, fabrikam: Account, train: Train
) -> None:
    driven().up(**inputs_for_model(fabrikam, train(), source=sweden.to_props()))
    carrying = [
        (seen["method"], seen["path"].rpartition("/")[0], sent["tenant_id"])
        for seen in azure.requests()
        for sent in seen["credentials"]
        if sent["header"] == AUXILIARY
    ]
    assert carrying == [("PUT", f"{fabrikam.id}/deployments", sweden.tenant_id)]


def test_within_a_tenant_no_auxiliary_token_is_sent(
    azure: RunningEmulator, sweden: Account, america: Account, train: Train
) -> None:
    driven().up(**inputs_for_model(america, train(), source=sweden.to_props()))
    sent = [sent["header"] for seen in azure.requests() for sent in seen["credentials"]]
    assert sent
    assert AUXILIARY not in sent


def test_without_a_role_at_the_source_the_error_says_which_and_where(
    azure: RunningEmulator,
    sweden: Account,
    fabrikam: Account,
    train: Train,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = train()
    act_as(azure, "no-source-role", monkeypatch)
    with pytest.raises(Unauthorized) as refused:
        driven().up(**inputs_for_model(fabrikam, model, source=sweden.to_props()))
    text = str(refused.value)
    assert "LinkedAuthorizationFailed" in text
    assert sweden.id in text
    assert "OpenAI Contributor on the source account" in text
    assert "request id" in text
    assert live(fabrikam) == {}


def test_without_a_token_of_the_source_tenant_the_error_names_the_tenant(
    azure: RunningEmulator,
    sweden: Account,
    fabrikam: Account,
    train: Train,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = train()
    act_as(azure, "fabrikam-only", monkeypatch)
    with pytest.raises(AuthenticationError) as refused:
        driven().up(**inputs_for_model(fabrikam, model, source=sweden.to_props()))
    text = str(refused.value)
    assert sweden.tenant_id in text
    assert "AADSTS700016" in text
    assert "emulator-secret" not in text
    assert live(fabrikam) == {}
