"""Machines for the tests of tools/engine: fake programs in a temporary directory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.repository import ROOT
from tests.unit.engine_layouts import RELEASES
from tools.engine import TESTED, Machine

(TESTED_LAYOUT,) = (release for release in RELEASES if release.version == f"v{TESTED}")

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
    def cache(self) -> Path:
        return self.machine.cache

    @property
    def builds(self) -> list[str]:
        log = Path(self.environ["FAKE_LOG"])
        return log.read_text().splitlines() if log.exists() else []

    def add_pulumi(self, version: str, files: Iterable[str] = TESTED_LAYOUT.files) -> Path:
        return fill(self.root / "bin", version, files)

    def add_go(self, **settings: str) -> None:
        program(self.root / "bin" / "go", GO)
        for name in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
            program(self.root / "sdk" / "python" / name, "from the sdk")
        program(self.root / "sdk/python/dist/pulumi-analyzer-policy-python").chmod(0o444)
        self.environ.update(settings)

    def run(self) -> subprocess.Popen[str]:
        """The tool as the Makefile runs it."""
        return subprocess.Popen(
            [sys.executable, "-m", "tools.engine"],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def fill(
    directory: Path, version: str = f"v{TESTED}", files: Iterable[str] = TESTED_LAYOUT.files
) -> Path:
    """Put the files of a release into a directory."""
    for name in files:
        program(directory / name)
    program(directory / "pulumi", f"#!/bin/sh\necho {version}\n")
    return directory
