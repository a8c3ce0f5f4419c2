"""One fault server per test: nothing is shared, so that order does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.azure.helpers import FakeCredential, FakeTime, FaultServer, Rig, trusting_session


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "NETRC"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FaultServer]:
    server = FaultServer(tmp_path)
    yield server
    server.close()


@pytest.fixture
def rig(server: FaultServer) -> Iterator[Rig]:
    with trusting_session(server) as session:
        yield Rig(server, FakeTime(), FakeCredential(), session)
