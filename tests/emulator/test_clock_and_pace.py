"""What a test controls: clock, pace, settings, seed, reset."""

from __future__ import annotations

import re

import pytest
from aoai_emulator import AdminError, Emulator, RunningEmulator

from tests.emulator.wire import SWEDEN, Wire, admin

JSON = {"Content-Type": "application/json"}


def test_the_clock_freezes_advances_and_runs(azure: RunningEmulator) -> None:
    azure.freeze("2026-03-01T00:00:00Z")
    assert azure.now() == "2026-03-01T00:00:00.000000Z"
    assert azure.advance(days=1, hours=1, seconds=1) == "2026-03-02T01:00:01.000000Z"
    assert admin(azure, "POST", "/clock", {"run": True}).ok
    assert azure.now() > "2026-03-02T01:00:01.000000Z"
    azure.reset()
    assert azure.now() > "2026-03-02"


@pytest.mark.parametrize("body", [{"seconds": -1}, {"freeze": "soon"}, {"days": "many"}])
def test_a_clock_does_not_go_back_or_astray(azure: RunningEmulator, body: dict[str, str]) -> None:
    assert admin(azure, "POST", "/clock", body).status_code == 400


def test_each_subject_has_its_pace(azure: RunningEmulator) -> None:
    azure.pace("jobs=time:5,deployments=polls:2")
    azure.pace("manual", of="files")
    assert admin(azure, "GET", "/pace").json() == {
        "files": "manual",
        "jobs": "time:5",
        "deployments": "polls:2",
        "copies": "immediate",
        "accounts": "immediate",
        "evals": "immediate",
    }


@pytest.mark.parametrize("pace", ["", "time", "time:0", "polls:x", "manual:3", "cats=manual"])
def test_a_pace_that_is_none_is_refused(azure: RunningEmulator, pace: str) -> None:
    with pytest.raises(AdminError):
        azure.pace(pace)


@pytest.mark.parametrize("change", [{"colour": 1}, {"idle_days": "15"}, {"echo_source": 1}])
def test_a_setting_that_is_none_is_refused(
    azure: RunningEmulator, change: dict[str, object]
) -> None:
    with pytest.raises(AdminError, match="setting"):
        azure.settings(**change)


def test_an_admin_call_that_is_not_json_is_refused(wire: Wire) -> None:
    assert wire.raw("POST", "/_emulator/pace", data="{", headers=JSON).status_code == 400
    assert wire.raw("POST", "/_emulator/pace", data="[]", headers=JSON).status_code == 400


def test_the_same_seed_gives_the_same_ids() -> None:
    def made() -> list[str]:
        with Emulator(seed="one") as azure:
            wire = Wire(azure)
            names = [wire.upload(), wire.submit()]
            wire.close()
            return names

    first, second = made(), made()
    assert first == second
    assert all(re.fullmatch(r"(file|ftjob)-[0-9a-f]{32}", name) for name in first)


def test_a_reset_forgets_objects_and_settings_but_not_the_pace(
    wire: Wire, azure: RunningEmulator
) -> None:
    azure.pace("polls:2", of="copies")
    azure.settings(idle_days=3)
    azure.fail(status=500, path="/nowhere")
    wire.deploy(wire.trained())
    azure.reset()
    state = azure.state()[SWEDEN]
    assert state == {"jobs": [], "uploads": [], "deployments": [], "removals": []}
    assert wire.data("GET", "/files").json()["data"] == []
    assert azure.settings()["idle_days"] == 15
    assert azure.faults() == []
    assert admin(azure, "GET", "/pace").json()["copies"] == "polls:2"
