"""What a request does when the service, the network or the way there is not well."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import NoReturn

import pytest
import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import ProtocolError

from aoai.azure.http.body import BytesBody
from aoai.azure.http.bounded import ANSWER_LIMIT
from aoai.azure.http.exchange import Request, exchange, new_session
from aoai.azure.http.no_answer import NoAnswer
from aoai.azure.http.retrying import RetryPolicy, Timeouts
from aoai.azure.http.transport import Repeat
from aoai.azure.http.urls import segment
from aoai.errors import (
    ApiError,
    ConfigurationError,
    Conflict,
    ForwardRefused,
    InvalidRequest,
    NotFound,
    RequestNotSent,
    ResponseUnknown,
    ServiceFailed,
    Throttled,
    Unauthorized,
)
from tests.unit.azure.helpers import ACCOUNT_ID, CANARY, OTHER_TENANT, Answer, FaultServer, Rig

OK = Answer(body={"id": "x"})
LOST = [
    Answer(500),
    Answer(502),
    Answer(503, headers={"Retry-After": "1"}),
    Answer(504),
    Answer(408),
    Answer(425),
    Answer(499),
    Answer(fault="reset"),
    Answer(fault="close"),
    Answer(fault="garbage"),
    Answer(body={"id": "a rather long answer"}, fault="truncate"),
    Answer(body=b"<html>not json</html>"),
    Answer(body=b"[" * 100_000),
    Answer(body=[1, 2]),
    Answer(body=b"9" * 5000),
]


@pytest.mark.parametrize("answer", LOST)
def test_a_get_is_repeated_until_it_is_answered(rig: Rig, answer: Answer) -> None:
    rig.server.plan = [answer, answer, OK]
    assert rig.transport().request("GET", "/thing").data == {"id": "x"}
    assert len(rig.server.requests) == 3


@pytest.mark.parametrize("answer", LOST)
def test_a_post_is_sent_once_and_its_fate_is_called_unknown(rig: Rig, answer: Answer) -> None:
    rig.server.plan = [answer, OK]
    with pytest.raises(ResponseUnknown, match="not known"):
        rig.transport().request("POST", "/thing", body={"a": 1})
    assert len(rig.server.requests) == 1
    assert rig.time.sleeps == []


def test_a_post_that_may_be_repeated_is_repeated(rig: Rig) -> None:
    rig.server.plan = [Answer(500), OK]
    assert rig.transport().request("POST", "/x/cancel", repeat=Repeat.ALWAYS).status == 200


def test_a_stalled_answer_ends_at_the_read_timeout(rig: Rig) -> None:
    rig.server.plan = [Answer(fault="stall")]
    transport = rig.transport(timeouts=Timeouts(connect=2, read=0.1, answer=5))
    with pytest.raises(ResponseUnknown, match="no answer in time"):
        transport.request("POST", "/thing", body={})


def test_a_trickled_answer_ends_at_its_deadline(rig: Rig) -> None:
    def one_second_a_look() -> float:
        rig.time.now += 1
        return rig.time.now

    rig.server.plan = [Answer(body=b'{"id":"' + b"x" * 5000 + b'"}', fault="trickle")]
    transport = rig.transport(clock=one_second_a_look, timeouts=Timeouts(2, 2, answer=60))
    with pytest.raises(ResponseUnknown, match="too slowly"):
        transport.request("POST", "/thing", body={})


def test_a_throttled_post_is_repeated_after_what_the_service_asks(rig: Rig) -> None:
    rig.server.plan = [Answer(429, headers={"Retry-After": "7"}), OK]
    rig.transport().request("POST", "/thing", body={"a": 1})
    assert rig.time.sleeps == [7.25]
    assert [request.json() for request in rig.server.requests] == [{"a": 1}, {"a": 1}]


def test_what_is_billed_is_not_even_repeated_after_a_429(rig: Rig) -> None:
    rig.server.plan = [Answer(429), OK]
    with pytest.raises(Throttled):
        rig.transport().request("POST", "/thing", body={}, repeat=Repeat.UNSENT)
    assert len(rig.server.requests) == 1


def test_throttling_without_end_spends_the_budget_and_no_more(rig: Rig) -> None:
    rig.server.route = lambda _request: Answer(429, headers={"Retry-After": "1e9"})
    with pytest.raises(Throttled) as caught:
        rig.transport(budget=200.0).request("POST", "/thing", body={})
    assert sum(rig.time.sleeps) == pytest.approx(200)
    assert max(rig.time.sleeps) <= 140
    assert caught.value.retry_after == 1e9


def test_a_service_that_stays_broken_ends_as_service_failed(rig: Rig) -> None:
    rig.server.route = lambda _request: Answer(503, headers={"x-ms-request-id": "r-1"})
    with pytest.raises(ServiceFailed, match=r"503 .*request id r-1") as caught:
        rig.transport().request("GET", "/thing")
    assert caught.value.request_id == "r-1"
    assert sum(rig.time.sleeps) == pytest.approx(60)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (422, InvalidRequest),
        (403, Unauthorized),
        (404, NotFound),
        (410, NotFound),
        (409, Conflict),
        (412, Conflict),
        (423, ApiError),
    ],
)
def test_a_refusal_is_final_and_carries_code_words_and_request_id(
    rig: Rig, status: int, kind: type[ApiError]
) -> None:
    body = {"error": {"code": "InsufficientQuota", "message": "bigger than capacity 0"}}
    rig.server.plan = [Answer(status, body, {"apim-request-id": "req-7"})]
    with pytest.raises(kind) as caught:
        rig.transport().request("PUT", f"{ACCOUNT_ID}/deployments/d", body={})
    error = caught.value
    assert (error.status, error.code, error.request_id) == (status, "InsufficientQuota", "req-7")
    for part in (
        "PUT /deployments/d of account contoso-swedencentral (swedencentral)",
        "bigger than capacity 0",
        "Lower the capacity",
        "req-7",
    ):
        assert part in str(error)


def test_a_refusal_whose_body_breaks_off_is_still_a_refusal(rig: Rig) -> None:
    rig.server.plan = [Answer(409, {"error": {"code": "x"}}, fault="truncate")]
    with pytest.raises(Conflict):
        rig.transport().request("POST", "/thing", body={})


def test_codes_inside_the_error_find_their_hint(rig: Rig) -> None:
    inner = {"code": "LinkedAuthorizationFailed", "message": "no access"}
    body = {"error": {"code": "Forbidden", "message": "m", "details": [inner]}}
    rig.server.plan = [Answer(403, body)]
    with pytest.raises(Unauthorized, match="on the source account"):
        rig.transport().request("GET", "/thing")


def test_an_answer_longer_than_the_limit_is_not_read_to_its_end(rig: Rig) -> None:
    rig.server.plan = [Answer(body=b'"' + b"x" * (ANSWER_LIMIT + 1) + b'"')]
    with pytest.raises(ResponseUnknown, match="16 MiB"):
        rig.transport().request("GET", "/thing")
    assert len(rig.server.requests) == 1


def test_a_missing_server_is_not_sent_and_retried_in_budget(rig: Rig) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RequestNotSent, match="no connection"):
        rig.transport(f"https://localhost:{port}").request("POST", "/thing", body={})
    assert sum(rig.time.sleeps) == pytest.approx(60)


def test_a_server_that_hangs_up_before_the_request_is_not_sent(rig: Rig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(2)
        transport = rig.transport(f"https://localhost:{listener.getsockname()[1]}", budget=0)
        hang_up = threading.Thread(target=_accept_and_close, args=(listener,))
        hang_up.start()
        with pytest.raises(RequestNotSent):
            transport.request("POST", "/thing", body={"a": 1})
        hang_up.join()


def _accept_and_close(listener: socket.socket) -> None:
    listener.accept()[0].close()


def test_an_untrusted_certificate_is_refused_at_once(rig: Rig) -> None:
    rig.session.verify = True
    with pytest.raises(RequestNotSent, match="REQUESTS_CA_BUNDLE"):
        rig.transport().request("GET", "/thing")
    assert rig.server.requests == []
    assert rig.time.sleeps == []


def test_a_certificate_for_another_host_is_refused(rig: Rig, tmp_path: Path) -> None:
    other = FaultServer(tmp_path, host="elsewhere.example")
    try:
        rig.session.verify = str(other.ca_file)
        with pytest.raises(RequestNotSent, match="not trusted"):
            rig.transport(other.url).request("GET", "/thing")
        assert other.requests == []
    finally:
        other.close()


def test_the_environments_certificate_bundle_is_used(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.session.verify = True
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(rig.server.ca_file))
    rig.server.plan = [OK]
    assert rig.transport().request("GET", "/thing").status == 200


def test_a_certificate_bundle_that_is_missing_is_a_setting_to_correct(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "no-such.pem"))
    with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
        rig.transport().request("GET", "/thing")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_rejected_token_is_renewed_once(rig: Rig, method: str) -> None:
    rig.server.plan = [Answer(401), OK]
    rig.transport().request(method, "/thing")
    sent = [request.headers["Authorization"] for request in rig.server.requests]
    assert sent == [f"Bearer {CANARY}-a-1", f"Bearer {CANARY}-a-2"]


@pytest.mark.parametrize("repeat", [None, Repeat.THROTTLED, Repeat.UNSENT])
def test_a_post_that_got_a_401_may_have_been_carried_out(rig: Rig, repeat: Repeat | None) -> None:
    rig.server.plan = [Answer(401, {"error": {"code": "Unauthorized", "message": "no"}}), OK]
    with pytest.raises(ResponseUnknown, match=r"Sign in again.*is not known"):
        rig.transport().request("POST", "/thing", body={}, repeat=repeat)
    assert len(rig.server.requests) == 1


def test_a_post_without_the_role_was_not_carried_out(rig: Rig) -> None:
    refused = Answer(401, {"error": {"code": "PermissionDenied", "message": "lacks an action"}})
    rig.server.plan = [refused, OK]
    with pytest.raises(Unauthorized, match="OpenAI Contributor"):
        rig.transport().request("POST", "/thing", body={}, repeat=Repeat.UNSENT)
    assert len(rig.server.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ResponseUnknown),
        (302, ResponseUnknown),
        (303, ResponseUnknown),
        (307, ForwardRefused),
        (308, ForwardRefused),
    ],
)
def test_a_redirect_of_what_is_billed_may_come_after_the_work(
    rig: Rig, status: int, kind: type[Exception]
) -> None:
    rig.server.plan = [Answer(status, headers={"Location": "https://login.example/x"})]
    with pytest.raises(kind, match=r"redirect to login\.example"):
        rig.transport().request("POST", "/thing", body={}, repeat=Repeat.UNSENT)


@pytest.mark.parametrize("status", [102, 103, 304, 300, 399])
def test_after_an_unexpected_status_the_result_is_unknown(rig: Rig, status: int) -> None:
    rig.server.plan = [Answer(status)]
    with pytest.raises(ResponseUnknown, match="unexpected status"):
        rig.transport().request("POST", "/thing", body={}, repeat=Repeat.UNSENT)


def test_a_token_that_stays_rejected_is_unauthorized(rig: Rig) -> None:
    rig.server.route = lambda _request: Answer(401, {"error": {"code": "x", "message": "no"}})
    with pytest.raises(Unauthorized, match="Sign in again"):
        rig.transport().request("GET", "/thing")
    assert len(rig.server.requests) == 2


def test_before_send_runs_before_each_try_and_can_end_it(rig: Rig) -> None:
    calls: list[int] = []

    def check() -> None:
        calls.append(len(rig.server.requests))
        if len(calls) == 2:
            raise ConfigurationError("the engine is gone")

    rig.server.plan = [Answer(429), OK]
    with pytest.raises(ConfigurationError, match="engine is gone"):
        rig.transport().request("POST", "/thing", body={}, before_send=check)
    assert calls == [0, 1]


def test_writes_are_announced_and_reads_are_not(rig: Rig) -> None:
    writes: list[int] = []
    transport = rig.transport(after_write=lambda: writes.append(1))
    rig.server.plan = [OK, OK, Answer(400)]
    transport.request("GET", "/thing")
    assert writes == []
    transport.request("POST", "/thing", body={})
    with pytest.raises(InvalidRequest):
        transport.request("DELETE", "/thing")
    assert len(writes) == 2


def test_an_empty_success_has_no_data(rig: Rig) -> None:
    rig.server.plan = [Answer(204)]
    response = rig.transport().request("DELETE", "/thing")
    assert (response.status, response.data) == (204, {})


def test_the_second_tenants_token_goes_beside_on_the_resource_manager(rig: Rig) -> None:
    rig.server.plan = [OK]
    transport = rig.transport(auxiliary=True)
    transport.request("PUT", "/thing", body={}, auxiliary_tenant_id=OTHER_TENANT)
    headers = rig.server.requests[0].headers
    assert headers["Authorization"] == f"Bearer {CANARY}-a-1"
    assert headers["x-ms-authorization-auxiliary"] == f"Bearer {CANARY}-b-2"


def test_the_second_tenants_token_is_never_sent_to_the_data_plane(rig: Rig) -> None:
    with pytest.raises(ConfigurationError):
        rig.transport().request("PUT", "/thing", auxiliary_tenant_id=OTHER_TENANT)
    assert rig.server.requests == []


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_cannot_leave_its_place_in_the_path(name: str) -> None:
    with pytest.raises(ConfigurationError):
        segment(name)


def test_a_name_with_slashes_stays_one_segment(rig: Rig) -> None:
    rig.server.plan = [OK]
    rig.transport().request("GET", f"/files/{segment('../../jobs?x=1')}")
    assert rig.server.requests[0].path == "/files/..%2F..%2Fjobs%3Fx%3D1"


def test_every_session_verifies_and_follows_nothing_by_itself() -> None:
    with new_session() as session:
        assert session.verify is True
        assert session.get_adapter("https://x").max_retries.total == 0  # type: ignore[attr-defined]


class _Hangup(HTTPAdapter):
    """An adapter of another kind: it takes the whole request, and then the connection ends."""

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> NoReturn:
        request.body.read()  # type: ignore[union-attr]
        raise requests.ConnectionError(ProtocolError("Connection aborted."))


class _NoToken(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def test_a_request_through_an_adapter_that_counts_no_bytes_may_have_arrived() -> None:
    out = Request("POST", "https://localhost:1/jobs", {}, {}, BytesBody(b"{}"), _NoToken())
    with new_session() as session:
        session.mount("https://", _Hangup())
        lost = exchange(session, out, RetryPolicy())
    assert isinstance(lost, NoAnswer)
    assert lost.sent
