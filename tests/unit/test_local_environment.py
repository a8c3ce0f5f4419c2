"""What the local stack writes: readable by its user alone, and certificates that pip can use."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest
import trustme

from tools.local_environment import (
    make_private_directories,
    write_ca_bundle,
    write_private,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def emulators(tmp_path: Path) -> Path:
    """The certificate authority of an emulator."""
    path = tmp_path / "emulator-ca.pem"
    trustme.CA().cert_pem.write_to_path(path)
    return path


def authorities(bundle: Path) -> int:
    """How many a TLS client reads from the file."""
    return len(ssl.create_default_context(cafile=bundle).get_ca_certs())


def test_a_shell_of_the_local_stack_trusts_the_public_authorities_and_the_emulators(
    tmp_path: Path, emulators: Path
) -> None:
    bundle = write_ca_bundle(emulators, {}, tmp_path / "bundle.pem")
    assert authorities(bundle) == authorities(Path(certifi.where())) + 1
    assert mode(bundle) == 0o600


def test_a_shell_that_has_a_bundle_of_its_own_keeps_it(tmp_path: Path, emulators: Path) -> None:
    proxys = tmp_path / "proxy-ca.pem"
    trustme.CA().cert_pem.write_to_path(proxys)
    named = {"REQUESTS_CA_BUNDLE": str(proxys)}
    assert authorities(write_ca_bundle(emulators, named, tmp_path / "bundle.pem")) == 2


def test_in_a_shell_that_has_read_it_the_bundle_stays_as_it_is(
    tmp_path: Path, emulators: Path
) -> None:
    bundle = write_ca_bundle(emulators, {}, tmp_path / "bundle.pem")
    before = bundle.read_text()
    named = {"REQUESTS_CA_BUNDLE": str(bundle), "SSL_CERT_FILE": str(bundle)}
    assert write_ca_bundle(emulators, named, bundle).read_text() == before


def test_a_bundle_that_is_named_and_missing_is_no_obstacle(tmp_path: Path, emulators: Path) -> None:
    named = {"REQUESTS_CA_BUNDLE": str(tmp_path / "gone.pem")}
    assert authorities(write_ca_bundle(emulators, named, tmp_path / "bundle.pem")) > 100


def test_directories_of_an_older_run_become_the_users_alone(tmp_path: Path) -> None:
    places = [tmp_path / "local", tmp_path / "local" / "state"]
    places[0].mkdir(mode=0o755)
    make_private_directories(places)
    make_private_directories(places)
    assert {mode(place) for place in places} == {0o700}


def test_a_file_that_others_could_read_is_the_users_alone_once_it_is_written(
    tmp_path: Path,
) -> None:
    path = tmp_path / "env"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (mode(path), path.read_text()) == (0o600, "new")
