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


def test_its_id_holds_subscription_group_and_name() -> None:
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


def test_a_constructed_account_is_cleaned_like_one_from_the_state() -> None:
    account = Account(
        id=f" {ACCOUNT_ID}/ ",
        endpoint=f"{PROPS['endpoint']}/ ",
        tenant_id=TENANT.upper(),
        location="(Europe) Sweden Central",
    )
    assert account.to_props() == {**PROPS}


def test_accounts_are_equal_whatever_the_letter_case() -> None:
    upper = Account.from_props({**PROPS, "id": ACCOUNT_ID.upper(), "location": "SwedenCentral"})
    assert upper == Account.from_props(PROPS)
    assert len({upper, Account.from_props(PROPS)}) == 1
    assert upper.id == ACCOUNT_ID.upper()
    other = Account.from_props({**PROPS, "id": ACCOUNT_ID + "2"})
    assert upper != other
    assert upper != "an account"


def _at(endpoint: str, *, group: str = "rg-ai", location: str = "swedencentral") -> Account:
    moved = ACCOUNT_ID.replace("/rg-ai/", f"/{group}/")
    return Account.from_props({**PROPS, "id": moved, "endpoint": endpoint, "location": location})


def test_an_account_that_was_moved_to_another_resource_group_is_the_same_place() -> None:
    before, after = _at(PROPS["endpoint"]), _at(PROPS["endpoint"].upper(), group="rg-new")
    assert before != after
    assert before.is_same_place(after)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://contoso-swedencentral.cognitiveservices.azure.com",
        "https://contoso-swedencentral.services.ai.azure.com",
        "https://Contoso-SwedenCentral.openai.azure.com:443/",
    ],
)
def test_one_subdomain_is_one_account_under_each_domain(endpoint: str) -> None:
    assert _at(PROPS["endpoint"]).is_same_place(_at(endpoint, group="rg-new"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_at(PROPS["endpoint"]), _at("https://other.openai.azure.com", group="rg-new")),
        (_at(PROPS["endpoint"]), _at(PROPS["endpoint"], group="rg-new", location="eastus2")),
        (_at("https://localhost:8443/one"), _at("https://localhost:8443/two", group="rg-new")),
        (_at("https://localhost:8443"), _at("https://localhost:9443", group="rg-new")),
        (
            _at("https://swedencentral.api.cognitive.microsoft.com"),
            _at("https://swedencentral.api.cognitive.microsoft.com", group="rg-new"),
        ),
    ],
)
def test_another_endpoint_or_region_is_another_place(one: Account, other: Account) -> None:
    assert not one.is_same_place(other)


def test_a_value_that_is_not_known_yet_is_an_error_that_names_the_field() -> None:
    unknown: Any = object()
    with pytest.raises(ConfigurationError, match=r"location.*plain string"):
        Account(ACCOUNT_ID, PROPS["endpoint"], TENANT, unknown)


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
def test_what_is_not_valid_is_named_with_account_and_field(field: str, value: object) -> None:
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
