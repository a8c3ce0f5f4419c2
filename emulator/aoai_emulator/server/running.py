"""An emulator for tests: ``with Emulator(World.default()) as azure:``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import yaml

from aoai_emulator.admin.client import Admin
from aoai_emulator.server.environment import environment
from aoai_emulator.server.server import Server
from aoai_emulator.state.clock import parse_iso
from aoai_emulator.state.private import private_file, private_folder
from aoai_emulator.state.world import World

_EXIT_TIMEOUT_SECONDS = 10.0


class EmulatorNotStarted(RuntimeError):
    """The process ended before it answered; its log is the message."""


class Emulator:
    """A context manager that runs an emulator on a free port of the loopback.

    It runs in a thread, or with ``process=True`` in a process of its own.

    Args:
        world: tenants, accounts and principals; the default world if left out.
        state: a directory that keeps objects, port and certificate authority for the next start;
            a temporary one if left out.
        pace: how fast things happen, ``immediate`` by default.
        clock: an ISO 8601 moment at which the clock is frozen.
        seed: a text that makes the ids reproducible.
        port: 0 for any free port.
        process: run in another process.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        state: str | Path | None = None,
        pace: str | None = None,
        clock: str | None = None,
        seed: str | None = None,
        port: int = 0,
        process: bool = False,
    ) -> None:
        self.world = world or World.default()
        self._state = Path(state) if state else None
        self._pace = pace or "immediate"
        self._clock = clock
        self._seed = seed
        self._port = port
        self._process = process
        self._opened = ExitStack()

    def __enter__(self) -> RunningEmulator:
        directory = self._state or self._temporary_directory()
        try:
            return (
                self._start_process(directory) if self._process else self._start_thread(directory)
            )
        except BaseException:
            self._opened.close()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def _temporary_directory(self) -> Path:
        made = tempfile.TemporaryDirectory(prefix="aoai-emulator-")
        return Path(self._opened.enter_context(made))

    def _start_thread(self, directory: Path) -> RunningEmulator:
        server = Server(self.world, directory, port=self._port, seed=self._seed)
        server.backend.pace.set(self._pace)
        if self._clock:
            server.backend.clock.begin(parse_iso(self._clock))
        thread = server.start()
        self._opened.callback(thread.join, _EXIT_TIMEOUT_SECONDS)
        self._opened.callback(server.stop)
        return RunningEmulator(server.url, server.certificates.ca_file, self.world)

    def _start_process(self, directory: Path) -> RunningEmulator:
        private_folder(directory)
        world = private_file(directory / "world.yaml")
        world.write_text(yaml.safe_dump(self.world.data()), encoding="utf-8")
        given = {
            "--state": directory,
            "--world": world,
            "--pace": self._pace,
            "--clock": self._clock,
            "--seed": self._seed,
            "--port": self._port or None,
        }
        options = [str(part) for pair in given.items() if pair[1] is not None for part in pair]
        log = private_file(directory / "emulator.log")
        process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-m", "aoai_emulator", *options],
            stdout=subprocess.PIPE,
            stderr=self._opened.enter_context(log.open("w", encoding="utf-8")),
            text=True,
        )
        self._opened.enter_context(process)
        self._opened.callback(process.terminate)
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("emulator ready"):
            process.wait(_EXIT_TIMEOUT_SECONDS)
            raise EmulatorNotStarted(log.read_text(encoding="utf-8").strip())
        ready = json.loads((directory / "ready.json").read_text(encoding="utf-8"))
        return RunningEmulator(ready["url"], Path(ready["ca_file"]), self.world)


class RunningEmulator(Admin):
    """An emulator that answers: its ``url``, its ``ca_file``, and everything of Admin."""

    def __init__(self, url: str, ca_file: Path, world: World) -> None:
        super().__init__(url, ca_file)
        self.world = world

    def environment(self, principal: str = "pipeline") -> dict[str, str]:
        """Environment variables that point azure-identity and requests at it, as this principal."""
        return environment(self.world, self.url, self.ca_file, principal)

    def endpoint(self, account: str) -> str:
        """The data-plane endpoint of an account."""
        return f"{self.url}/{account}"

    def account_id(self, account: str) -> str:
        """The ARM resource id of an account of the world."""
        found = self.world.account(account)
        if found is None:
            raise LookupError(f"the world has no account {account!r}")
        return found.id
