from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aoai.azure.clouds import EMULATOR_URL
from aoai.catalog import training_price
from aoai.errors import ConfigurationError
from aoai.resources.file_inputs import FileSource
from tests.stack_settings import read_settings

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


def tutor(**changes: Any) -> dict[str, Any]:
    return {"tutor": config()["models"]["tutor"] | changes}


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
    assert "deployments.d.capacity: expected a whole number, got text" in text


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("capacity", "ten", "expected a whole number, got text"),
        ("deploymentName", 42, "expected text, got a whole number; put it in quotes"),
        ("tags", ["a"], "expected a map, got a list"),
        ("redeploy", None, "expected true or false, got nothing"),
    ],
)
def test_a_wrong_type_is_told_in_the_words_of_who_writes_the_file(
    setting: str, value: Any, said: str
) -> None:
    deployment = {"model": "tutor", "account": "sweden", setting: value}
    assert f"deployments.d.{setting}: {said}" in message(deployments={"d": deployment})


def test_no_quotes_are_advised_where_they_would_not_help() -> None:
    text = message(models=tutor(checkpoint=1.5))
    assert text.endswith("models.tutor.checkpoint: expected a whole number or text, got 1.5")


def test_auto_and_minus_one_leave_a_hyperparameter_to_the_service() -> None:
    chosen = {"nEpochs": "auto", "batchSize": -1}
    settings = read_settings(config(models=tutor(hyperparameters=chosen)), {})
    assert settings.models["tutor"].n_epochs is None


def test_a_hyperparameter_of_another_method_is_refused() -> None:
    text = message(models=tutor(hyperparameters={"beta": 0.1}))
    assert "`beta` belongs to `method: dpo`, and this job trains by supervised" in text


def test_a_reinforcement_model_needs_a_grader_and_a_validation_file() -> None:
    text = message(models=tutor(method="reinforcement"))
    assert "models.tutor.grader: `grader` is required" in text
    assert "models.tutor.validationFile: `validationFile` is required" in text


def test_a_grader_is_read_from_a_json_file(tmp_path: Path) -> None:
    path = tmp_path / "grader.json"
    path.write_text('{"type": "python", "name": "g", "source": "def grade(sample, item): ..."}')
    given = {"method": "reinforcement", "validationFile": "v.jsonl", "grader": str(path)}
    model = read_settings(config(models=tutor(**given)), {}).models["tutor"]
    assert model.options.grader == json.loads(path.read_text())
    path.write_text('{"type": ')
    assert f"models.tutor.grader: {path} is no JSON" in message(models=tutor(**given))
    path.unlink()
    assert f"models.tutor.grader: {path} cannot be read" in message(models=tutor(**given))


def test_all_that_is_wrong_with_one_entry_is_told() -> None:
    given = {"suffix": "a b", "onDelet": "delete", "hyperparameters": {"epochs": 3, "batchSize": 0}}
    text = message(models=tutor(**given, checkpoint="bset", trainingFile=None))
    assert text.splitlines()[1:4] == [
        "  - models.tutor: there is no setting `onDelet`, did you mean `onDelete`?",
        "  - models.tutor.hyperparameters: there is no setting `epochs`, did you mean `nEpochs`?",
        "  - models.tutor: `trainingFile` is missing",
    ]
    text = message(models=tutor(**given, checkpoint="bset"))
    assert "  - models.tutor.suffix: `suffix` takes 1 to 40 of" in text
    assert "  - models.tutor.checkpoint: `checkpoint` takes `final`, `best` or" in text


def test_a_required_setting_that_was_mistyped_is_told_once() -> None:
    model = {"account": "sweden", "base_model": "m"}
    assert message(models={"tutor": model}, deployments={}).splitlines()[1:] == [
        "  - models.tutor: there is no setting `base_model`, did you mean `baseModel`?",
        "  - models.tutor: `trainingFile` is missing",
    ]


