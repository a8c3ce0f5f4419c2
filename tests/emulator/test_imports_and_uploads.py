"""The two other ways in: a URL, and parts of a large file."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
from aoai_emulator import RunningEmulator

from tests.emulator.wire import SWEDEN, Wire, chat_lines


def start(wire: Wire, **changes: Any) -> requests.Response:
    body = {
        "purpose": "fine-tune",
        "filename": "big.jsonl",
        "bytes": len(chat_lines()),
        "mime_type": "application/jsonl",
        **changes,
    }
    return wire.data("POST", "/uploads", json=body)


def send(wire: Wire, upload: str, data: bytes) -> dict[str, Any]:
    answer = wire.data("POST", f"/uploads/{upload}/parts", files={"data": ("part", data)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def complete(wire: Wire, upload: str, parts: list[str], **more: str) -> requests.Response:
    body = {"part_ids": parts, **more}
    return wire.data("POST", f"/uploads/{upload}/complete", json=body)


@pytest.mark.parametrize("name", ["id", "azure_block_id"])
def test_parts_become_a_file_in_the_order_given(wire: Wire, name: str) -> None:
    data = chat_lines()
    answer = start(wire)
    upload = answer.json()
    assert answer.status_code == 200
    assert answer.headers["location"].startswith("https://")
    assert upload["expires_at"] == upload["created_at"] + 7200
    late = send(wire, upload["id"], data[100:])
    early = send(wire, upload["id"], data[:100])
    done = complete(wire, upload["id"], [early[name], late[name]]).json()
    assert done["status"] == "completed"
    assert done["file"]["status"] == "processed"
    assert wire.data("GET", f"/files/{done['file']['id']}/content").content == data


@pytest.mark.parametrize(
    ("setting", "good"), [("id", "id"), ("block", "azure_block_id")], ids=["part ids", "block ids"]
)
def test_which_name_of_a_part_counts_is_a_setting(
    wire: Wire, azure: RunningEmulator, setting: str, good: str
) -> None:
    azure.settings(part_ids=setting)
    upload = start(wire).json()["id"]
    part = send(wire, upload, chat_lines())
    other = ({"id", "azure_block_id"} - {good}).pop()
    assert complete(wire, upload, [part[other]]).status_code == 400
    assert complete(wire, upload, [part[good]]).status_code == 200


def test_the_parts_must_add_up_to_what_was_announced(wire: Wire) -> None:
    upload = start(wire, bytes=len(chat_lines()) + 1).json()["id"]
    part = send(wire, upload, chat_lines())
    error = complete(wire, upload, [part["id"]]).json()["error"]
    assert "were announced" in error["message"]


@pytest.mark.parametrize("form", ["hex", "base64"])
def test_a_checksum_is_checked(wire: Wire, form: str) -> None:
    upload = start(wire).json()["id"]
    part = send(wire, upload, chat_lines())["id"]
    digest = hashlib.md5(chat_lines()).digest()
    good = digest.hex() if form == "hex" else base64.b64encode(digest).decode()
    assert complete(wire, upload, [part], md5="0" * 32).status_code == 400
    assert complete(wire, upload, [part], md5=good).status_code == 200


def test_an_upload_expires_after_two_hours(wire: Wire, azure: RunningEmulator) -> None:
    upload = start(wire).json()["id"]
    part = send(wire, upload, chat_lines())["id"]
    azure.advance(hours=2)
    answer = complete(wire, upload, [part])
    assert (answer.status_code, "expired" in answer.text) == (400, True)


def test_what_expires_leaves_no_part_even_if_nobody_asks(
    wire: Wire, azure: RunningEmulator
) -> None:
    upload = start(wire).json()["id"]
    send(wire, upload, chat_lines())
    shown = azure.state()[SWEDEN]["uploads"]
    assert shown == [{"id": upload, "status": "pending", "parts": 1}]
    azure.advance(hours=2)
    shown = azure.state()[SWEDEN]["uploads"]
    assert shown == [{"id": upload, "status": "expired", "parts": 0}]


def test_a_cancelled_upload_takes_no_part(wire: Wire) -> None:
    upload = start(wire).json()["id"]
    answer = wire.data("POST", f"/uploads/{upload}/cancel")
    assert answer.json()["status"] == "cancelled"
    refused = wire.data("POST", f"/uploads/{upload}/parts", files={"data": ("part", b"x")})
    assert refused.json()["error"]["code"] == "unexpectedEntityState"


@pytest.mark.parametrize(
    "changes", [{"bytes": 0}, {"bytes": "9"}, {"purpose": "evals"}, {"mime_type": ""}, {"size": 9}]
)
def test_an_upload_that_says_too_little_or_too_much_is_refused(
    wire: Wire, changes: dict[str, Any]
) -> None:
    assert start(wire, **changes).json()["error"]["code"] == "invalidPayload"


def test_an_unknown_part_is_named(wire: Wire) -> None:
    upload = start(wire).json()["id"]
    assert "uplprt-x" in complete(wire, upload, ["uplprt-x"]).json()["error"]["message"]


def test_uploads_came_with_a_later_version(wire: Wire) -> None:
    answer = wire.data("POST", "/uploads", version="2024-05-01-preview", json={})
    assert answer.status_code == 404


def bring(wire: Wire, url: str, version: str = "2024-10-21", **more: Any) -> requests.Response:
    body = {"purpose": "fine-tune", "filename": "a.jsonl", "content_url": url, **more}
    return wire.data("POST", "/files/import", version=version, json=body)


@pytest.fixture
def site() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/moved"):
                self.send_response(302)
                self.send_header("Location", "/data")
                self.end_headers()
                return
            data = chat_lines()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_import_knows_its_size_only_later(wire: Wire, site: str) -> None:
    answer = bring(wire, f"{site}/data")
    assert answer.status_code == 201
    assert answer.json()["status"] == "pending"
    assert "bytes" not in answer.json()
    file = wire.data("GET", f"/files/{answer.json()['id']}").json()
    assert (file["status"], file["bytes"]) == ("processed", len(chat_lines()))


@pytest.mark.parametrize("path", ["https://contoso.example/a", "file:///etc/passwd", "/moved"])
def test_an_import_from_elsewhere_fails_as_a_file(wire: Wire, site: str, path: str) -> None:
    answer = bring(wire, site + path if path.startswith("/") else path)
    file = wire.data("GET", f"/files/{answer.json()['id']}").json()
    assert file["status"] == "error"
    assert "could not be read" in file["status_details"]


def test_an_imported_file_can_expire(wire: Wire, azure: RunningEmulator, site: str) -> None:
    after = {"anchor": "created_at", "seconds": 14 * 86_400}
    answer = bring(wire, f"{site}/data", "2025-04-01-preview", expires_after=after)
    file = answer.json()
    assert file["expires_at"] == file["created_at"] + 14 * 86_400
    azure.advance(days=15)
    assert wire.data("GET", f"/files/{file['id']}").status_code == 404


@pytest.mark.parametrize(
    ("version", "after"),
    [
        ("2024-10-21", {"anchor": "created_at", "seconds": 1_209_600}),
        ("2025-04-01-preview", {"anchor": "created_at", "seconds": 60}),
        ("2025-04-01-preview", {"anchor": "now", "seconds": 1_209_600}),
    ],
)
def test_an_expiry_that_is_not_offered_is_refused(
    wire: Wire, version: str, after: dict[str, Any]
) -> None:
    answer = bring(wire, "https://localhost/a", version, expires_after=after)
    assert answer.json()["error"]["code"] == "invalidPayload"
