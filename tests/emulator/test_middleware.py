"""What is refused before it reaches a route, and what every answer carries."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from aoai_emulator import RunningEmulator

from tests.emulator.wire import DATA, SWEDEN, TENANT_A, Wire


@pytest.mark.parametrize("host", ["evil.example", "evil.example:443", "localhost.evil.example", ""])
def test_another_host_name_is_refused(wire: Wire, host: str) -> None:
    answer = wire.raw("GET", "/_emulator/clock", headers={"Host": host})
    assert (answer.status_code, answer.json()["error"]["code"]) == (421, "InvalidHost")


def test_the_loopback_addresses_are_names_of_ours(wire: Wire) -> None:
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1:443", "[::1]:443"):
        assert wire.raw("GET", "/_emulator/clock", headers={"Host": host}).status_code == 200


def test_every_answer_is_dated_by_the_emulators_clock(wire: Wire, azure: RunningEmulator) -> None:
    azure.freeze("2027-01-02T03:04:05Z")
    for answer in (wire.data("GET", "/files"), wire.raw("GET", "/nowhere/at/all")):
        moment = parsedate_to_datetime(answer.headers["date"])
        assert moment == datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "path", "version"),
    [
        ("GET", "/files", "2024-10-01"),
        ("GET", "/files", ""),
        ("GET", "/fine_tuning/jobs/x/checkpoints", "2024-02-01"),
        ("GET", "/fine_tuning/jobs", "2022-12-01"),
        ("POST", "/fine_tuning/jobs/x/pause", "2024-10-21"),
        ("DELETE", "/models/x", "2024-10-21"),
        ("PUT", "/files/x", "2024-10-21"),
        ("GET", "/files/x/y/z", "2024-10-21"),
    ],
)
def test_a_call_that_a_version_does_not_have_is_not_found(
    wire: Wire, method: str, path: str, version: str
) -> None:
    answer = wire.data(method, path, version=version)
    assert answer.status_code == 404
    assert answer.json() == {"error": {"code": "404", "message": "Resource not found"}}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/files/import"),
        ("POST", "/uploads"),
        ("DELETE", "/fine_tuning/jobs/x"),
        ("DELETE", "/models/x"),
    ],
)
def test_v1_lacks_some_calls(wire: Wire, method: str, path: str) -> None:
    assert wire.data(method, path, version="v1", json={}).status_code == 404


def test_v1_takes_its_own_versions_only(wire: Wire) -> None:
    for version in ("v1", "preview"):
        answer = wire.data("GET", "/files", version="v1", params={"api-version": version})
        assert answer.status_code == 200
    answer = wire.data("GET", "/files", version="v1", params={"api-version": "2024-10-21"})
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message", "param", "type", "inner_error"}


def test_v1_answers_a_create_with_200_and_no_place(wire: Wire) -> None:
    job = wire.data(
        "POST",
        "/fine_tuning/jobs",
        version="v1",
        json={"model": "gpt-4.1", "training_file": wire.upload()},
    )
    assert (job.status_code, "location" in job.headers) == (200, False)
    listed = wire.data("GET", "/files", version="v1").json()
    ids = [each["id"] for each in listed["data"]]
    assert [listed["first_id"], listed["last_id"]] == [ids[0], ids[-1]]
    assert listed["has_more"] is False


def test_a_query_parameter_that_is_not_known_is_refused(wire: Wire) -> None:
    answer = wire.data("GET", "/files", params={"colour": "red"})
    assert (answer.status_code, "colour" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/fine_tuning/jobs", {"data": "{}", "headers": {"Content-Type": "text/plain"}}),
        ("/fine_tuning/jobs", {"data": "{}"}),
        ("/files", {"json": {}}),
    ],
)
def test_a_content_type_that_does_not_fit_is_refused(
    wire: Wire, path: str, options: dict[str, Any]
) -> None:
    assert wire.data("POST", path, **options).status_code == 415


@pytest.mark.parametrize("body", ["", "[]", "{", '"x"'])
def test_a_body_that_is_no_object_is_refused(wire: Wire, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = wire.data("POST", "/fine_tuning/jobs", data=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalidPayload")
    arm = wire.arm("PUT", wire.deployment(SWEDEN, "x"), data=body, headers=headers)
    assert (arm.status_code, arm.json()["error"]["code"]) == (400, "InvalidRequestContent")


def test_arm_says_which_versions_it_has(wire: Wire, azure: RunningEmulator) -> None:
    path = azure.account_id(SWEDEN)
    for version in ("2024-10-21", "2026-09-16-preview"):
        answer = wire.arm("GET", path, version)
        assert answer.json()["error"]["code"] == "InvalidApiVersionParameter"
        assert "2026-05-01" in answer.text
    headers = {"Authorization": f"Bearer {wire.token()}"}
    missing = wire.raw("GET", path, headers=headers)
    assert missing.json()["error"]["code"] == "MissingApiVersionParameter"


def test_arm_says_which_methods_it_lacks(wire: Wire, azure: RunningEmulator) -> None:
    answer = wire.arm("DELETE", f"{azure.account_id(SWEDEN)}/models")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "MethodNotAllowed")


def test_a_file_above_512_megabytes_is_refused_before_it_is_read(wire: Wire) -> None:
    headers = {
        "Authorization": f"Bearer {wire.token(TENANT_A, DATA)}",
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(600 * 1024 * 1024),
        "Expect": "100-continue",
    }
    path = f"/{SWEDEN}/openai/files?api-version=2024-10-21"
    answer = wire.raw("POST", path, headers=headers, data=b"")
    assert answer.status_code == 413


@pytest.mark.parametrize("version", ["2019-05-01", "2022-09-01"])
def test_the_cloud_describes_itself(wire: Wire, version: str) -> None:
    answer = wire.raw("GET", f"/metadata/endpoints?api-version={version}").json()
    cloud = answer if version == "2022-09-01" else answer[0]
    assert cloud["resourceManager"] == wire.azure.url
    assert cloud["authentication"]["loginEndpoint"] == wire.azure.url
    assert wire.raw("GET", "/metadata/endpoints?api-version=1999-01-01").status_code == 400
