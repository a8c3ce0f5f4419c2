"""The 15-day rule and the 24 hours of the developer tier, by the emulator's clock."""

from __future__ import annotations

from aoai_emulator import RunningEmulator

from tests.emulator.wire import SWEDEN, Wire


def names(azure: RunningEmulator) -> list[str]:
    return [each["name"] for each in azure.state()[SWEDEN]["deployments"]]


def begin(wire: Wire, sku: str = "Standard") -> None:
    wire.azure.freeze("2026-03-01T00:00:00Z")
    assert wire.deploy(wire.trained(), sku=sku).status_code == 201


def test_an_idle_deployment_goes_on_its_fifteenth_day(wire: Wire, azure: RunningEmulator) -> None:
    begin(wire)
    azure.advance(days=14, hours=23)
    assert wire.chat("none").status_code == 404
    assert names(azure) == ["ft"]
    azure.advance(days=5)
    assert wire.arm("GET", wire.deployment(SWEDEN, "ft")).status_code == 404
    assert wire.chat().json()["error"]["code"] == "DeploymentNotFound"
    removed = azure.state()[SWEDEN]["removals"]
    assert removed == [{"name": "ft", "reason": "idle", "at": "2026-03-16T00:00:00.000000Z"}]


def test_one_call_restarts_the_days(wire: Wire, azure: RunningEmulator) -> None:
    begin(wire)
    azure.advance(days=14)
    assert wire.chat().status_code == 200
    azure.advance(days=14)
    assert names(azure) == ["ft"]
    azure.advance(days=1)
    assert names(azure) == []


def test_a_call_that_failed_does_not(wire: Wire, azure: RunningEmulator) -> None:
    begin(wire)
    azure.advance(days=14)
    assert wire.chat(messages=[]).status_code == 400
    azure.advance(days=1)
    assert names(azure) == []


def test_the_model_stays_and_can_be_deployed_again(wire: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    model = wire.trained()
    wire.deploy(model)
    azure.advance(days=15)
    assert wire.deploy(model).status_code == 201
    assert wire.chat().status_code == 200


def test_a_base_model_is_never_removed(wire: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    model = {"format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14"}
    body = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}}
    wire.arm("PUT", wire.deployment(SWEDEN, "base"), json=body)
    azure.advance(days=400)
    assert names(azure) == ["base"]


def test_the_developer_tier_goes_after_a_day_whatever_the_traffic(
    wire: Wire, azure: RunningEmulator
) -> None:
    begin(wire, "DeveloperTier")
    azure.advance(hours=23)
    assert wire.chat().status_code == 200
    azure.advance(hours=1)
    assert wire.chat().status_code == 404
    assert azure.state()[SWEDEN]["removals"][0]["reason"] == "developer-tier"


def test_whether_a_paused_deployment_is_safe_is_a_setting(
    wire: Wire, azure: RunningEmulator
) -> None:
    begin(wire)
    wire.arm("POST", f"{wire.deployment(SWEDEN, 'ft')}/pause", "2026-03-01")
    azure.settings(paused_stays=True)
    azure.advance(days=20)
    assert names(azure) == ["ft"]
    azure.settings(paused_stays=False)
    assert names(azure) == []
