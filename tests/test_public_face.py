"""What users import, and what pip installs."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pulumi
import pytest

import aoai
from aoai.errors import ConfigurationError
from aoai.resources.account import account_props
from tests.pulumi_mocks import NoMocks, run_with_mocks

NAMES = {
    "Account",
    "AoaiError",
    "Cloud",
    "FileSource",
    "FineTunedModel",
    "FineTunedModelArgs",
    "FineTuningJob",
    "FineTuningJobArgs",
    "JobWaiter",
    "ModelDeployment",
    "ModelDeploymentArgs",
    "StackIdentity",
    "TrainingFile",
    "TrainingFileArgs",
    "__version__",
    "errors",
    "identity_of_stack",
}
ARM_ID = (
    "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
    "/providers/Microsoft.CognitiveServices/accounts/contoso-swedencentral"
)
TENANT = "aaaaaaaa-0000-4000-8000-00000000000a"


def test_the_public_names_are_these_and_each_is_there() -> None:
    assert set(aoai.__all__) == NAMES
    for name in NAMES:
        assert getattr(aoai, name) is not None
    assert set(dir(aoai)) >= NAMES


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'FineTunning'"):
        _ = aoai.FineTunning


def test_importing_the_package_loads_neither_pulumi_nor_the_clients() -> None:
    code = "import sys, aoai; print(sorted({'pulumi', 'requests', 'azure'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_account_follows_from_its_id_tenant_and_region() -> None:
    account = aoai.Account(id=ARM_ID, tenant_id=TENANT, location="Sweden Central").resolved()
    assert account.endpoint == "https://contoso-swedencentral.openai.azure.com"
    assert account.location == "swedencentral"


def test_a_plain_account_that_is_not_valid_is_refused_at_once() -> None:
    with pytest.raises(ConfigurationError, match="tenant_id is not valid"):
        aoai.Account(id=ARM_ID, tenant_id="contoso", location="swedencentral")


def test_an_account_takes_outputs_and_says_where_a_plain_value_is_needed() -> None:
    def program() -> pulumi.Output[None]:
        account = aoai.Account(
            id=pulumi.Output.from_input(ARM_ID), tenant_id=TENANT, location="swedencentral"
        )
        with pytest.raises(ConfigurationError, match=r"Account\.id is an output here"):
            account.resolved()

        def check(props: Any) -> None:
            assert props["id"] == ARM_ID
            assert props["endpoint"] == "https://contoso-swedencentral.openai.azure.com"

        return pulumi.Output.from_input(account_props(account)).apply(check)

    run_with_mocks(program, NoMocks())
