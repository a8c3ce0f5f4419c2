"""The rules about regions, SKUs, tenants and geographies, clause by clause."""

from __future__ import annotations

from typing import Any

import pytest
from aoai_policies.rule import Rule
from aoai_policies.rules import (
    cross_tenant_allow_list,
    data_residency,
    deployment_region_and_sku,
    fine_tuning_region,
    known_to_catalog,
)
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import (
    EMULATED,
    SWEDEN,
    coming,
    deployment,
    file,
    findings,
    job,
    model,
    native,
)

BASE = "gpt-4.1-mini-2025-04-14"
TENANT = "aaaaaaaa-0000-4000-8000-00000000000a"
OTHER = "bbbbbbbb-0000-4000-8000-00000000000b"


def at(location: object, tenant: object = TENANT) -> dict[str, object]:
    return {**SWEDEN, "location": location, "tenant_id": tenant}


def levels(rule: Rule, *resources: Any, **config: object) -> list[str]:
    return [f.unknown or f.level for f in findings(rule, *resources, **config)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"account": at("japanwest")}, ["mandatory"]),
        ({"account": at("Sweden Central")}, []),
        ({"account": at("eastus2"), "training_type": "Standard"}, ["mandatory"]),
        ({"account": at("eastus2"), "training_type": "GlobalStandard"}, []),
        ({"account": at("eastus2"), "training_type": "developerTier"}, []),
        ({"account": at("eastus2"), "training_type": "DataZone"}, []),
        ({"account": at("swedencentral"), "training_type": "DataZone"}, ["mandatory"]),
        ({"model": "gpt-4.1-mini"}, []),
        ({"model": f"{BASE}.ft-abc"}, []),
        ({"method": {"type": "reinforcement"}}, ["mandatory"]),
        ({"method": "dpo"}, []),
        ({"model": "Ministral-3B"}, ["mandatory"]),
        ({"model": "Ministral-3B", "training_type": "GlobalStandard"}, []),
        ({"model": "brand-new-model"}, []),
        ({"model": UNKNOWN}, ["model"]),
        ({"account": at(UNKNOWN)}, ["account.location"]),
        ({"training_type": UNKNOWN}, ["training_type"]),
        ({"account": {**EMULATED, "location": "japanwest"}}, ["mandatory"]),
    ],
)
def test_a_job_needs_a_region_that_trains_its_model(
    given: dict[str, Any], expected: list[str]
) -> None:
    assert levels(fine_tuning_region.RULE, job("j", **{"model": BASE, **given})) == expected


@pytest.mark.parametrize(
    ("given", "config", "expected"),
    [
        ({}, {}, []),
        ({"account": at("francecentral")}, {}, ["mandatory"]),
        ({"account": at("francecentral"), "sku": "GlobalStandard"}, {}, []),
        ({"sku": "ProvisionedManaged"}, {}, ["mandatory"]),
        ({"sku": "developertier"}, {}, []),
        ({"sku": "Brand New"}, {}, []),
        ({"model": "gpt-4.1-mini", "account": at("francecentral")}, {}, []),
        ({"model": "new.ft-abc", "account": at("francecentral")}, {}, []),
        ({"account": {**EMULATED, "location": "japanwest"}}, {}, ["mandatory"]),
        ({}, {"allowedSkus": ["GlobalStandard"]}, ["mandatory"]),
        ({}, {"allowedSkus": ["standard"]}, []),
        ({"model": "gpt-4.1"}, {"allowedRegions": ["eastus2"]}, ["mandatory"]),
        ({"sku": UNKNOWN}, {"allowedSkus": ["Standard"]}, ["mandatory"]),
        ({"sku": UNKNOWN}, {"allowedSkus": ["Standard"], "onUnknown": "advisory"}, ["advisory"]),
        ({"account": at(UNKNOWN)}, {"allowedRegions": ["eastus2"]}, ["mandatory"]),
    ],
)
def test_a_deployment_needs_a_sku_and_a_region_that_azure_offers_and_the_team_allows(
    given: dict[str, Any], config: dict[str, Any], expected: list[str]
) -> None:
    rule = deployment_region_and_sku.RULE
    assert levels(rule, deployment("d", **given), **config) == expected


def test_the_model_of_a_deployment_is_known_by_its_job_before_it_is_trained() -> None:
    training = job("j", model="Ministral-3B")
    trained = model("m", training)

    found = findings(
        deployment_region_and_sku.RULE, training, trained, coming("d", trained, sku="Standard")
    )

    assert "GlobalStandard" in found[0].message


