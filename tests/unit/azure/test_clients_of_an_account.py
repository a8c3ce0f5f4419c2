"""One connection per account, one list for many who ask."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aoai.azure.account import Account
from aoai.azure.clients import AccountClients, ClientRegistry, connect, disconnect, open_clients
from aoai.azure.inventory import LIFETIME, Shared
from aoai.errors import AoaiError
from tests.unit.azure.helpers import (
    CANARY,
    OTHER_TENANT,
    Answer,
    Request,
    Rig,
    token_source,
)


def _open(rig: Rig) -> AccountClients:
    return open_clients(
        rig.account(), token_source(rig.credential, rig.time.clock), rig.time.retry_policy()
    )


@pytest.fixture
def connections(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> AccountClients:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(rig.server.ca_file))
    return _open(rig)


def _lists(request: Request) -> Answer:
    key = "value" if "/subscriptions/" in request.path else "data"
    return Answer(200, {key: []}) if request.method == "GET" else Answer(200, {"id": "x"})


def test_each_surface_has_its_base_and_its_scope(rig: Rig, connections: AccountClients) -> None:
    rig.server.route = _lists
    connections.files.list_files()
    connections.deployments.list_deployments()
    files, deployments = rig.server.requests
    assert files.path == "/contoso/openai/files"
    assert deployments.path.startswith("/subscriptions/")
    assert [scope for scope, _tenant in rig.credential.asked] == [
        "https://cognitiveservices.azure.com/.default",
        "https://management.azure.com/.default",
    ]


def test_many_who_ask_cost_one_list_per_kind(rig: Rig, connections: AccountClients) -> None:
    rig.server.route = _lists
    inventory = connections.inventory

    def refresh(_number: int) -> None:
        inventory.files()
        inventory.jobs()
        inventory.deployments()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(refresh, range(50)))
    assert len(rig.server.requests) == 3
    assert inventory.activity().uses == {}


def test_a_list_is_read_again_after_its_time_and_after_a_change(
    rig: Rig, connections: AccountClients
) -> None:
    rig.server.route = _lists
    connections.inventory.files()
    rig.time.now += LIFETIME + 1
    connections.inventory.files()
    connections.files.delete_file("file-1")
    connections.inventory.files()
    assert [r.method for r in rig.server.requests] == ["GET", "GET", "DELETE", "GET"]


def test_nothing_about_a_connection_shows_a_token(rig: Rig, connections: AccountClients) -> None:
    rig.server.route = _lists
    connections.files.list_files()
    assert CANARY not in repr((connections, vars(connections)))


def test_an_account_is_connected_once(rig: Rig) -> None:
    connector = ClientRegistry()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: connector.connect(rig.account()), range(16)))
    assert all(connections is found[0] for connections in found)


def test_accounts_share_tokens_by_authority_and_a_lock_by_id(rig: Rig) -> None:
    connector = ClientRegistry()
    first = connector.connect(rig.account())
    shouted = replace(rig.account(), id=rig.account().id.replace("rg-ai", "RG-AI"))
    second = connector.connect(shouted)
    assert first.writes is second.writes
    elsewhere = replace(rig.account(), id=rig.account().id.replace("sweden", "france"))
    assert connector.connect(elsewhere).writes is not first.writes


def test_another_tenant_or_endpoint_is_another_connection(rig: Rig) -> None:
    connector = ClientRegistry()
    account = rig.account()
    moved: list[Account] = [
        replace(account, tenant_id=OTHER_TENANT),
        replace(account, endpoint=account.endpoint + "x"),
    ]
    assert all(connector.connect(other) is not connector.connect(account) for other in moved)


def test_connecting_sends_nothing_and_is_one_for_the_process(rig: Rig) -> None:
    first = connect(rig.account())
    assert connect(rig.account()) is first
    assert rig.server.requests == []
    disconnect()
    assert connect(rig.account()) is not first


def test_a_failure_is_shared_by_those_who_waited_and_then_forgotten() -> None:
    now, loads = [0.0], [0]

    def load() -> int:
        loads[0] += 1
        if loads[0] == 1:
            raise AoaiError("not now")
        return loads[0]

    shared = Shared(load, lambda: now[0])
    for _ in range(3):
        with pytest.raises(AoaiError, match="not now"):
            shared.get()
    assert loads == [1]
    now[0] += 11
    assert shared.get() == 2


def test_a_list_that_was_loading_during_a_change_is_not_kept() -> None:
    started, release = threading.Event(), threading.Event()
    loads = [0]

    def load() -> int:
        loads[0] += 1
        started.set()
        assert release.wait(5)
        return loads[0]

    shared = Shared(load, lambda: 0.0)
    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(shared.get)
        assert started.wait(5)
        shared.invalidate()
        release.set()
        assert early.result() == 1
    assert shared.get() == 2
