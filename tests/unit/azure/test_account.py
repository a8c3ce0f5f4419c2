"""An account is checked before anything is sent to it."""

from __future__ import annotations

from typing import Any

import pytest

from aoai.azure.account import Account, Cloud
from aoai.errors import ConfigurationError
from tests.unit.azure.helpers import ACCOUNT_ID, TENANT

PROPS: dict[str, Any] = {
    "id": ACCOUNT_ID,
    "endpoint": "https://contoso-swedencentral.openai.azure.com",
    "tenant_id": TENANT,
    "location": "swedencentral",
    "cloud": {
        "resource_manager": "https://management.azure.com",
        "authority": "https://login.microsoftonline.com",
    },
}


def test_an_account_survives_the_way_through_the_state() -> None:
    account = Account.from_props(PROPS)
    assert account.to_props() == PROPS
    assert Account.from_props(account.to_props()) == account


def test_its_id_tells_subscription_group_and_name() -> None:
    account = Account.from_props(PROPS)
    assert account.subscription_id == "a1a1a1a1-0000-4000-8000-000000000001"
    assert (account.resource_group, account.name) == ("rg-ai", "contoso-swedencentral")
    assert str(account) == "account contoso-swedencentral (swedencentral)"


def test_the_public_cloud_is_the_default() -> None:
    props = {key: value for key, value in PROPS.items() if key != "cloud"}
    assert Account.from_props(props).cloud == Cloud.PUBLIC


def test_small_differences_in_spelling_do_not_matter() -> None:
    spelled = {**PROPS, "endpoint": PROPS["endpoint"] + "/", "location": "Sweden Central"}
    assert Account.from_props(spelled) == Account.from_props(PROPS)
    assert Account.from_props({**PROPS, "id": ACCOUNT_ID.upper()}).key == ACCOUNT_ID.lower()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("id", None),
        ("id", 7),
        ("id", "contoso"),
        ("id", ACCOUNT_ID + "/deployments/d"),
        ("id", ACCOUNT_ID.replace("/rg-ai/", "/rg/../ai/")),
        ("id", ACCOUNT_ID + "?x=1"),
        ("endpoint", "http://contoso.openai.azure.com"),
        ("endpoint", "contoso.openai.azure.com"),
        ("endpoint", "https://user:hunter2@contoso.openai.azure.com"),
        ("endpoint", "https://contoso.openai.azure.com?api-key=hunter2"),
        ("endpoint", "https://contoso.openai.azure.com:99999"),
        ("endpoint", "https://contoso.openai.azure.com/\r\nX: y"),
        ("endpoint", "https://cöntoso.openai.azure.com"),
        ("endpoint", "https://[::1"),
        ("tenant_id", "contoso.onmicrosoft.com"),
        ("location", "../x"),
        ("cloud", "public"),
        ("cloud", {"resource_manager": "https://management.azure.com"}),
    ],
)
def test_what_cannot_be_right_is_named_with_account_and_field(field: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=field.split(".", maxsplit=1)[0]) as caught:
        Account.from_props({**PROPS, field: value})
    assert "hunter2" not in str(caught.value)
    if field != "id":
        assert "contoso-swedencentral" in str(caught.value)


@pytest.mark.parametrize(
    ("cloud", "data_plane", "arm"),
    [
        (Cloud.PUBLIC, "https://cognitiveservices.azure.com", "https://management.azure.com"),
        (
            Cloud.US_GOVERNMENT,
            "https://cognitiveservices.azure.us",
            "https://management.usgovcloudapi.net",
        ),
        (
            Cloud.CHINA,
            "https://cognitiveservices.azure.cn",
            "https://management.chinacloudapi.cn",
        ),
        (
            Cloud("https://localhost:8443", "https://localhost:8443"),
            "https://cognitiveservices.azure.com",
            "https://management.azure.com",
        ),
    ],
)
def test_every_cloud_has_its_own_scopes(cloud: Cloud, data_plane: str, arm: str) -> None:
    assert cloud.data_plane_scope == f"{data_plane}/.default"
    assert cloud.arm_scope == f"{arm}/.default"
