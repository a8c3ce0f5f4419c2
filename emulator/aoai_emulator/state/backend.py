"""What every route works on: the parts of one emulator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aoai_emulator.state.access_tokens import Tokens
from aoai_emulator.state.account_records import MadeAccounts
from aoai_emulator.state.catalog import Catalog
from aoai_emulator.state.clock import Clock
from aoai_emulator.state.faults import Faults
from aoai_emulator.state.ids import Ids
from aoai_emulator.state.pace import Pace
from aoai_emulator.state.private import private_folder
from aoai_emulator.state.rate_windows import RateWindows
from aoai_emulator.state.recorder import Recorder
from aoai_emulator.state.replies import Replies
from aoai_emulator.state.settings import Settings, SettingsStore
from aoai_emulator.state.store import Store
from aoai_emulator.state.world import World


@dataclass(frozen=True)
class Backend:
    """One emulator's parts. ``url`` is where it answers, ``directory`` holds its state."""

    url: str
    directory: Path
    accounts: MadeAccounts
    catalog: Catalog
    store: Store
    clock: Clock
    ids: Ids
    pace: Pace
    settings_store: SettingsStore
    tokens: Tokens
    faults: Faults
    recorder: Recorder
    replies: Replies
    rates: RateWindows
    hosts: frozenset[str]

    @property
    def world(self) -> World:
        """The world as it is now: as it began, with the accounts that calls made or deleted."""
        return self.accounts.world()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.settings_store.get()

    @property
    def contents(self) -> Path:
        """Where the bytes of files lie."""
        return private_folder(self.directory / "contents")

    def reset(self) -> None:
        """Forget all objects, calls, faults and recorded requests; clock and settings as at first.

        The world, the pace, the port and issued tokens stay.
        """
        with self.store.transaction():
            self.store.clear()
            self.clock.reset()
            self.settings_store.reset()
        self.faults.clear()
        self.recorder.clear()
        self.replies.clear()
        self.rates.clear()
        for path in self.contents.iterdir():
            path.unlink()


def build(
    world: World,
    directory: Path,
    url: str,
    *,
    seed: str | None = None,
    hosts: frozenset[str] = frozenset(),
) -> Backend:
    """A backend on the state directory, with the objects that an earlier run left there."""
    store = Store(directory / "emulator.sqlite")
    tokens = Tokens(store)
    return Backend(
        url=url,
        directory=directory,
        accounts=MadeAccounts(store, world),
        catalog=Catalog.default(),
        store=store,
        clock=Clock(store),
        ids=Ids(store, seed),
        pace=Pace(store),
        settings_store=SettingsStore(store),
        tokens=tokens,
        faults=Faults(),
        recorder=Recorder(tokens),
        replies=Replies(),
        rates=RateWindows(),
        hosts=frozenset({"localhost", "127.0.0.1", "[::1]"}) | hosts,
    )
