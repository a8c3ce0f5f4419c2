"""Who gets in: tokens by tenant and audience, roles, keys, and what is said to the others."""

from __future__ import annotations

import base64
import json
import time
from contextlib import closing
from typing import Any

import pytest
import requests
from aoai_emulator import Emulator, RunningEmulator, World

from tests.emulator.wire import (
    AMERICA,
    ARM,
    DATA,
    OTHER_TENANT,
    SWEDEN,
    TENANT_A,
    TENANT_B,
    Become,
    Wire,
)


def files(wire: Wire, account: str = SWEDEN, **headers: str) -> requests.Response:
    path = f"/{account}/openai/files?api-version=2024-10-21"
    return wire.raw("GET", path, headers=headers)


def accounts(wire: Wire, **headers: str) -> requests.Response:
    return wire.raw(
        "GET", f"{wire.azure.account_id(SWEDEN)}?api-version=2024-10-01", headers=headers
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_the_data_plane_wants_a_token_of_its_tenant_and_audience(wire: Wire) -> None:
    assert files(wire, **bearer(wire.token(TENANT_A, DATA))).status_code == 200
    assert files(wire, **bearer(wire.token(TENANT_A, "https://ai.azure.com"))).status_code == 200
    for headers in (
        {},
        bearer("nonsense"),
        bearer(wire.token(TENANT_A, ARM)),
        {"Authorization": "x"},
    ):
        assert files(wire, **headers).status_code == 401
    wrong = files(wire, **bearer(wire.token(TENANT_B, DATA)))
    assert wrong.status_code == 401
    assert "does not match resource tenant" in wrong.text


def test_arm_wants_a_token_of_the_subscriptions_tenant(wire: Wire) -> None:
    assert accounts(wire, **bearer(wire.token())).status_code == 200
    missing = accounts(wire)
    assert (missing.status_code, missing.json()["error"]["code"]) == (401, "AuthenticationFailed")
    assert missing.headers["www-authenticate"].startswith("Bearer authorization_uri=")
    foreign = accounts(wire, **bearer(wire.token(TENANT_B)))
    assert foreign.json()["error"]["code"] == "InvalidAuthenticationTokenTenant"
    data = accounts(wire, **bearer(wire.token(TENANT_A, DATA)))
    assert data.json()["error"]["code"] == "InvalidAuthenticationTokenAudience"


def test_a_token_that_was_tampered_with_is_none(wire: Wire) -> None:
    head, _, mac = wire.token(TENANT_A, DATA).split(".")
    _, body, _ = wire.token(TENANT_B, DATA).split(".")
    assert files(wire, **bearer(f"{head}.{body}.{mac}")).status_code == 401


def test_a_revoked_token_is_refused_and_a_new_one_is_not(
    become: Become, azure: RunningEmulator
) -> None:
    before = become("pipeline")
    assert before.data("GET", "/files").status_code == 200
    azure.revoke_tokens()
    assert before.data("GET", "/files").status_code == 401
    assert become("pipeline").data("GET", "/files").status_code == 200


def test_an_advanced_clock_expires_no_token(wire: Wire, azure: RunningEmulator) -> None:
    assert wire.data("GET", "/files").status_code == 200
    azure.advance(days=30)
    assert wire.data("GET", "/files").status_code == 200


def test_a_reader_reads_and_asks_but_does_not_train(become: Become) -> None:
    owner, reader = become("pipeline"), become("reader")
    owner.deploy(owner.trained())
    assert reader.data("GET", "/files").status_code == 200
    assert reader.data("GET", "/fine_tuning/jobs").status_code == 200
    assert reader.chat().status_code == 200
    refused = reader.data("POST", "/fine_tuning/jobs", json={"model": "gpt-4.1"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "PermissionDenied")
    assert "Microsoft.CognitiveServices/accounts/OpenAI/fine-tunes/write" in refused.text
    assert reader.arm("GET", reader.deployment(SWEDEN, "ft")).status_code == 200
    denied = reader.arm("DELETE", reader.deployment(SWEDEN, "ft"))
    assert (denied.status_code, denied.json()["error"]["code"]) == (403, "AuthorizationFailed")
    metrics = f"{reader.azure.account_id(SWEDEN)}/providers/Microsoft.Insights/metrics"
    assert reader.arm("GET", metrics, "2023-10-01").status_code == 403


def test_a_missing_role_may_also_be_answered_with_401(
    become: Become, azure: RunningEmulator
) -> None:
    azure.settings(denied_status=401)
    wire = become("no-source-role")
    assert wire.data("GET", "/files").status_code == 401
    assert wire.data("GET", "/files", AMERICA).status_code == 200


def test_a_key_opens_its_own_account_only(wire: Wire, azure: RunningEmulator) -> None:
    keys = wire.arm("POST", f"{azure.account_id(SWEDEN)}/listKeys").json()
    for key in (keys["key1"], keys["key2"]):
        assert files(wire, **{"api-key": key}).status_code == 200
        assert files(wire, AMERICA, **{"api-key": key}).status_code == 401
    assert "invalid subscription key" in files(wire, **{"api-key": "x"}).text


def world(**account: Any) -> World:
    """The default world's parts with one account as told."""
    data = {
        "tenants": [{"id": TENANT_A, "name": "t", "domain": "t.example"}],
        "subscriptions": [
            {"id": "a1a1a1a1-0000-4000-8000-000000000001", "tenant": "t", "name": "s"}
        ],
        "accounts": [
            {
                "name": SWEDEN,
                "subscription": "s",
                "resource_group": "rg-ai",
                "location": "swedencentral",
                **account,
            }
        ],
        "principals": [
            {
                "name": "pipeline",
                "client_id": "c11e0000-0000-4000-8000-00000000c1d0",
                "secret": "emulator-secret-not-for-azure",
                "tenants": ["t"],
                "grants": [
                    {"role": "Owner", "scopes": ["s"]},
                    {"role": "Cognitive Services OpenAI Contributor", "scopes": ["s"]},
                ],
            }
        ],
    }
    return World.parse(data)


def test_an_account_without_local_authentication_takes_no_key() -> None:
    with Emulator(world(local_auth=False)) as azure:
        wire = Wire(azure)
        assert (
            files(wire, **{"api-key": "x"}).json()["error"]["code"] == "AuthenticationTypeDisabled"
        )
        assert wire.data("GET", "/files").status_code == 200
        assert wire.arm("POST", f"{azure.account_id(SWEDEN)}/listKeys").status_code == 400
        wire.close()


def form(wire: Wire, tenant: str, **changes: str) -> requests.Response:
    given = wire.azure.environment()
    data = {
        "grant_type": "client_credentials",
        "client_id": given["AZURE_CLIENT_ID"],
        "client_secret": given["AZURE_CLIENT_SECRET"],
        "scope": f"{ARM}/.default",
        **changes,
    }
    return wire.raw("POST", f"/{tenant}/oauth2/v2.0/token", data=data)


@pytest.mark.parametrize(
    ("tenant", "changes", "number"),
    [
        ("nowhere", {}, 90002),
        (TENANT_A, {"client_secret": "wrong"}, 7000215),
        (TENANT_A, {"client_id": "c11e0000-0000-4000-8000-0000000000ff"}, 700016),
        (TENANT_B, {"client_id": "c11e0000-0000-4000-8000-00000000c1d3"}, 700016),
        (TENANT_A, {"grant_type": "password"}, 70003),
        (TENANT_A, {"scope": "openid"}, 70011),
    ],
)
def test_entra_says_why_there_is_no_token(
    wire: Wire, tenant: str, changes: dict[str, str], number: int
) -> None:
    body = form(wire, tenant, **changes).json()
    assert body["error_codes"] == [number]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert "emulator-secret" not in str(body)


def assertion(**claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def test_a_federated_assertion_counts_until_it_expires(wire: Wire) -> None:
    now = int(time.time())

    def number(text: str) -> int:
        answer = form(wire, TENANT_A, client_assertion=text, client_secret="")
        return 0 if answer.status_code == 200 else int(answer.json()["error_codes"][0])

    assert number(assertion(exp=now + 60, nbf=now)) == 0
    assert number(assertion(exp=now - 1)) == 700024
    assert number(assertion(exp=now + 7200, nbf=now + 3600)) == 700024
    assert number(assertion(sub="x")) == 700024
    assert number("a.b.c") == 50027
    assert number("abc") == 50027


@pytest.mark.parametrize("authority", ["organizations", "common"])
def test_an_authority_without_a_tenant_means_the_principals_first(
    wire: Wire, authority: str
) -> None:
    path = f"/{authority}/v2.0/.well-known/openid-configuration"
    found = wire.raw("GET", path).json()
    assert found["token_endpoint"].endswith(f"/{authority}/oauth2/v2.0/token")
    token = form(wire, authority).json()["access_token"]
    assert accounts(wire, **bearer(token)).status_code == 200


def test_a_machine_gets_tokens_without_a_secret(wire: Wire) -> None:
    query = {"api-version": "2018-02-01", "resource": "https://management.azure.com/"}
    path = "/metadata/identity/oauth2/token"
    assert wire.raw("GET", path, params=query).status_code == 400
    answer = wire.raw("GET", path, params=query, headers={"Metadata": "true"})
    assert accounts(wire, **bearer(answer.json()["access_token"])).status_code == 200
    reader = {**query, "client_id": "c11e0000-0000-4000-8000-00000000c1d2"}
    other = wire.raw("GET", path, params=reader, headers={"Metadata": "true"}).json()
    assert other["client_id"] == reader["client_id"]
    refused = wire.raw("GET", "/msi/token", params=query)
    assert refused.status_code == 401


def test_a_key_may_come_as_a_bearer_on_v1(wire: Wire, azure: RunningEmulator) -> None:
    key = wire.arm("POST", f"{azure.account_id(SWEDEN)}/listKeys").json()["key1"]
    assert len(key) == 84
    assert key.isalnum()
    v1, classic = f"/{SWEDEN}/openai/v1/files", f"/{SWEDEN}/openai/files?api-version=2024-10-21"
    assert wire.raw("GET", v1, headers=bearer(key)).status_code == 200
    assert wire.raw("GET", classic, headers=bearer(key)).status_code == 401
    assert wire.raw("GET", v1, headers=bearer(key[:-1])).status_code == 401


@pytest.mark.parametrize("role", ["Azure AI User", "Foundry User"])
def test_a_role_counts_under_both_of_its_names(role: str) -> None:
    data = World.default().data()
    grant = {"role": role, "scopes": [SWEDEN]}
    data["principals"][0]["grants"] = [grant]
    with Emulator(World.parse(data)) as azure, closing(Wire(azure)) as wire:
        assert wire.submit()
        denied = wire.arm("DELETE", wire.deployment(SWEDEN, "ft"))
        assert denied.json()["error"]["code"] == "AuthorizationFailed"


def test_a_tenant_can_be_named_by_its_domain_and_the_older_endpoint_works(wire: Wire) -> None:
    assert form(wire, "contoso.onmicrosoft.com").status_code == 200
    given = wire.azure.environment()
    data = {
        "grant_type": "client_credentials",
        "client_id": given["AZURE_CLIENT_ID"],
        "client_secret": given["AZURE_CLIENT_SECRET"],
        "resource": "https://management.azure.com/",
    }
    token = wire.raw("POST", f"/{TENANT_A}/oauth2/token", data=data).json()["access_token"]
    assert accounts(wire, **bearer(token)).status_code == 200


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/subscriptions/0/resourceGroups/rg-ai", "SubscriptionNotFound"),
        ("{s}/resourceGroups/none", "ResourceGroupNotFound"),
        (
            "{s}/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/x",
            "ResourceNotFound",
        ),
        (
            "{s}/resourceGroups/none/providers/Microsoft.CognitiveServices/accounts/x",
            "ResourceGroupNotFound",
        ),
        ("{s}/resourceGroups/rg-ai/providers/Microsoft.Web/sites/x", "InvalidResourceType"),
    ],
)
def test_arm_says_what_is_not_there(wire: Wire, path: str, expected: str) -> None:
    path = path.replace("{s}", "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001")
    answer = wire.arm("GET", path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, expected)


def test_arm_takes_its_paths_in_any_letter_case(wire: Wire, azure: RunningEmulator) -> None:
    path = azure.account_id(SWEDEN)
    assert wire.arm("GET", path.lower()).status_code == 200
    assert wire.arm("GET", path.upper()).json()["name"] == SWEDEN
    assert wire.arm("GET", "//" + path.lstrip("/")).status_code == 200


@pytest.mark.parametrize("account", ["nobody", OTHER_TENANT.upper()])
def test_an_account_is_found_by_name_alone(wire: Wire, account: str) -> None:
    status = files(wire, account, **bearer(wire.token(TENANT_B, DATA))).status_code
    assert status == (404 if account == "nobody" else 200)
