"""An emulator for tests: `with Emulator(World.default()) as azure:`."""

import tempfile
import threading
from pathlib import Path
from types import TracebackType

from emulator.client import Admin
from emulator.environment import environment
from emulator.server import Server
from emulator.world import World


class Emulator:
    """A context manager that runs an emulator in a thread, on a free port of the loopback.

    Without `state` it lives in a temporary directory that is gone afterwards. With one, its
    objects, port and certificate authority are taken up again the next time. `pace` is `immediate`
    unless told.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        state: str | Path | None = None,
        pace: str | None = None,
        seed: str | None = None,
        port: int = 0,
    ) -> None:
        self.world = world or World.default()
        self._given = Path(state) if state else None
        self._pace = pace
        self._seed = seed
        self._port = port
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "RunningEmulator":
        directory = self._given or self._make_directory()
        self._server = Server(self.world, directory, port=self._port, seed=self._seed)
        if self._pace:
            self._server.backend.pace.set(self._pace)
        self._thread = self._server.start()
        return RunningEmulator(self._server.url, self._server.certificates.ca_file, self.world)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server and self._thread:
            self._server.stop()
            self._thread.join(10)
        if self._temporary:
            self._temporary.cleanup()

    def _make_directory(self) -> Path:
        self._temporary = tempfile.TemporaryDirectory(prefix="aoai-emulator-")
        return Path(self._temporary.name)


class RunningEmulator(Admin):
    """An emulator that answers: its `url`, its `ca_file`, and everything of Admin."""

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
