"""The body of a deployment, as ARM takes it, and whose a live deployment is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aoai.azure.account import Account
from aoai.azure.arm.deployments import Deployment
from aoai.azure.lifecycle.deployment_claim import ID_TAG, OWNER_TAG, Claim, Holder
from aoai.azure.lifecycle.model_deployment import WantedDeployment
from tests.unit.azure.helpers import ACCOUNT_ID, TENANT

MADE = datetime(2026, 11, 1, 12, 30, 15, 123456, tzinfo=UTC)
CLAIM = Claim(
    key="k1", incarnation="i1", address="o/p/s/tutor", created_at="2026-11-01T12:30:15+00:00"
)


def wanted(**more: Any) -> WantedDeployment:
    account = Account(ACCOUNT_ID, "https://contoso.openai.azure.com", TENANT, "swedencentral")
    values = {"properties.model.name": "m", "properties.model.version": "1", "sku.name": "Standard"}
    return WantedDeployment(account=account, source=None, name="d", values=values, **more)


def live(**tags: str) -> Deployment:
    return Deployment(id="/d", name="d", created_at=MADE, tags=tags)


def test_values_stand_at_their_place_and_a_model_has_a_format() -> None:
    body = wanted(format="Mistral AI").body(CLAIM, None)
    assert body["properties"] == {"model": {"name": "m", "version": "1", "format": "Mistral AI"}}
    assert body["sku"] == {"name": "Standard"}
    assert body["tags"] == {OWNER_TAG: "o/p/s/tutor", ID_TAG: "k1.i1"}


def test_tags_of_others_stay_and_those_that_were_dropped_go() -> None:
    there = live(cost="42", old="gone", **{ID_TAG: "k1.i0"})
    body = wanted(tags={"team": "a"}, dropped_tags=frozenset({"old"})).body(CLAIM, there)
    assert body["tags"] == {
        "cost": "42",
        "team": "a",
        OWNER_TAG: "o/p/s/tutor",
        ID_TAG: "k1.i1",
    }


def test_an_address_longer_than_a_tag_is_cut() -> None:
    claim = Claim(key="k", incarnation="i", address="x" * 300)
    assert len(claim.tags[OWNER_TAG]) == 256


@pytest.mark.parametrize(
    ("deployment", "holder"),
    [
        (live(**{ID_TAG: "k1.i1"}), Holder.THIS),
        (live(**{ID_TAG: "k1.i2"}), Holder.SAME_OWNER),
        (live(**{ID_TAG: "k2.i1"}), Holder.OTHER),
        (live(), Holder.THIS),  # its tags were taken away, but it was made at that very second
        (Deployment(id="/d", name="d", tags={}), Holder.UNMARKED),
        (Deployment(id="/d", name="d", tags={OWNER_TAG: "o/p/s/tutor"}), Holder.UNMARKED),
    ],
)
def test_whose_a_live_deployment_is(deployment: Deployment, holder: Holder) -> None:
    assert CLAIM.of(deployment) is holder
