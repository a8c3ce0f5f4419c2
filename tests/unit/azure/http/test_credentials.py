"""Tokens: one per tenant and scope, in time, and errors of one line."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity import DefaultAzureCredential

from aoai.azure.account import Cloud
from aoai.azure.http.credentials import TokenSource, default_credential
from aoai.errors import AuthenticationError
from tests.unit.azure.helpers import (
    OTHER_TENANT,
    TENANT,
    FakeCredential,
    FakeTime,
    FaultServer,
    token_source,
)

ARM = Cloud.PUBLIC.arm_scope
DATA = Cloud.PUBLIC.data_plane_scope


def test_a_token_is_kept_until_five_minutes_before_its_end() -> None:
    time, credential = FakeTime(), FakeCredential(lifetime=3600)
    tokens = token_source(credential, time.clock)
    first = tokens.get_token(ARM, TENANT)
    time.now += 3299
    assert tokens.get_token(ARM, TENANT) == first
    time.now += 2
    assert tokens.get_token(ARM, TENANT) != first
    assert len(credential.asked) == 2


def test_tenants_and_scopes_have_tokens_of_their_own() -> None:
    credential = FakeCredential()
    tokens = token_source(credential, FakeTime().clock)
    seen = {tokens.get_token(s, t) for s in (ARM, DATA) for t in (TENANT, OTHER_TENANT)}
    assert len(seen) == 4
    assert (ARM, OTHER_TENANT) in credential.asked


def test_a_step_of_the_wall_clock_does_not_matter() -> None:
    wall, time = [1e9], FakeTime()
    credential = FakeCredential(now=lambda: wall[0])
    tokens = TokenSource(
        build=lambda _authority: credential, clock=time.clock, wall_clock=lambda: wall[0]
    )
    tokens.get_token(ARM, TENANT)
    wall[0] -= 3600
    tokens.get_token(ARM, TENANT)
    assert len(credential.asked) == 1
    time.now += 3301
    tokens.get_token(ARM, TENANT)
    assert len(credential.asked) == 2


def test_a_rejected_token_needs_a_new_credential() -> None:
    built: list[FakeCredential] = []

    def build(_authority: str) -> FakeCredential:
        built.append(FakeCredential())
        return built[-1]

    tokens = TokenSource(build=build, clock=FakeTime().clock, wall_clock=lambda: 0.0)
    first = tokens.get_token(ARM, TENANT)
    tokens.get_token(ARM, TENANT, rejected="an older one")
    assert len(built) == 1
    tokens.get_token(ARM, TENANT, rejected=first)
    assert len(built) == 2


def test_threads_that_want_the_same_token_ask_once() -> None:
    started, release = threading.Event(), threading.Event()

    class Slow(FakeCredential):
        def get_token(self, *scopes: str, tenant_id: str | None = None) -> AccessToken:
            started.set()
            assert release.wait(5)
            return super().get_token(*scopes, tenant_id=tenant_id)

    credential = Slow()
    tokens = token_source(credential, FakeTime().clock)
    with ThreadPoolExecutor(8) as pool:
        wanted = [pool.submit(tokens.get_token, ARM, TENANT) for _ in range(8)]
        assert started.wait(5)
        release.set()
        assert len({future.result() for future in wanted}) == 1
    assert len(credential.asked) == 1


class Failing:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def get_token(self, *scopes: str, tenant_id: str | None = None) -> AccessToken:
        raise self._error_for(scopes, tenant_id)

    def _error_for(self, scopes: tuple[str, ...], tenant_id: str | None) -> Exception:
        assert scopes
        assert tenant_id
        return self._error


def _message(error: Exception) -> str:
    tokens = TokenSource(build=lambda _authority: Failing(error))
    with pytest.raises(AuthenticationError) as caught:
        tokens.get_token(ARM, TENANT)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return str(caught.value)


def test_an_error_is_one_line_that_says_what_was_tried_and_what_to_do() -> None:
    said = (
        "DefaultAzureCredential failed to retrieve a token from the included credentials.\n"
        "Attempted credentials:\n"
        "\tEnvironmentCredential: Authentication failed: AADSTS7000215: Invalid client secret "
        "provided 'hunter2'. Trace ID: 1\n\tAzureCliCredential: Please run az login"
    )
    message = _message(ClientAuthenticationError(message=said))
    assert "\n" not in message
    assert "hunter2" not in message
    for part in (
        TENANT,
        "AADSTS7000215",
        "the client secret is wrong",
        "az login",
        "OIDC",
        "EnvironmentCredential, AzureCliCredential",
        "login.microsoftonline.com",
    ):
        assert part in message


def test_an_expired_assertion_says_that_running_again_is_safe() -> None:
    message = _message(ClientAuthenticationError(message="AADSTS700024: not within its range"))
    assert "run again, what was submitted is found again" in message


def test_an_expired_assertion_is_read_anew_once() -> None:
    """azure-identity keeps an assertion for ten minutes, and some live for five."""
    built: list[FakeCredential] = []

    class Expired(FakeCredential):
        def get_token(self, *_scopes: str, **_more: Any) -> AccessToken:
            raise ClientAuthenticationError(message="AADSTS700024: not within its range")

    def build(_authority: str) -> FakeCredential:
        built.append(FakeCredential() if len(built) == 1 else Expired())
        return built[-1]

    tokens = TokenSource(build=build, clock=FakeTime().clock, wall_clock=lambda: 0.0)
    assert tokens.get_token(ARM, TENANT)
    assert len(built) == 2
    with pytest.raises(AuthenticationError, match="run again, what was submitted is found again"):
        TokenSource(build=lambda _authority: Expired()).get_token(ARM, TENANT)


def test_an_authority_that_cannot_be_reached_is_an_authentication_error() -> None:
    assert "login.microsoftonline.com" in _message(ServiceRequestError("no route"))


def test_the_default_credential_is_azure_identitys_own_chain() -> None:
    credential = default_credential("https://localhost:8443")
    assert isinstance(credential, DefaultAzureCredential)
    credential.close()


POOL = "HTTPSConnection(host='login.microsoftonline.com', port=443): "
FAILURES = {
    "an untrusted certificate": (
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer",
        "is not trusted.*REQUESTS_CA_BUNDLE",
    ),
    "a bundle that is not there": (
        "Could not find a suitable TLS CA certificate bundle, invalid path: /nonexistent.pem",
        "cannot be read: correct the path",
    ),
    "no connection": (
        f"{POOL}Failed to establish a new connection: [Errno 111] Connection refused",
        "cannot be reached: check the network",
    ),
    "no such host": (
        f"{POOL}Failed to resolve 'login.microsoftonline.com' ([Errno -2] not known)",
        "cannot be reached",
    ),
    "a proxy": (
        f"{POOL}Max retries exceeded (Caused by ProxyError('Unable to connect to proxy', 407))",
        "proxy does not let through.*HTTPS_PROXY",
    ),
    "trouble": ("HTTP Error: 503", "answered 503: run again later"),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_what_is_wrong_on_the_way_to_entra_is_named_and_no_sign_in_is_advised(kind: str) -> None:
    words, expected = FAILURES[kind]
    said = (
        "DefaultAzureCredential failed to retrieve a token from the included credentials.\n"
        f"Attempted credentials:\n\tEnvironmentCredential: Authentication failed: {words}\n"
        "To mitigate this issue, please refer to the troubleshooting guidelines."
    )
    message = _message(ClientAuthenticationError(message=said))
    assert re.search(expected, message)
    assert "az login" not in message
    assert message.count("login.microsoftonline.com") <= 2


def test_a_machine_without_an_identity_of_its_own_is_not_out_of_reach() -> None:
    said = (
        "Attempted credentials:\n"
        "\tEnvironmentCredential: EnvironmentCredential authentication unavailable.\n"
        "\tManagedIdentityCredential: Failed to establish a new connection: 169.254.169.254 timed "
        "out\n\tAzureCliCredential: Please run az login"
    )
    assert "az login --tenant" in _message(ClientAuthenticationError(message=said))


def test_a_bundle_that_cannot_be_read_is_no_traceback() -> None:
    assert "No token" in _message(OSError("Could not find a suitable TLS CA certificate bundle"))


def test_a_failure_is_kept_for_some_seconds_and_then_tried_again() -> None:
    built: list[Failing] = []

    def build(_authority: str) -> Failing:
        built.append(Failing(ClientAuthenticationError(message="AADSTS7000222")))
        return built[-1]

    time = FakeTime()
    tokens = TokenSource(build=build, clock=time.clock)
    asked = []
    for pause in (0, 5, 6):
        time.sleep(pause)
        with pytest.raises(AuthenticationError, match="has expired"):
            tokens.get_token(ARM, TENANT, rejected="x")
        asked.append(len(built))
    assert asked == [1, 1, 2]


def test_azure_identitys_own_words_for_an_untrusted_certificate_are_understood(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AZURE_TENANT_ID", TENANT)

    def once(authority: str) -> DefaultAzureCredential:
        return DefaultAzureCredential(
            authority=authority, disable_instance_discovery=True, retry_total=0
        )

    with pytest.raises(AuthenticationError, match=r"certificate of localhost:\d+ is not trusted"):
        TokenSource(server.url, build=once).get_token(ARM, TENANT)
    assert server.requests == []
