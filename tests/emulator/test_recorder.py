"""What the recorder shows: which credentials were sent, and never the credentials."""

from __future__ import annotations

import json

from aoai_emulator import RunningEmulator

from tests.emulator.wire import (
    ARM,
    OTHER_TENANT,
    SWEDEN,
    TENANT_A,
    TENANT_B,
    Wire,
)

PIPELINE = "c11e0000-0000-4000-8000-00000000c1d0"


def test_a_request_is_described_with_the_tenants_of_its_tokens(
    wire: Wire, azure: RunningEmulator
) -> None:
    headers = {"x-ms-authorization-auxiliary": f"Bearer {wire.token(TENANT_A)}"}
    source = azure.account_id(SWEDEN)
    model = wire.trained()
    wire.deploy(model, account=OTHER_TENANT, sourceAccount=source, headers=headers)
    (entry,) = azure.requests("PUT")
    assert entry["path"] == wire.deployment(OTHER_TENANT, "ft")
    assert entry["query"] == "api-version=2024-10-01"
    assert entry["status"] == 201
    assert entry["operation"] == "deployments.put"
    assert entry["host"] == azure.url.removeprefix("https://")
    assert entry["credentials"] == [
        {
            "header": header,
            "kind": "bearer",
            "tenant_id": tenant,
            "client_id": PIPELINE,
            "audience": ARM,
        }
        for header, tenant in (
            ("authorization", TENANT_B),
            ("x-ms-authorization-auxiliary", TENANT_A),
        )
    ]


def test_no_secret_is_kept(wire: Wire, azure: RunningEmulator) -> None:
    token = wire.token()
    wire.arm("GET", f"{azure.account_id(SWEDEN)}?sig=S3CR3T&code=S3CR3T")
    wire.raw("GET", "/x/openai/files", headers={"api-key": "S3CR3T"})
    wire.raw("GET", "/x/openai/files", headers={"Authorization": "Bearer S3CR3T"})
    text = json.dumps(azure.requests())
    assert token not in text
    assert "S3CR3T" not in text
    assert "emulator-secret" not in text
    kinds = [entry["credentials"][0]["kind"] for entry in azure.requests(path="/x/openai")]
    assert kinds == ["key", "foreign"]


def test_every_answer_carries_an_id_that_the_recorder_knows(
    wire: Wire, azure: RunningEmulator
) -> None:
    headers = {"x-ms-client-request-id": "mine"}
    answer = wire.arm("GET", azure.account_id(SWEDEN), headers=headers)
    assert answer.headers["x-ms-client-request-id"] == "mine"
    data = wire.data("GET", "/files")
    ids = [entry["request_id"] for entry in azure.requests("GET")]
    assert ids == [answer.headers["x-ms-request-id"], data.headers["apim-request-id"]]


def test_entries_can_be_forgotten(wire: Wire, azure: RunningEmulator) -> None:
    wire.data("GET", "/files")
    azure.forget_requests()
    assert azure.requests() == []
    wire.data("GET", "/files")
    assert len(azure.requests()) == 1
