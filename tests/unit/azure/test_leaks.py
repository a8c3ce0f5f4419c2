"""Where tokens and data must never go: other hosts, error texts, representations."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from aoai.azure.arm.deployments import DeploymentsClient
from aoai.azure.http.authorization import Bearer, origin
from aoai.azure.http.exchange import new_session
from aoai.errors import AoaiError, ForwardRefused
from tests.unit.azure.helpers import CANARY, OTHER_TENANT, Answer, FaultServer, Rig

SAS = "sig=AbCdEf0123456789%3D"


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[FaultServer]:
    """A second host, whose certificate the session trusts as well."""
    (tmp_path / "stranger").mkdir()
    server = FaultServer(tmp_path / "stranger")
    yield server
    server.close()


def _trust_both(rig: Rig, stranger: FaultServer, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(rig.server.ca_file.read_bytes() + stranger.ca_file.read_bytes())
    rig.session.verify = str(both)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_redirect_is_never_followed(
    rig: Rig, stranger: FaultServer, tmp_path: Path, status: int, method: str
) -> None:
    _trust_both(rig, stranger, tmp_path)
    target = f"{stranger.url}/steal?{SAS}"
    rig.server.plan = [Answer(status, headers={"Location": target})]
    transport = rig.transport(auxiliary=True)
    with pytest.raises(ForwardRefused, match="redirect to localhost") as caught:
        transport.request(method, "/x", body={"a": 1}, auxiliary_tenant_id=OTHER_TENANT)
    assert stranger.requests == []
    assert "steal" not in str(caught.value)
    assert "AbCdEf" not in str(caught.value)


def test_a_redirect_to_itself_is_no_loop(rig: Rig) -> None:
    rig.server.route = lambda _request: Answer(307, headers={"Location": "/x"})
    with pytest.raises(ForwardRefused):
        rig.transport().request("GET", "/x")
    assert len(rig.server.requests) == 1


HOSTILE_URLS = [
    "https://localhost:1/next?$skiptoken=2",
    "http://localhost:{port}/next",
    "https://user:pw@localhost:{port}/next",
    "https://localhost:{port}@evil.example/next",
    "https://127.0.0.1:{port}/next",
    "https://localhost.:{port}/next",
    "https://löcalhost:{port}/next",
    "https://evil.example\\@localhost:{port}/next",
    "https://localhost:{port}\\@evil.example/next",
    "https://localhost:99999/next",
    "//evil.example/next",
    ".evil.example/next",
    "@evil.example/next",
    "next",
    "ftp://localhost:{port}/next",
    "https:///next",
]


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_the_next_page_is_asked_from_the_same_host_only(rig: Rig, url: str) -> None:
    link = url.format(port=rig.server.port)
    rig.server.route = lambda _request: Answer(body={"value": [], "nextLink": link})
    with pytest.raises(ForwardRefused, match="of another host"):
        DeploymentsClient(rig.transport(), rig.account()).list_deployments()
    assert len(rig.server.requests) == 1


@pytest.mark.parametrize("header", ["Azure-AsyncOperation", "Operation-Location", "Location"])
@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_an_operation_is_polled_on_the_same_host_only(rig: Rig, url: str, header: str) -> None:
    where = url.format(port=rig.server.port)
    rig.server.route = lambda _request: Answer(201, {"id": "d"}, {header: where})
    client = DeploymentsClient(rig.transport(), rig.account())
    with pytest.raises(ForwardRefused):
        client.create_or_update_deployment("d", {}, auxiliary_tenant_id=None)
    assert [request.method for request in rig.server.requests] == ["PUT"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Contoso.openai.azure.com/openai", "https://contoso.openai.azure.com:443"),
        ("https://contoso.openai.azure.com:443", "https://contoso.openai.azure.com:443"),
        ("https://localhost:8443/x?y#z", "https://localhost:8443"),
        ("https://[::1]:8443/", "https://::1:8443"),
        ("http://contoso.openai.azure.com", ""),
        ("https://a@contoso.openai.azure.com", ""),
        ("https://contoso.openai.azure.com\r\nX: y", ""),
        ("", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port_of_https(url: str, expected: str) -> None:
    assert origin(url) == expected


def test_a_token_is_set_for_its_own_host_only() -> None:
    import requests

    request = requests.Request("GET", "https://evil.example/x", auth=Bearer("", CANARY))
    with pytest.raises(ForwardRefused) as caught:
        request.prepare()
    assert CANARY not in str(caught.value)


def test_netrc_never_replaces_the_token(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login someone password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    rig.server.plan = [Answer(body={})]
    rig.transport().request("GET", "/x")
    assert rig.server.requests[0].headers["Authorization"] == f"Bearer {CANARY}-a-1"


def test_cookies_are_not_kept(rig: Rig) -> None:
    rig.server.plan = [Answer(body={}, headers={"Set-Cookie": "a=b"}), Answer(body={})]
    transport = rig.transport()
    transport.request("GET", "/x")
    transport.request("GET", "/x")
    assert "Cookie" not in rig.server.requests[1].headers


FAILURES = [
    Answer(400, {"error": {"code": "Bad", "message": f"your token Bearer {CANARY}-a-1 is bad"}}),
    Answer(400, {"error": {"code": f"{CANARY}-a-1", "message": f"{CANARY}-a-1"}}),
    Answer(400, {"error": f"api-key: {CANARY}-a-1"}, {"x-ms-request-id": f"{CANARY}-a-1"}),
    Answer(500, {"error": {"message": f"https://b.blob.core.windows.net/c/x?{CANARY}-a-1"}}),
    Answer(302, headers={"Location": f"https://{CANARY}-a-1.example/{CANARY}-a-1"}),
    Answer(fault="reset"),
    Answer(body=f"{CANARY}-a-1".encode()),
]


@pytest.mark.parametrize("answer", FAILURES)
def test_no_error_shows_the_token_even_in_its_chain(rig: Rig, answer: Answer) -> None:
    rig.server.plan = [answer]
    with pytest.raises(AoaiError) as caught:
        rig.transport().request("POST", "/x", body={"secret": CANARY})
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert CANARY not in shown
    assert caught.value.__context__ is None


def test_no_representation_shows_the_token(rig: Rig) -> None:
    transport = rig.transport()
    rig.server.plan = [Answer(body={})]
    transport.request("GET", "/x")
    access = transport._access
    bearer = access.bearer(rig.server.url, None, None)
    shown = repr((transport, access, bearer, access.tokens, vars(access.tokens)["_held"]))
    assert CANARY not in shown


def test_a_message_of_the_service_is_bounded_and_on_one_line(rig: Rig) -> None:
    rig.server.plan = [Answer(400, {"error": {"message": "line\r\n" * 100_000}})]
    with pytest.raises(AoaiError) as caught:
        rig.transport().request("GET", "/x")
    assert len(str(caught.value)) < 2000
    assert "\n" not in str(caught.value)


def test_a_plain_session_asks_for_no_compression() -> None:
    with new_session() as session:
        assert session.headers["Accept-Encoding"] == "identity"
