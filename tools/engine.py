"""Find or make a Pulumi engine, and print the directory to put on PATH.

Three ways, in this order; the first that is open is taken:

1. A ``pulumi`` on PATH that is new enough and has its Python language host beside it.
2. The official installer, where Pulumi's download site can be reached.
3. A build from source with Go, where only a Go module proxy can be reached.

What ways 2 and 3 make is kept for this user, so that it is made once: in
``$XDG_CACHE_HOME/aoai-finetune`` (``~/.cache/aoai-finetune`` where that is not set). It is made
under another name and renamed when it is whole: a run that is killed leaves no half engine.

    python tools/engine.py        the directory is the last line of stdout; the rest is on stderr
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

VERSION = "3.220.0"
"""The engine that ways 2 and 3 make; later ones run no policy packs with way 3's language host."""

OLDEST = (3, 216)
"""The oldest engine that is taken from PATH: the first to take new inputs from a refresh."""

LANGUAGE_HOST = (
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
    "pulumi-analyzer-policy-python",
)
SDK = "github.com/pulumi/pulumi/sdk/v3"
BUILDS = {  # module directory beside this file: the package in it that is built
    "cli": "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    "language": f"{SDK}/python/cmd/pulumi-language-python",
}
SCRIPTS = (  # within the SDK's module
    "python/cmd/pulumi-language-python-exec",
    "python/dist/pulumi-resource-pulumi-python",
    "python/dist/pulumi-analyzer-policy-python",
)
GO_NEEDED = (1, 25)
GO_THAT_FETCHES_GO = (1, 21)
DOWNLOAD_SITE = "https://get.pulumi.com"
PROBE_SECONDS = 3.0
NETWORK = re.compile(r"dial tcp|no such host|refused|timeout|proxyconnect|x509|TLS|40[347]")

NO_WAY = f"""Do one of these, then run it again:
  - install Pulumi 3.216 or later and put it on PATH (https://www.pulumi.com/docs/install)
  - let this machine reach {DOWNLOAD_SITE}
  - install Go 1.25 or later (https://go.dev/doc/install), and set GOPROXY to a module proxy
    that this machine can reach"""


class EngineError(Exception):
    """There is no engine and no way to one; says why of each way, and what to install."""


class WayClosedError(Exception):
    """One way does not lead to an engine here; a sentence that says why."""


@dataclass(frozen=True)
class Machine:
    """What the tool sees of the machine that it runs on."""

    environ: Mapping[str, str]
    say: Callable[[str], None]
    """Shows a line to the person who waits."""
    live: bool = False
    """Whether that person looks at a terminal, on which a counter can run."""

    @property
    def path(self) -> str:
        """Where programs are looked for."""
        return self.environ.get("PATH", os.defpath)

    @property
    def home(self) -> Path:
        """Where this user's engine stands once it is made."""
        base = self.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(base) / "aoai-finetune" / f"pulumi-{VERSION}"


Way = Callable[[Path, Machine], Path]
"""Makes an engine somewhere below an empty directory and returns where. Raises WayClosedError."""


def ensure_engine(machine: Machine | None = None, ways: Sequence[Way] | None = None) -> Path:
    """The directory of an engine that runs this project; it is made if there is none.

    Args:
        machine: what to look at; the real one by default.
        ways: how to make one, in order; the official installer, then Go by default.

    Raises:
        EngineError: there is none and none can be made.
    """
    machine = machine or this_machine()
    try:
        return engine_on_path(machine)
    except WayClosedError as closed:
        reasons = [str(closed)]
    if not missing_parts(machine.home):
        return machine.home
    machine.home.parent.mkdir(parents=True, exist_ok=True)
    with only_one(machine):
        if missing_parts(machine.home):
            make(machine, ways or (official_installer, go_tool), reasons)
    return machine.home


def this_machine() -> Machine:
    """The machine as it is, talking on stderr."""
    return Machine(os.environ, lambda line: print(line, file=sys.stderr), sys.stderr.isatty())


def missing_parts(directory: Path) -> list[str]:
    """The parts of an engine that the directory lacks or that cannot be run."""
    parts = ("pulumi", *LANGUAGE_HOST)
    return [part for part in parts if not os.access(directory / part, os.X_OK)]


