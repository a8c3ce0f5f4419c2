"""The third source: a build from source with Go, where a module proxy can be reached."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.engine.machine import Machine, UnavailableError, duration
from tools.engine.version import TESTED

MODULES = Path(__file__).resolve().parents[1] / "engine_build"
SDK = "github.com/pulumi/pulumi/sdk/v3"
PACKAGES = {  # module below MODULES: the package in it that is built
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
NETWORK = re.compile(r"dial tcp|no such host|refused|timeout|proxyconnect|x509|TLS|40[347]")


def go_build(stage: Path, machine: Machine) -> Path:
    """Build the CLI and the language host, and put the SDK's scripts beside them.

    Raises:
        UnavailableError: there is no Go that can do it, or the build failed.
    """
    environ = {**machine.environ, "GOWORK": "off", **_toolchain(stage, machine)}
    machine.notify("Building the engine from source with Go: 3 to 5 minutes, once.")
    flags = f"-s -w -X {SDK}/go/common/version.Version=v{TESTED}"
    for module, package in PACKAGES.items():
        out = f"{stage}/{package.rsplit('/', 1)[1]}"
        command = ["build", "-mod=readonly", "-ldflags", flags, "-o", out, package]
        _go(command, MODULES / module, environ, machine)
    download = ["mod", "download", "-json", f"{SDK}@v{TESTED}"]
    sources = Path(json.loads(_go(download, MODULES / "cli", environ, machine))["Dir"])
    for script in SCRIPTS:
        copy = shutil.copyfile(sources / script, stage / Path(script).name)
        copy.chmod(0o755)  # the module cache keeps no mode
    # This language host is older than the CLI and does not get the project's virtualenv option.
    machine.notify("It runs programs with the python3 on PATH: put .venv/bin there.")
    return stage


def _toolchain(stage: Path, machine: Machine) -> dict[str, str]:
    """What to add to Go's environment so that it is new enough."""
    if not shutil.which("go", path=machine.path):
        raise UnavailableError("PATH has no Go to build it with")
    # Asked outside of any module: within one, an older Go would first fetch a newer one.
    answer = _go(["env", "GOVERSION", "GOTOOLCHAIN"], stage, machine.environ, machine)
    version, _, toolchain = answer.strip().partition("\n")
    match = re.search(r"go(\d+)\.(\d+)", version)
    number = (int(match[1]), int(match[2])) if match else (0, 0)
    if number >= GO_NEEDED:
        return {}
    why = f"{version or 'the Go on PATH'} is too old: Go 1.25 or later is needed"
    if number < GO_THAT_FETCHES_GO:
        raise UnavailableError(why)
    if "auto" not in toolchain:
        why += f", and GOTOOLCHAIN={toolchain} keeps it from fetching that"
        raise UnavailableError(why)
    machine.notify(f"{version} is too old: it fetches Go 1.25 first.")
    return {"GOTOOLCHAIN": "go1.25.0+auto"}


def _go(
    arguments: Sequence[str], directory: Path, environ: Mapping[str, str], machine: Machine
) -> str:
    """Run Go and return its output; if it fails, raise the end of its errors."""
    program = shutil.which("go", path=machine.path) or "go"
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(
            [program, *arguments],
            cwd=directory,
            env=environ,
            stdout=out,
            stderr=errors,
            close_fds=False,  # it inherits the lock
        ) as process:
            code = _wait(process, machine.interactive)
        out.seek(0)
        errors.seek(0)
        if code == 0:
            return out.read()
        output = errors.read()
    why = f"go {arguments[0]} failed"
    if NETWORK.search(output):
        why += " because Go cannot reach a module proxy (see `go env GOPROXY`)"
    raise UnavailableError("\n       ".join([f"{why}:", *output.strip().splitlines()[-3:]]))


def _wait(process: subprocess.Popen[bytes], interactive: bool) -> int:
    """Wait for a process, with a counter on a terminal; return its exit code."""
    start = time.monotonic()
    while True:
        try:
            return process.wait(timeout=1 if interactive else None)
        except subprocess.TimeoutExpired:
            line = f"\r\033[K  {duration(time.monotonic() - start)}\r"
            print(line, end="", file=sys.stderr, flush=True)
