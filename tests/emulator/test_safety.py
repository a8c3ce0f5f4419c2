"""Safe to leave running: no page steers it, no value stops it, no other user reads its files."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
import requests
from aoai_emulator import Emulator, RunningEmulator, World

from tests.emulator.wire import SWEDEN, Wire, admin


def post(azure: RunningEmulator, path: str, **options: Any) -> requests.Response:
    url = f"{azure.url}/_emulator{path}"
    return requests.post(url, verify=str(azure.ca_file), timeout=20, **options)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_cannot_steer_it(
    azure: RunningEmulator, wire: Wire, headers: dict[str, str]
) -> None:
    file = wire.upload()
    assert post(azure, "/reset", headers=headers).status_code == 403
    assert wire.data("GET", f"/files/{file}").status_code == 200
    own = {"Origin": azure.url, "Sec-Fetch-Site": "same-origin"}
    assert post(azure, "/release", headers=own).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_form_can_send_is_refused(azure: RunningEmulator, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = post(azure, "/settings", data=b'{"idle_days": 1}', headers=headers)
    assert answer.status_code == 415
    assert azure.settings()["idle_days"] == 15


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", {"days": float("nan")}),
        ("/clock", {"days": float("inf")}),
        ("/clock", {"days": -1}),
        ("/clock", {"days": 1e9}),
        ("/clock", {"freeze": "9999-12-31T00:00:00Z"}),
        ("/clock", {"freeze": "1900-01-01T00:00:00Z"}),
        ("/clock", {"freeze": "yesterday"}),
        ("/clock", []),
        ("/pace", {"pace": "time:nan"}),
        ("/pace", {"pace": "time:inf"}),
        ("/faults", {"path": "("}),
        ("/faults", {"path": "x", "times": 0}),
        ("/faults", {"path": "x", "seconds": float("nan")}),
        ("/faults", {"path": "x", "status": 99}),
        ("/faults", {"path": "x", "headers": {"a": 1}}),
        ("/faults", {"_pattern": "x"}),
        ("/push", {"account": SWEDEN, "job": "ftjob-0", "progress": float("nan")}),
    ],
)
def test_a_value_that_would_stop_it_is_refused(
    azure: RunningEmulator, wire: Wire, path: str, body: Any
) -> None:
    text = str(body).replace("'", '"').replace("nan", "NaN").replace("inf", "Infinity")
    headers = {"Content-Type": "application/json"}
    assert post(azure, path, data=text.encode(), headers=headers).status_code == 400
    assert wire.data("GET", "/files").status_code == 200
    assert azure.faults() == []


@pytest.mark.parametrize("query", ["path=(", "wait=nan", "wait=1e9", "wait=1&count=x"])
def test_a_bad_question_about_requests_is_refused(azure: RunningEmulator, query: str) -> None:
    assert admin(azure, "GET", f"/requests?{query}").status_code == 400


def test_its_files_are_the_users_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with Emulator(World.default(), state=state, process=True) as azure:
        wire = Wire(azure)
        wire.upload()
        wire.close()
        assert stat.S_IMODE(state.stat().st_mode) == 0o700
        assert stat.S_IMODE((state / "contents").stat().st_mode) == 0o700
        open_to_others = {
            path.name
            for path in state.iterdir()
            if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
        }
    assert open_to_others <= {"ca.pem"}


def test_slashes_and_the_case_of_api_version_do_not_matter(wire: Wire) -> None:
    headers = {"Authorization": f"Bearer {wire.token(audience='https://ai.azure.com')}"}
    for path in (
        f"//{SWEDEN}//openai/files?api-version=2024-10-21",
        f"/{SWEDEN}/openai//files?Api-Version=2024-10-21",
        f"/{SWEDEN}/openai/files?API-VERSION=2024-10-21",
    ):
        assert wire.raw("GET", path, headers=headers).status_code == 200
    answer = wire.raw("HEAD", f"/{SWEDEN}/openai/files?api-version=2024-10-21", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_guides_curl_commands_ask_for_events_with_post(wire: Wire) -> None:
    job = wire.submit()
    for what in ("events", "checkpoints"):
        path, version = f"/fine_tuning/jobs/{job}/{what}", "2024-05-01-preview"
        asked = wire.data(
            "POST", path, version=version, headers={"Content-Type": "application/json"}
        )
        assert asked.json() == wire.data("GET", path, version=version).json()
