"""The surface that a job is asked of: chosen by what is asked for, or by the account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from aoai.azure.account import Account, Cloud
from aoai.azure.surfaces import Surface, base_url, choose, is_open, scope
from aoai.errors import ConfigurationError
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import CheckFailed, Driven

V1 = "/contoso-swedencentral/openai/v1/"
PROJECT = "/contoso-swedencentral/api/projects/tutors/openai/v1/"
CLASSIC = "/contoso-swedencentral/openai/fine_tuning"


def prefixes(azure: RunningEmulator, method: str) -> set[str]:
    seen = azure.requests(method=method, path="fine_tuning/jobs")
    return {each["path"].partition("fine_tuning")[0] for each in seen}


@pytest.mark.parametrize(
    ("surface", "more", "writes", "reads"),
    [
        ("", {}, "/openai/", "/openai/"),
        ("", {"metadata": {"team": "docs"}}, "/openai/v1/", "/openai/"),
        ("classic", {}, "/openai/", "/openai/"),
        ("v1", {}, "/openai/v1/", "/openai/v1/"),
        (
            "projects/tutors",
            {"metadata": {"team": "docs"}},
            "/api/projects/tutors/openai/v1/",
            "/api/projects/tutors/openai/v1/",
        ),
    ],
)
def test_a_job_lives_on_the_surface_that_is_chosen(
    azure: RunningEmulator,
    sweden: Account,
    training_file: Path,
    surface: str,
    more: dict[str, Any],
    writes: str,
    reads: str,
) -> None:
    account = replace(sweden, surface=surface)
    file = uploaded(sweden, training_file)
    job = Driven(FineTuningJobProvider())
    inputs = inputs_for(account, file, on_delete="delete", **more)
    assert job.up(**inputs) == "create"
    assert prefixes(azure, "POST") == {f"/{sweden.name}{writes}"}
    assert job.refresh()
    assert prefixes(azure, "GET") == {f"/{sweden.name}{reads}"}
    assert job.up(**inputs) == "same"
    if more:
        assert job.up(**{**inputs, "metadata": {"team": "other"}}) == "same"
    job.destroy()
    assert prefixes(azure, "DELETE") == {f"/{sweden.name}/openai/"}


def test_another_surface_of_the_same_account_is_an_update(
    azure: RunningEmulator, sweden: Account, training_file: Path
) -> None:
    file = uploaded(sweden, training_file)
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(sweden, file))
    assert job.up(**inputs_for(replace(sweden, surface="v1"), file)) == "update"
    assert len(azure.requests(method="POST", path="fine_tuning/jobs")) == 1


def test_what_the_accounts_surface_does_not_take_is_found_in_the_preview(
    sweden: Account, training_file: Path
) -> None:
    account = replace(sweden, surface="classic")
    file = uploaded(sweden, training_file)
    with pytest.raises(CheckFailed, match="`metadata` is not taken by the surface `classic`"):
        Driven(FineTuningJobProvider()).up(**inputs_for(account, file, metadata={"team": "a"}))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"metadata": {f"n{i}": "v" for i in range(17)}}, "`metadata` has 17 names; at most 16"),
        ({"metadata": {"n" * 65: "v"}}, "a name has at most 64 characters"),
        ({"metadata": {"n": "v" * 513}}, "and a value 512"),
        ({"integrations": [{"type": "mlflow"}]}, r"`integrations\[0\].type` must be `wandb`"),
        ({"integrations": [{"type": "wandb", "wandb": {}}]}, "wandb.project` is missing"),
        (
            {"integrations": [{"type": "wandb", "wandb": {"project": "p", "team": "t"}}]},
            "wandb.team` is not known; it takes `project`",
        ),
        (
            {"integrations": [{"type": "wandb", "wandb": {"project": "p", "tags": "t"}}]},
            "wandb.tags` must be a list",
        ),
        ({"suffix": "a" * 41}, "`suffix` takes 1 to 40 of"),
    ],
    ids=str,
)
def test_what_no_service_takes_is_found_in_the_preview(
    sweden: Account, given: dict[str, Any], text: str
) -> None:
    file = {"file_id": "file-1", "sha256": "0" * 64}
    with pytest.raises(CheckFailed, match=text):
        Driven(FineTuningJobProvider()).up(**inputs_for(sweden, file, **given))


def test_a_suffix_of_forty_characters_is_taken(sweden: Account, training_file: Path) -> None:
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(sweden, uploaded(sweden, training_file), suffix="a" * 40))
    assert job.refresh()
    assert job.outputs["fine_tuned_model"].endswith("-" + "a" * 40)


def account(endpoint: str, surface: str = "", cloud: Cloud = Cloud.PUBLIC) -> Account:
    return Account(
        id="/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg"
        "/providers/Microsoft.CognitiveServices/accounts/contoso",
        endpoint=endpoint,
        tenant_id="aaaaaaaa-0000-4000-8000-00000000000a",
        location="swedencentral",
        cloud=cloud,
        surface=surface,
    )


@pytest.mark.parametrize(
    ("endpoint", "base"),
    [
        ("https://contoso.openai.azure.com", "https://contoso.services.ai.azure.com"),
        ("https://contoso.cognitiveservices.azure.com", "https://contoso.services.ai.azure.com"),
        ("https://contoso.services.ai.azure.com", "https://contoso.services.ai.azure.com"),
        ("https://contoso.openai.azure.us", "https://contoso.services.ai.azure.us"),
        ("https://gateway.contoso.com/ai", "https://gateway.contoso.com/ai"),
    ],
)
def test_a_project_is_below_the_endpoint_of_foundry(endpoint: str, base: str) -> None:
    found = base_url(account(endpoint, "projects/p-1"), Surface.PROJECT)
    assert found == f"{base}/api/projects/p-1/openai/v1"


def test_a_token_for_a_project_is_for_foundry_in_the_public_cloud() -> None:
    public, usual = account("https://contoso.openai.azure.com"), Surface.CLASSIC
    assert scope(public, Surface.PROJECT) == "https://ai.azure.com/.default"
    assert scope(public, usual) == "https://cognitiveservices.azure.com/.default"
    government = replace(public, cloud=Cloud.US_GOVERNMENT)
    assert scope(government, Surface.PROJECT) == "https://cognitiveservices.azure.us/.default"


def test_a_call_that_one_surface_has_goes_there_whatever_the_account_says() -> None:
    v1 = account("https://contoso.openai.azure.com", "v1")
    assert choose(v1, "jobs.delete") is Surface.CLASSIC
    classic = replace(v1, surface="classic")
    assert not is_open(classic, "graders.validate")
    assert choose(v1, "graders.validate") is Surface.V1


@pytest.mark.parametrize("surface", ["V1", "project", "projects/", "projects/a b", "projects/../x"])
def test_a_surface_that_there_is_not_is_refused(surface: str) -> None:
    with pytest.raises(ConfigurationError, match="write classic, v1 or projects/NAME"):
        account("https://contoso.openai.azure.com", surface)