def engine_on_path(machine: Machine) -> Path:
    """Way 1: the directory of the ``pulumi`` on PATH. Raises WayClosedError if it won't do."""
    found = shutil.which("pulumi", path=machine.path)
    if not found:
        raise WayClosedError("PATH has no pulumi")
    directory = Path(found).parent
    if directory == machine.home and not missing_parts(directory):
        return directory
    version = version_of(found, machine)
    if version < OLDEST or version[0] != OLDEST[0]:
        shown = ".".join(map(str, version)) or "of a version that it does not tell"
        why = f"{found} is {shown}; 3.{OLDEST[1]} or a later 3.x is needed"
        raise WayClosedError(why)
    # A package manager may link pulumi alone into a directory of PATH.
    around = os.pathsep.join([str(directory), str(Path(found).resolve().parent), machine.path])
    for part in LANGUAGE_HOST:
        if not shutil.which(part, path=around):
            why = f"{found} has no {part} beside it"
            raise WayClosedError(why)
    return directory


def version_of(program: str, machine: Machine) -> tuple[int, ...]:
    """Major and minor version of a Pulumi CLI; empty if it does not say."""
    environ = {**machine.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    command = [program, "version"]
    try:
        said = subprocess.check_output(
            command, env=environ, stderr=subprocess.DEVNULL, text=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(r"v?(\d+)\.(\d+)\.", said)
    return (int(match[1]), int(match[2])) if match else ()


@contextlib.contextmanager
def only_one(machine: Machine) -> Iterator[None]:
    """Hold the lock on the engine's directory. The system frees it when the process ends."""
    with Path(f"{machine.home}.lock").open("w") as file:
        # Go inherits it, and so a build whose parent was killed keeps it until it ends.
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            machine.say("Another run is making the engine: waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make(machine: Machine, ways: Sequence[Way], reasons: list[str]) -> None:
    """Make the engine by the first way that is open. To be called under the lock."""
    home, start = machine.home, time.monotonic()
    machine.say(f"No Pulumi engine yet ({reasons[0]}): getting version {VERSION}, once.")
    for left in home.parent.glob(f"{home.name}.part-*"):
        shutil.rmtree(left)  # a killed run's: nobody else holds the lock
    for way in ways:
        stage = Path(tempfile.mkdtemp(prefix=f"{home.name}.part-", dir=home.parent))
        try:
            made = way(stage, machine)
            inspect(made, machine)
            shutil.rmtree(home, ignore_errors=True)  # damaged, or it would have been taken
            made.rename(home)
        except WayClosedError as closed:
            reasons.append(str(closed))
        else:
            machine.say(f"The engine is ready after {clock(time.monotonic() - start)}: {home}")
            return
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    listed = "\n".join(f"  {number}. {why}" for number, why in enumerate(reasons, 1))
    message = f"No Pulumi engine, and no way to get one:\n{listed}\n{NO_WAY}"
    raise EngineError(message)


def inspect(made: Path, machine: Machine) -> None:
    """Raise WayClosedError unless every part is there and the CLI is what was asked for."""
    if missing := missing_parts(made):
        why = f"what was made lacks {', '.join(missing)}"
        raise WayClosedError(why)
    if version_of(str(made / "pulumi"), machine) != tuple(map(int, VERSION.split(".")[:2])):
        why = f"what was made does not run here as pulumi {VERSION}"
        raise WayClosedError(why)


def official_installer(stage: Path, machine: Machine) -> Path:
    """Way 2: Pulumi's own installer, if its site answers at once."""
    try:  # here, not at the top: it costs a second, and this file also runs without it
        from pulumi.automation import PulumiCommand  # noqa: PLC0415
        from pulumi.automation.errors import InvalidVersionError  # noqa: PLC0415
        from semver import VersionInfo  # noqa: PLC0415
    except ImportError:
        raise WayClosedError("this Python lacks the pulumi package, which installs it") from None
    address = f"{DOWNLOAD_SITE}/install.sh"
    try:
        with urllib.request.urlopen(address, timeout=PROBE_SECONDS):  # noqa: S310  a constant
            machine.say(f"Downloading pulumi {VERSION} with its own installer: about a minute.")
    except OSError:
        why = f"{DOWNLOAD_SITE} cannot be reached"
        raise WayClosedError(why) from None
    try:
        PulumiCommand.install(root=str(stage), version=VersionInfo.parse(VERSION))
    except (OSError, subprocess.SubprocessError, InvalidVersionError) as failure:
        why = f"Pulumi's own installer failed: {failure}"
        raise WayClosedError(why) from failure
    return stage / "bin"


def go_tool(stage: Path, machine: Machine) -> Path:
    """Way 3: build the CLI and the language host, and lay the SDK's scripts beside them."""
    environ = {**machine.environ, "GOWORK": "off", **go_environment(stage, machine)}
    machine.say("Building the engine from source with Go: 3 to 5 minutes, once.")
    flags = f"-s -w -X {SDK}/go/common/version.Version=v{VERSION}"
    modules = Path(__file__).resolve().parent / "engine"
    for module, package in BUILDS.items():
        out = f"{stage}/{package.rsplit('/', 1)[1]}"
        command = ["build", "-mod=readonly", "-ldflags", flags, "-o", out, package]
        go(command, modules / module, environ, machine)
    download = ["mod", "download", "-json", f"{SDK}@v{VERSION}"]
    sources = Path(json.loads(go(download, modules / "cli", environ, machine))["Dir"])
    for script in SCRIPTS:
        copy = shutil.copyfile(sources / script, stage / Path(script).name)
        copy.chmod(0o755)  # the module cache keeps no mode
    # This language host is older than the CLI and never hears of the project's virtualenv option.
    machine.say("It runs programs with the python3 on PATH: put .venv/bin there (activate does).")
    return stage


def go_environment(stage: Path, machine: Machine) -> dict[str, str]:
    """What to add to Go's environment. Raises WayClosedError if there is no Go that will do."""
    if not shutil.which("go", path=machine.path):
        raise WayClosedError("PATH has no Go to build it with")
    # Asked outside of any module: within one, an older Go would first fetch a newer one.
    answer = go(["env", "GOVERSION", "GOTOOLCHAIN"], stage, machine.environ, machine)
    version, _, toolchain = answer.strip().partition("\n")
    match = re.search(r"go(\d+)\.(\d+)", version)
    number = (int(match[1]), int(match[2])) if match else (0, 0)
    if number >= GO_NEEDED:
        return {}
    why = f"{version or 'the Go on PATH'} is too old: Go 1.25 or later is needed"
    if number < GO_THAT_FETCHES_GO:
        raise WayClosedError(why)
    if "auto" not in toolchain:
        why += f", and GOTOOLCHAIN={toolchain} keeps it from fetching that"
        raise WayClosedError(why)
    machine.say(f"{version} is too old: it fetches Go 1.25 first.")
    return {"GOTOOLCHAIN": "go1.25.0+auto"}


def go(
    arguments: Sequence[str], directory: Path, environ: Mapping[str, str], machine: Machine
) -> str:
    """What a Go command printed. Raises WayClosedError with the end of its errors if it failed."""
    program = shutil.which("go", path=machine.path) or "go"
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(
            [program, *arguments],
            cwd=directory,
            env=environ,
            stdout=out,
            stderr=errors,
            close_fds=False,  # the lock's
        ) as process:
            code = wait(process, machine.live)
        out.seek(0)
        errors.seek(0)
        if code == 0:
            return out.read()
        said = errors.read()
    why = f"go {arguments[0]} failed"
    if NETWORK.search(said):
        why += " because Go cannot reach a module proxy (see `go env GOPROXY`)"
    raise WayClosedError("\n       ".join([f"{why}:", *said.strip().splitlines()[-3:]]))


def wait(process: subprocess.Popen[bytes], live: bool) -> int:
    """The exit code of a process, with the time counted on a terminal meanwhile."""
    start = time.monotonic()
    while True:
        try:
            return process.wait(timeout=1 if live else None)
        except subprocess.TimeoutExpired:
            line = f"\r\033[K  {clock(time.monotonic() - start)}\r"
            print(line, end="", file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds: 2 min 05 s."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def main() -> int:
    """Print the engine's directory; return the exit code."""
    try:
        print(ensure_engine())
    except (EngineError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing half-made is left.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