def test_what_a_resource_would_refuse_is_told_with_the_rest_in_the_words_of_the_file() -> None:
    deployments = {
        "a": {"model": "tutor", "account": "sweden", "capacity": 0},
        "b": {"model": "other", "account": "sweden", "onModelChange": "swap"},
    }
    numbers = {"nEpochs": 0, "learningRateMultiplier": -2.0}
    models = {**tutor(hyperparameters=numbers, onDelete="keep"), "other": tutor()["tutor"]}
    text = message(models=models, deployments=deployments)
    assert text.splitlines()[1:] == [
        (
            "  - models.tutor.hyperparameters.learningRateMultiplier: `learningRateMultiplier` "
            "takes a number, more than 0 and at most 10, or auto, not -2"
        ),
        (
            "  - models.tutor.hyperparameters.nEpochs: `nEpochs` takes a whole number of 1 to "
            "50, or auto, not 0"
        ),
        "  - models.tutor.onDelete: `onDelete` must be one of `cancel`, `delete`, not 'keep'",
        "  - deployments.a.capacity: `capacity` must be at least 1",
        (
            "  - deployments.b.onModelChange: `onModelChange` must be one of `update`, `replace`, "
            "not 'swap'"
        ),
    ]


def test_two_deployments_of_an_account_cannot_have_one_name() -> None:
    one = {"model": "tutor", "account": "sweden", "deploymentName": "chat"}
    two = {**one, "deploymentName": "Chat"}
    text = message(deployments={"one": one, "two": two})
    assert "deployments.two.deploymentName: `one` has the name 'Chat' in that account" in text


def test_one_name_in_two_accounts_is_fine() -> None:
    norway = {**config()["accounts"]["sweden"], "id": ARM_ID.replace("sweden", "norway")}
    accounts = {**config()["accounts"], "norway": norway}
    deployments = {
        account: {"model": "tutor", "account": account, "deploymentName": "chat"}
        for account in accounts
    }
    assert len(read_settings(config(accounts=accounts, deployments=deployments), {}).accounts) == 2


def test_a_key_of_the_stack_that_nothing_reads_is_told() -> None:
    text = message(keys=["accounts", "clod", "polInterval"])
    assert "  - clod: there is no such key, did you mean `cloud`?" in text
    assert "  - polInterval: there is no such key, did you mean `pollInterval`?" in text


def test_a_poll_interval_of_nothing_is_told() -> None:
    assert "pollInterval: at least 1 second" in message(poll_interval=0)


def test_an_account_is_told_by_its_key_whatever_the_cloud() -> None:
    accounts = {"sweden": {**config()["accounts"]["sweden"], "tenantId": "contoso"}}
    for cloud in ("public", "pubic"):
        text = message(accounts=accounts, cloud=cloud)
        assert "  - accounts.sweden.tenantId: write the tenant's GUID" in text


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
    assert [line.partition(":")[0] for line in text.splitlines()[1:]] == [
        "  - models.tutor.baseModel",
        "  - models.tutor",
        "  - deployments",
        "  - accounts.sweden.id",
    ]


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
    assert files == {"trainingFile": FileSource(path="train.jsonl")}


def test_a_file_can_come_from_a_url_whose_signature_is_only_named() -> None:
    url = "https://h.example.com/a.jsonl"
    given = {"contentUrl": url, "sasVariable": "DATA_SAS", "contentVersion": 2}
    model = read_settings(config(**with_file(given)), {}).models["tutor"]
    assert model.files["trainingFile"] == FileSource(
        content_url=url, sas_variable="DATA_SAS", content_version="2"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"contentURL": "https://h/a"}, "`contentURL`, did you mean `contentUrl`?"),
        ({}, "give exactly one of `path`, `contentUrl` and `existingFileId`, not none"),
        ({"path": "a", "existingFileId": "file-1"}, "not `path` and `existingFileId`"),
        ({"path": "a", "sasVariable": "X"}, "`sasVariable` belongs to a `contentUrl`"),
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
    text = message(prices={"gpt-4o": -1, "gpt-4o-mini": "cheap"})
    assert "prices.gpt-4o: expected a number > 0.0" in text
    assert "prices.gpt-4o-mini: expected a number, got text" in text


def test_prices_of_the_stack_go_before_those_of_the_catalogue() -> None:
    catalog = read_settings(config(prices={"gpt-4o": 9}), {}).catalog
    prices = [training_price(catalog, model) for model in ("gpt-4o", "gpt-4o-mini")]
    assert [price.usd for price in prices if price] == [9, 3.3]


def test_entries_of_the_stack_go_before_those_of_the_catalogue() -> None:
    entry = {"gpt-4.1-mini": {"training": {"regions": ["francecentral"]}}}
    model = read_settings(config(catalog=entry), {}).catalog.find("gpt-4.1-mini")
    assert model is not None
    assert model.training is not None
    assert model.training.regions == ("francecentral",)


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ([1], "catalog: a map from base models"),
        ({"gpt-4.1-mini": {"prise": 1}}, "catalog.gpt-4.1-mini: there is no setting `prise`"),
    ],
)
def test_an_entry_that_cannot_be_read_is_told_with_its_model(entries: Any, text: str) -> None:
    assert text in message(catalog=entries)


