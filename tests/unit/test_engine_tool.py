"""tools/engine.py on machines made of fake programs in temporary directories. No network."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

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

ROOT = Path(__file__).resolve().parents[2]

# Answers what the tool asks of Go, and writes down each build.
GO = """#!/bin/sh
case "$1" in
env) printf '%s\\n%s\\n' "${FAKE_GO_VERSION:-go1.26.8}" "${FAKE_GO_TOOLCHAIN:-auto}" ;;
mod) echo "{\\"Dir\\": \\"$FAKE_SDK\\"}" ;;
build)
    echo "$7 with ${GOTOOLCHAIN:-its own toolchain} in $PWD" >>"$FAKE_LOG"
    if [ -n "$FAKE_GO_FAILS" ]; then echo "$FAKE_GO_FAILS" >&2; exit 1; fi
    if [ -n "$FAKE_GATE" ]; then echo started >"$FAKE_GATE.started"; read -r _ <"$FAKE_GATE"; fi
    printf '#!/bin/sh\\necho v3.220.0\\n' >"$6"
    chmod +x "$6"
    ;;
esac
"""


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@dataclass
class Fake:
    """A machine in a temporary directory."""

    root: Path
    said: list[str] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environ = {
            "PATH": f"{self.root / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.root),
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "FAKE_LOG": str(self.root / "log"),
            "FAKE_SDK": str(self.root / "sdk"),
            # Nobody listens there: the official site cannot be reached.
            "https_proxy": "http://127.0.0.1:9",
        }

    @property
    def machine(self) -> Machine:
        return Machine(self.environ, self.said.append)

    @property
    def home(self) -> Path:
        return self.machine.home

    @property
    def builds(self) -> list[str]:
        log = Path(self.environ["FAKE_LOG"])
        return log.read_text().splitlines() if log.exists() else []

    def add_pulumi(self, version: str, host: tuple[str, ...] = LANGUAGE_HOST) -> Path:
        for part in host:
            program(self.root / "bin" / part)
        return program(self.root / "bin" / "pulumi", f"#!/bin/sh\necho {version}\n").parent

    def add_go(self, **settings: str) -> None:
        program(self.root / "bin" / "go", GO)
        for name in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
            program(self.root / "sdk" / "python" / name, "from the sdk")
        program(self.root / "sdk/python/dist/pulumi-analyzer-policy-python").chmod(0o444)
        self.environ.update(settings)

    def run(self) -> subprocess.Popen[str]:
        """The tool as people start it: as a script of its own."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "tools/engine.py")],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


def fill(directory: Path, version: str = VERSION) -> Path:
    for part in LANGUAGE_HOST:
        program(directory / part)
    program(directory / "pulumi", f"#!/bin/sh\necho v{version}\n")
    return directory


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


def test_the_directory_is_the_last_line_of_stdout_and_the_rest_is_on_stderr(fake: Fake) -> None:
    fake.add_go()
    with fake.run() as tool:
        out, errors = tool.communicate(timeout=60)
    assert (tool.returncode, out) == (0, f"{fake.home}\n")
    assert "Building the engine from source" in errors


def test_where_no_way_is_open_the_tool_ends_with_1_and_no_traceback(fake: Fake) -> None:
    with fake.run() as tool:
        out, errors = tool.communicate(timeout=60)
    assert (tool.returncode, out) == (1, "")
    assert errors.count("\n  - ") == 3
    assert "Traceback" not in errors


def gate(fake: Fake) -> Path:
    """Make the fake Go stop in each build: it waits for a line on the gate."""
    path = fake.root / "gate"
    os.mkfifo(path)
    os.mkfifo(f"{path}.started")
    fake.add_go(FAKE_GATE=str(path))
    return path


def test_a_run_that_is_killed_leaves_nothing_that_the_next_one_takes(fake: Fake) -> None:
    path = gate(fake)
    with fake.run() as killed:
        Path(f"{path}.started").read_text()  # blocks until Go is at work
        killed.send_signal(signal.SIGKILL)
        killed.wait(timeout=60)
    assert not fake.home.exists()
    assert len(list(fake.home.parent.glob("*.part-*"))) == 1
    del fake.environ["FAKE_GATE"]
    with fake.run() as second:
        assert second.stderr is not None
        assert "waiting for it" in second.stderr.readline()  # for the Go that lost its parent
        path.write_text("on\n")
        assert second.communicate(timeout=60)[0] == f"{fake.home}\n"
    assert list(fake.home.parent.glob("*.part-*")) == []


def test_two_runs_at_once_build_once(fake: Fake) -> None:
    path = gate(fake)
    with fake.run() as first:
        Path(f"{path}.started").read_text()
        with fake.run() as second:
            assert second.stderr is not None
            assert second.stderr.readline() == "Another run is making the engine: waiting for it.\n"
            path.write_text("on\n")
            Path(f"{path}.started").read_text()  # the second of the two builds
            path.write_text("on\n")
            answers = [tool.communicate(timeout=60)[0] for tool in (first, second)]
    assert answers == [f"{fake.home}\n"] * 2
    assert len(fake.builds) == 2