@pytest.mark.parametrize(
    ("account", "source", "allowed", "expected"),
    [
        (at("x"), None, [], []),
        (at("x"), at("y"), [], []),
        (at("x", OTHER), at("y"), [], ["mandatory"]),
        (at("x", OTHER), at("y"), ["*"], []),
        (at("x", OTHER), at("y"), [OTHER, TENANT], []),
        (at("x", OTHER), at("y"), [OTHER.upper(), TENANT.upper()], []),
        (at("x", OTHER), at("y"), [OTHER], ["mandatory"]),
        (at("x", UNKNOWN), at("y"), [], ["account.tenant_id"]),
        (at("x"), at("y", UNKNOWN), [], ["source.tenant_id"]),
        (at("x"), UNKNOWN, [], ["source.tenant_id"]),
    ],
)
def test_a_model_goes_to_tenants_on_the_list_only(
    account: object, source: object, allowed: list[str], expected: list[str]
) -> None:
    rule = cross_tenant_allow_list.RULE
    found = levels(rule, deployment("d", account=account, source=source), allowedTenants=allowed)
    assert found == expected


@pytest.mark.parametrize(
    ("resource", "allowed", "expected"),
    [
        (file("f"), ["*"], []),
        (file("f"), ["Sweden"], []),
        (file("f"), ["sweden"], []),
        (file("f"), ["EU"], []),
        (file("f"), ["Germany"], ["mandatory"]),
        (file("f", account=at("atlantis")), ["EU"], ["mandatory"]),
        (file("f", account=at(UNKNOWN)), ["EU"], ["account.location"]),
        (job("j"), ["Sweden"], []),
        (job("j", training_type="DataZone"), ["Sweden"], ["mandatory"]),
        (job("j", training_type="DataZone"), ["EU"], []),
        (job("j", training_type="GlobalStandard"), ["EU"], ["mandatory"]),
        (job("j", training_type="Developer"), ["EU"], ["mandatory"]),
        (job("j", training_type="SomethingNew"), ["EU"], ["mandatory"]),
        (deployment("d"), ["Sweden"], []),
        (deployment("d", sku="DataZoneStandard"), ["Sweden"], ["mandatory"]),
        (deployment("d", sku="DataZoneStandard"), ["EU"], []),
        (deployment("d", sku="GlobalStandard"), ["EU"], ["mandatory"]),
        (deployment("d", sku="DeveloperTier"), ["EU"], ["mandatory"]),
        (deployment("d", sku="Brand New"), ["EU"], ["mandatory"]),
        (deployment("d", sku=UNKNOWN), ["EU"], ["sku"]),
        (deployment("d", source=at("eastus2")), ["EU"], ["mandatory"]),
        (deployment("d", source=at("francecentral")), ["EU"], []),
        (deployment("d", source=at(UNKNOWN)), ["EU"], ["source.location"]),
        (deployment("d", model="gpt-4.1-mini", sku="GlobalStandard"), ["EU"], ["mandatory"]),
        (native("n"), ["EU"], ["account.location"]),
        (deployment("d"), [], ["mandatory"]),
    ],
)
def test_data_stays_in_the_allowed_geographies(
    resource: Any, allowed: list[str], expected: list[str]
) -> None:
    assert levels(data_residency.RULE, resource, allowedGeographies=allowed) == expected


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (job("j", model="gpt-4.1-minni"), "model gpt-4.1-minni"),
        (job("j", model=BASE, account=at("swedencentrall")), "region swedencentrall"),
        (deployment("d", sku="Standart"), "SKU Standart"),
        (deployment("d", model="new.ft-abc"), "model new"),
    ],
)
def test_what_the_catalogue_does_not_know_is_named(resource: Any, words: str) -> None:
    (finding,) = findings(known_to_catalog.RULE, resource)

    assert words in finding.message
    name = words.rpartition(" ")[2].upper()
    assert findings(known_to_catalog.RULE, resource, alsoKnown=[name]) == ()


@pytest.mark.parametrize(
    "resource",
    [
        job("j", model=BASE),
        job("j", model="gpt-4.1-mini"),
        deployment("d"),
        deployment("d", model="any-base-model"),
        deployment("d", sku=UNKNOWN, model=UNKNOWN),
    ],
)
def test_what_the_catalogue_knows_or_need_not_know_is_left_alone(resource: Any) -> None:
    assert findings(known_to_catalog.RULE, resource) == ()
