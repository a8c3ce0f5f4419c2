"""tools/engine.py: which way is taken, and what is said where none is open. No network."""

from pathlib import Path

import pytest

from tests.unit.fake_machine import Fake, fill, program
from tools.engine import (
    LANGUAGE_HOST,
    VERSION,
    EngineError,
    Machine,
    WayClosedError,
    ensure_engine,
    go_tool,
    missing_parts,
    official_installer,
)


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


def no_way(_stage: Path, _machine: Machine) -> Path:
    raise WayClosedError("not this way")


def closed(fake: Fake) -> str:
    """What the person is told where Go is the only way and it is closed."""
    with pytest.raises(EngineError) as raised:
        ensure_engine(fake.machine, [go_tool])
    assert not fake.home.exists()
    return str(raised.value)


@pytest.mark.parametrize("version", ["v3.216.0", "v3.272.1", "3.300.0-dev.1"])
def test_a_pulumi_on_path_that_is_new_enough_is_used_as_it_is(fake: Fake, version: str) -> None:
    directory = fake.add_pulumi(version)
    assert ensure_engine(fake.machine, [no_way]) == directory
    assert fake.said == []
    assert not fake.home.parent.exists()


@pytest.mark.parametrize("version", ["v3.215.9", "v2.99.0", "v4.0.0", "broken"])
def test_a_pulumi_of_another_age_is_named_and_not_used(fake: Fake, version: str) -> None:
    directory = fake.add_pulumi(version)
    with pytest.raises(EngineError, match=f"{directory}/pulumi is .*3.216 or a later 3.x is need"):
        ensure_engine(fake.machine, [no_way])


@pytest.mark.parametrize("absent", LANGUAGE_HOST)
def test_a_pulumi_without_its_language_host_is_not_used(fake: Fake, absent: str) -> None:
    fake.add_pulumi("v3.220.0", tuple(part for part in LANGUAGE_HOST if part != absent))
    with pytest.raises(EngineError, match=f"has no {absent} beside it"):
        ensure_engine(fake.machine, [no_way])


def test_a_pulumi_that_is_linked_alone_into_path_is_used(fake: Fake) -> None:
    cellar = fill(fake.root / "cellar")
    (fake.root / "bin").mkdir()
    (fake.root / "bin/pulumi").symlink_to(cellar / "pulumi")
    assert ensure_engine(fake.machine, [no_way]) == fake.root / "bin"


def test_an_engine_that_was_made_before_is_used_at_once(fake: Fake) -> None:
    fill(fake.home)
    assert ensure_engine(fake.machine, [no_way]) == fake.home
    assert fake.said == []


def test_an_engine_that_was_made_before_and_is_on_path_is_not_even_started(fake: Fake) -> None:
    fill(fake.home, "0.0.0 which would be too old")
    fake.environ["PATH"] = f"{fake.home}:{fake.environ['PATH']}"
    assert ensure_engine(fake.machine, [no_way]) == fake.home


def test_the_ways_are_tried_in_order_until_one_is_open(fake: Fake) -> None:
    made = []

    def open_way(stage: Path, _machine: Machine) -> Path:
        made.append(stage)
        return fill(stage / "bin")

    assert ensure_engine(fake.machine, [no_way, open_way, no_way]) == fake.home
    assert len(made) == 1
    assert missing_parts(fake.home) == []
    assert "The engine is ready after" in fake.said[-1]


def test_half_an_engine_is_never_put_in_place(fake: Fake) -> None:
    def half(stage: Path, _machine: Machine) -> Path:
        program(stage / "pulumi", f"#!/bin/sh\necho v{VERSION}\n")
        return stage

    def breaks(stage: Path, _machine: Machine) -> Path:
        fill(stage)
        raise OSError("the disk is full")

    with pytest.raises(EngineError, match="what was made lacks pulumi-language-python, "):
        ensure_engine(fake.machine, [half])
    with pytest.raises(OSError, match="the disk is full"):
        ensure_engine(fake.machine, [breaks])
    assert [path.name for path in fake.home.parent.iterdir()] == [f"{fake.home.name}.lock"]


def test_an_engine_of_another_version_is_not_put_in_place(fake: Fake) -> None:
    with pytest.raises(EngineError, match=f"does not run here as pulumi {VERSION}"):
        ensure_engine(fake.machine, [lambda stage, _: fill(stage, "3.230.0")])


def test_a_damaged_engine_is_made_anew(fake: Fake) -> None:
    fill(fake.home)
    (fake.home / LANGUAGE_HOST[0]).unlink()
    assert ensure_engine(fake.machine, [lambda stage, _: fill(stage)]) == fake.home
    assert missing_parts(fake.home) == []


def test_the_official_installer_is_left_out_quietly_where_its_site_cannot_be_reached(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, fake.environ["https_proxy"])
    monkeypatch.delenv("no_proxy", raising=False)
    stage = fake.root / "stage"
    stage.mkdir()
    with pytest.raises(WayClosedError, match=r"https://get\.pulumi\.com cannot be reached"):
        official_installer(stage, fake.machine)
    assert list(stage.iterdir()) == []
    assert fake.said == []


def test_go_builds_both_programs_and_lays_the_scripts_beside_them(fake: Fake) -> None:
    fake.add_go()
    assert ensure_engine(fake.machine, [go_tool]) == fake.home
    assert missing_parts(fake.home) == []
    assert (fake.home / "pulumi-resource-pulumi-python").read_text() == "from the sdk"
    assert [Path(build.split()[-1]).name for build in fake.builds] == ["cli", "language"]
    assert "Building the engine from source with Go: 3 to 5 minutes, once." in fake.said


def test_without_go_the_error_says_so_and_what_to_install(fake: Fake) -> None:
    fake.environ["PATH"] = str(fake.root / "bin")
    told = closed(fake)
    assert "1. PATH has no pulumi\n" in told
    assert "2. PATH has no Go to build it with\n" in told
    assert "install Pulumi 3.216 or later" in told
    assert "install Go 1.25 or later" in told


def test_a_go_that_cannot_fetch_a_newer_one_is_too_old(fake: Fake) -> None:
    fake.add_go(FAKE_GO_VERSION="go1.20.14")
    assert "go1.20.14 is too old: Go 1.25 or later is needed\n" in closed(fake)
    assert fake.builds == []


def test_an_older_go_that_must_not_fetch_a_newer_one_is_too_old(fake: Fake) -> None:
    fake.add_go(FAKE_GO_VERSION="go1.22.3", FAKE_GO_TOOLCHAIN="local")
    assert "and GOTOOLCHAIN=local keeps it from fetching that" in closed(fake)
    assert fake.builds == []


def test_an_older_go_that_may_fetch_a_newer_one_is_told_which(fake: Fake) -> None:
    fake.add_go(FAKE_GO_VERSION="go1.22.3")
    ensure_engine(fake.machine, [go_tool])
    assert all("with go1.25.0+auto in" in build for build in fake.builds)
    assert "go1.22.3 is too old: it fetches Go 1.25 first." in fake.said


def test_a_module_proxy_that_cannot_be_reached_is_named_as_the_reason(fake: Fake) -> None:
    fake.add_go(FAKE_GO_FAILS='Get "https://proxy.example/x": dial tcp: lookup: no such host')
    told = closed(fake)
    assert "Go cannot reach a module proxy" in told
    assert "no such host" in told


def test_another_failure_of_go_is_shown_by_its_own_last_words(fake: Fake) -> None:
    fake.add_go(FAKE_GO_FAILS="missing go.sum entry")
    told = closed(fake)
    assert "go build failed:\n       missing go.sum entry" in told
    assert "proxy (see" not in told
