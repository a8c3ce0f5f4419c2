"""tools/engine: which engine is used, and the error where there is none. No network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.engine_layouts import RELEASES, Release
from tests.unit.fake_machine import Fake, fill, program
from tools.engine import TESTED, EngineError, Machine, ensure_engine
from tools.engine.go_build import go_build
from tools.engine.installation import PYTHON_HOST, missing_parts
from tools.engine.installer import official_installer
from tools.engine.machine import UnavailableError

EACH_RELEASE = pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


def no_source(_stage: Path, _machine: Machine) -> Path:
    raise UnavailableError("not from here")


def refusal(fake: Fake) -> str:
    """The error where Go is the only source and has nothing."""
    with pytest.raises(EngineError) as raised:
        ensure_engine(fake.machine, [go_build])
    assert not fake.cache.exists()
    return str(raised.value)


@EACH_RELEASE
def test_an_official_release_on_path_is_used_as_it_is(fake: Fake, release: Release) -> None:
    directory = fake.add_pulumi(release.version, release.files)
    engine = ensure_engine(fake.machine, [no_source])
    assert engine.directory == directory
    assert f"v{engine.version}" == release.version
    assert engine.reason == "the first on PATH"
    assert fake.said == []
    assert not fake.cache.parent.exists()


@EACH_RELEASE
def test_an_official_release_that_pulumi_installed_for_the_user_needs_no_path(
    fake: Fake, release: Release
) -> None:
    directory = fill(fake.root / ".pulumi" / "bin", release.version, release.files)
    engine = ensure_engine(fake.machine, [no_source])
    assert engine.directory == directory
    assert engine.reason == "where its installer puts it"


@EACH_RELEASE
def test_a_release_that_a_package_manager_links_alone_into_path_is_used(
    fake: Fake, release: Release
) -> None:
    cellar = fill(fake.root / "cellar", release.version, release.files)
    (fake.root / "bin").mkdir()
    (fake.root / "bin/pulumi").symlink_to(cellar / "pulumi")
    assert ensure_engine(fake.machine, [no_source]).directory == fake.root / "bin"


def test_the_engine_on_path_comes_before_the_one_that_pulumi_installed(fake: Fake) -> None:
    fill(fake.root / ".pulumi" / "bin")
    directory = fake.add_pulumi("v3.276.0")
    assert ensure_engine(fake.machine, [no_source]).directory == directory


def test_a_version_of_a_developer_is_used_too(fake: Fake) -> None:
    fake.add_pulumi("3.300.0-dev.1", RELEASES[-1].files)
    assert ensure_engine(fake.machine, [no_source]).version == "3.300.0"


@pytest.mark.parametrize("version", ["v3.215.9", "v2.99.0", "v4.0.0", "broken"])
def test_a_pulumi_of_another_age_is_named_and_not_used(fake: Fake, version: str) -> None:
    directory = fake.add_pulumi(version)
    with pytest.raises(EngineError, match=f"{directory}/pulumi is .*3.216 or a later 3.x is need"):
        ensure_engine(fake.machine, [no_source])


@EACH_RELEASE
@pytest.mark.parametrize("absent", PYTHON_HOST)
def test_a_release_without_its_python_host_is_not_used(
    fake: Fake, release: Release, absent: str
) -> None:
    fake.add_pulumi(release.version, release.files - {absent})
    with pytest.raises(EngineError, match=rf"pulumi \({release.version[1:]}\) has no {absent} "):
        ensure_engine(fake.machine, [no_source])


@pytest.mark.parametrize("version", ["v3.216.0", "v3.220.0"])
def test_before_3_221_a_release_needs_its_launcher_of_policy_packs(
    fake: Fake, version: str
) -> None:
    fake.add_pulumi(version, RELEASES[-1].files)
    with pytest.raises(EngineError, match="has no pulumi-analyzer-policy-python beside it"):
        ensure_engine(fake.machine, [no_source])


def test_an_engine_that_is_cached_is_used_at_once(fake: Fake) -> None:
    fill(fake.cache)
    engine = ensure_engine(fake.machine, [no_source])
    assert engine.directory == fake.cache
    assert engine.reason == "as PATH has no pulumi"
    assert fake.said == []


def test_the_sources_are_tried_in_order_until_one_has_it(fake: Fake) -> None:
    made = []

    def has_it(stage: Path, _machine: Machine) -> Path:
        made.append(stage)
        return fill(stage / "bin")

    assert ensure_engine(fake.machine, [no_source, has_it, no_source]).directory == fake.cache
    assert len(made) == 1
    assert missing_parts(fake.cache, TESTED) == []
    assert "The engine is ready after" in fake.said[-1]


def test_half_an_engine_is_never_put_in_place(fake: Fake) -> None:
    def half(stage: Path, _machine: Machine) -> Path:
        program(stage / "pulumi", f"#!/bin/sh\necho v{TESTED}\n")
        return stage

    def breaks(stage: Path, _machine: Machine) -> Path:
        fill(stage)
        raise OSError("the disk is full")

    with pytest.raises(EngineError, match="what was made lacks pulumi-language-python, "):
        ensure_engine(fake.machine, [half])
    with pytest.raises(OSError, match="the disk is full"):
        ensure_engine(fake.machine, [breaks])
    assert [path.name for path in fake.cache.parent.iterdir()] == [f"{fake.cache.name}.lock"]


def test_an_engine_of_another_version_is_not_put_in_place(fake: Fake) -> None:
    with pytest.raises(EngineError, match=f"does not run here as pulumi {TESTED}"):
        ensure_engine(fake.machine, [lambda stage, _: fill(stage, "3.230.0")])


def test_a_damaged_engine_is_made_anew(fake: Fake) -> None:
    fill(fake.cache)
    (fake.cache / PYTHON_HOST[0]).unlink()
    assert ensure_engine(fake.machine, [lambda stage, _: fill(stage)]).directory == fake.cache
    assert missing_parts(fake.cache, TESTED) == []


def test_the_official_installer_is_left_out_quietly_where_its_site_cannot_be_reached(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, fake.environ["https_proxy"])
    monkeypatch.delenv("no_proxy", raising=False)
    stage = fake.root / "stage"
    stage.mkdir()
    with pytest.raises(UnavailableError, match=r"https://get\.pulumi\.com cannot be reached"):
        official_installer(stage, fake.machine)
    assert list(stage.iterdir()) == []
    assert fake.said == []


def test_go_builds_both_programs_and_lays_the_scripts_beside_them(fake: Fake) -> None:
    fake.add_go()
    assert ensure_engine(fake.machine, [go_build]).directory == fake.cache
    assert missing_parts(fake.cache, TESTED) == []
    assert (fake.cache / "pulumi-resource-pulumi-python").read_text() == "from the sdk"
    assert [Path(build.split()[-1]).name for build in fake.builds] == ["cli", "language"]
    assert "Building the engine from source with Go: 3 to 5 minutes, once." in fake.said


def test_without_go_the_error_says_so_and_what_to_install(fake: Fake) -> None:
    fake.environ["PATH"] = str(fake.root / "bin")
    error = refusal(fake)
    assert "1. PATH has no pulumi\n" in error
    assert "2. PATH has no Go to build it with\n" in error
    assert "install Pulumi 3.216 or later" in error
    assert "install Go 1.25 or later" in error


def test_a_go_that_cannot_fetch_a_newer_one_is_too_old(fake: Fake) -> None:
    fake.add_go(FAKE_GO_VERSION="go1.20.14")
    assert "go1.20.14 is too old: Go 1.25 or later is needed\n" in refusal(fake)
    assert fake.builds == []


def test_an_older_go_that_must_not_fetch_a_newer_one_is_too_old(fake: Fake) -> None:
    fake.add_go(FAKE_GO_VERSION="go1.22.3", FAKE_GO_TOOLCHAIN="local")
    assert "and GOTOOLCHAIN=local keeps it from fetching that" in refusal(fake)
    assert fake.builds == []


def test_an_older_go_fetches_the_one_that_is_needed(fake: Fake) -> None:
    fake.add_go(FAKE_GO_VERSION="go1.22.3")
    ensure_engine(fake.machine, [go_build])
    assert all("with go1.25.0+auto in" in build for build in fake.builds)
    assert "go1.22.3 is too old: it fetches Go 1.25 first." in fake.said


def test_a_module_proxy_that_cannot_be_reached_is_named_as_the_reason(fake: Fake) -> None:
    fake.add_go(FAKE_GO_FAILS='Get "https://proxy.example/x": dial tcp: lookup: no such host')
    error = refusal(fake)
    assert "Go cannot reach a module proxy" in error
    assert "no such host" in error


def test_another_failure_of_go_is_shown_by_its_own_last_words(fake: Fake) -> None:
    fake.add_go(FAKE_GO_FAILS="missing go.sum entry")
    error = refusal(fake)
    assert "go build failed:\n       missing go.sum entry" in error
    assert "proxy (see" not in error
