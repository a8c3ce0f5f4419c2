from typing import Any

import pytest

from aoai.errors import ConfigurationError
from components.clouds import EMULATOR_URL
from components.settings import read_settings

TENANT = "aaaaaaaa-0000-4000-8000-00000000000a"
ARM_ID = (
    "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
    "/providers/Microsoft.CognitiveServices/accounts/contoso-swedencentral"
)


def config(**changes: Any) -> dict[str, Any]:
    return {
        "accounts": {"sweden": {"id": ARM_ID, "tenantId": TENANT, "location": "swedencentral"}},
        "models": {
            "tutor": {
                "account": "sweden",
                "baseModel": "gpt-4o-mini-2024-07-18",
                "trainingFile": "train.jsonl",
            }
        },
        "deployments": {"tutor-prod": {"model": "tutor", "account": "sweden"}},
    } | changes


def message(**changes: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(config(**changes), {})
    return str(caught.value)


def test_a_public_account_answers_at_its_own_name() -> None:
    settings = read_settings(config(), {})
    assert settings.accounts["sweden"].endpoint == "https://contoso-swedencentral.openai.azure.com"
    assert settings.accounts["sweden"].cloud.resource_manager == "https://management.azure.com"


def test_a_sovereign_cloud_has_its_own_hosts() -> None:
    account = read_settings(config(cloud="china"), {}).accounts["sweden"]
    assert account.endpoint == "https://contoso-swedencentral.openai.azure.cn"
    assert account.cloud.authority == "https://login.chinacloudapi.cn"


def test_an_account_on_the_emulator_is_a_path_below_its_address() -> None:
    settings = read_settings(config(cloud="emulator"), {EMULATOR_URL: "https://localhost:4711/"})
    account = settings.accounts["sweden"]
    assert account.endpoint == "https://localhost:4711/contoso-swedencentral"
    assert account.cloud.authority == "https://localhost:4711"


def test_the_emulator_without_an_address_says_how_to_get_one() -> None:
    assert "source .local/env" in message(cloud="emulator")


def test_an_unknown_cloud_is_told_with_those_that_there_are() -> None:
    text = message(cloud="pubic")
    assert "pubic" in text
    assert "public, usgovernment, china, emulator" in text


def test_a_typo_is_told_with_its_place_and_the_name_that_was_meant() -> None:
    text = message(deployments={"tutor-prod": {"model": "tutor", "acount": "sweden"}})
    assert "deployments.tutor-prod: there is no setting `acount`, did you mean `account`?" in text


def test_a_typo_among_hyperparameters_is_told_with_its_place() -> None:
    models = config()["models"]
    models["tutor"]["hyperparameters"] = {"epochs": 3}
    text = message(models=models)
    assert "models.tutor.hyperparameters: there is no setting `epochs`, did you mean" in text


def test_a_wrong_type_is_told_with_its_place() -> None:
    text = message(deployments={"d": {"model": "tutor", "account": "sweden", "capacity": "ten"}})
    assert "deployments.d.capacity: expected `int`, got `str`" in text


def test_a_name_that_nothing_has_is_told_with_the_one_that_was_meant() -> None:
    text = message(deployments={"d": {"model": "tuter", "account": "norway"}})
    assert "deployments.d.model: there is no `tuter` under `models`, did you mean `tutor`?" in text
    assert "deployments.d.account: there is no `norway` under `accounts`" in text


def test_all_mistakes_are_told_at_once() -> None:
    text = message(
        accounts={"sweden": {"id": "sweden", "tenantId": TENANT, "location": "swedencentral"}},
        models={"tutor": {"account": "sweden", "baseModel": 4}},
        deployments=["tutor"],
    )
    assert text.count("\n  - ") == 3


def test_a_missing_section_is_an_empty_one() -> None:
    settings = read_settings({}, {})
    assert (settings.accounts, settings.models, settings.deployments) == ({}, {}, {})


def with_file(given: Any) -> dict[str, Any]:
    models = config()["models"]
    models["tutor"]["trainingFile"] = given
    return {"models": models}


@pytest.mark.parametrize("given", ["train.jsonl", {"path": "train.jsonl"}])
def test_a_path_can_be_written_plainly(given: Any) -> None:
    files = read_settings(config(**with_file(given)), {}).models["tutor"].files
    assert {name: file.inputs() for name, file in files.items()} == {
        "trainingFile": {"path": "train.jsonl"}
    }


def test_a_file_can_come_from_a_url_whose_signature_is_only_named() -> None:
    given = {"contentUrl": "https://h/a.jsonl", "sasVariable": "DATA_SAS", "contentVersion": 2}
    model = read_settings(config(**with_file(given)), {}).models["tutor"]
    assert model.files["trainingFile"].inputs() == {
        "content_url": "https://h/a.jsonl",
        "sas_variable": "DATA_SAS",
        "content_version": "2",
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"contentURL": "https://h/a"}, "`contentURL`, did you mean `contentUrl`?"),
        ({}, "give exactly one of `path`, `contentUrl` and `existingFileId`, not none"),
        ({"path": "a", "existingFileId": "file-1"}, "not `path` and `existingFileId`"),
        ({"path": "a", "sasVariable": "X"}, "`sasVariable` says something of a `contentUrl`"),
        ({"contentUrl": "https://h/a?sig=Canary"}, "name that one as `sasVariable`"),
        ({"contentUrl": "https://h/a", "sasVariable": "sv=1&sig=Canary"}, "not the SAS itself"),
        (7, "expected"),
    ],
)
def test_a_file_that_cannot_be_right_is_told_in_the_words_of_the_stacks_file(
    given: Any, said: str
) -> None:
    text = message(**with_file(given))
    assert "models.tutor.trainingFile: " in text
    assert said in text
    assert "Canary" not in text


def test_a_price_that_is_none_is_told() -> None:
    assert "prices: expected `float`" in message(prices={"gpt-4o": -1})


def test_prices_of_the_stack_replace_those_that_are_built_in() -> None:
    prices = read_settings(config(prices={"gpt-4o": 9}), {}).prices
    assert prices["gpt-4o"] == 9
    assert prices["gpt-4o-mini"] > 0