def test_numbers_in_quotes_are_numbers_as_config_set_writes_them() -> None:
    numbers = {"nEpochs": "3", "learningRateMultiplier": "0.5"}
    deployments = {"d": {"model": "tutor", "account": "sweden", "capacity": "10"}}
    models = tutor(hyperparameters=numbers, seed="7", checkpoint="20")
    settings = read_settings(config(models=models, deployments=deployments), {})
    options = settings.models["tutor"].options
    assert options.hyperparameters == {"n_epochs": 3, "learning_rate_multiplier": 0.5}
    assert (options.seed, settings.models["tutor"].checkpoint) == (7, 20)
    assert settings.deployments["d"].options.capacity == 10


def test_all_faults_of_one_map_are_shown_at_once() -> None:
    numbers = {"nEpochs": 0, "batchSize": 1.5, "learningRateMultiplier": -2}
    text = message(models=tutor(hyperparameters=numbers))
    where = "models.tutor.hyperparameters"
    assert f"{where}.batchSize: takes a whole number of 1 to 256, or auto, not 1.5" in text
    assert f"{where}.nEpochs: `nEpochs` takes a whole number of 1 to 50, or auto, not 0" in text
    assert f"{where}.learningRateMultiplier: `learningRateMultiplier` takes a number, more" in text


@pytest.mark.parametrize("key", ["", "two words", "ü", "-a", "x" * 61])
def test_a_key_becomes_a_name_and_has_its_alphabet(key: str) -> None:
    models = {key: config()["models"]["tutor"]}
    assert f"models: the key {key!r} takes" in message(models=models, deployments={})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"baseModel": " "}, "models.tutor.baseModel: write the name of a base model"),
        ({"trainingFile": ""}, "models.tutor.trainingFile: `path`: write the path"),
        ({"trainingFile": "~/a.jsonl"}, "`~` is not replaced"),
        ({"validationFile": "train.jsonl"}, "models.tutor.validationFile: the same file as"),
        ({"seed": -5}, "models.tutor.seed: `seed` is 0 to 2147483647, not -5"),
        ({"generation": 0}, "models.tutor.generation: `generation` starts at 1, not 0"),
        ({"hyperparameters": {"nEpochs": 5000}}, "`nEpochs` takes a whole number of 1 to 50"),
    ],
    ids=str,
)
def test_a_model_that_would_fail_late_fails_here(changes: dict[str, Any], said: str) -> None:
    assert said in message(models=tutor(**changes))


@pytest.mark.parametrize("name", ["bad name!", "x", "a" * 99])
def test_a_deployments_name_has_arms_alphabet(name: str) -> None:
    deployments = {"d": {"model": "tutor", "account": "sweden", "deploymentName": name}}
    assert "deployments.d.deploymentName: `deploymentName` takes 2 to 64" in message(
        deployments=deployments
    )


def test_one_account_in_two_regions_is_a_contradiction() -> None:
    one = config()["accounts"]["sweden"]
    other = {**one, "id": one["id"].upper().replace("/SUBSCRIPTIONS", "/subscriptions")}
    text = message(accounts={"sweden": one, "again": {**other, "location": "eastus2"}})
    assert "accounts.again: the same account as `sweden`, in another region or tenant" in text


def test_readiness_of_a_model_becomes_tags_of_its_deployments_whose_own_win() -> None:
    answers = {"useCase": "tutoring", "owner": "team-a"}
    deployments = {
        "plain": {"model": "tutor", "account": "sweden", "deploymentName": "one"},
        "own": {"model": "tutor", "account": "other", "tags": {"owner": "team-b", "cost": "7"}},
    }
    sweden = config()["accounts"]["sweden"]
    accounts = {"sweden": sweden, "other": {**sweden, "id": f"{sweden['id']}-2"}}

    models = tutor(readiness=answers)
    settings = read_settings(config(accounts=accounts, models=models, deployments=deployments), {})

    assert settings.deployments["plain"].options.tags == answers
    assert settings.deployments["own"].options.tags == {
        "useCase": "tutoring",
        "owner": "team-b",
        "cost": "7",
    }


def test_a_question_of_readiness_that_does_not_exist_is_an_error() -> None:
    assert "models.tutor.readiness" in message(models=tutor(readiness={"usecase": "x"}))
