"""Azure in this process: the emulator without a socket, on a clock that only sleeping moves."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from aoai_emulator.operations.catch_up import catch_up
from aoai_emulator.server.app import build_routes
from aoai_emulator.server.middleware import Middleware
from aoai_emulator.state.backend import build
from aoai_emulator.state.clock import parse_iso
from aoai_emulator.state.deployment_records import Deployment, deployments
from aoai_emulator.state.file_records import StoredFile
from aoai_emulator.state.file_records import table as files
from aoai_emulator.state.ids import Ids
from aoai_emulator.state.job_records import Job, TrainedModel, jobs, trained_models
from aoai_emulator.state.world import World
from azure.core.credentials import AccessToken

from aoai.azure.account import Account, Cloud
from aoai.azure.clients import ClientRegistry
from aoai.azure.http.credentials import TokenSource
from aoai.azure.http.retrying import RetryPolicy
from tests.lifecycle.asgi import Answer, Application, Routes, Sent, Session
from tests.lifecycle.faults import NO_QUOTA, Killed, Weather, strike
from tests.lifecycle.ledger import OTHERS, Actor, Ledger
from tests.lifecycle.marks import mark

URL = "https://localhost:1"
BEGIN = parse_iso("2026-01-05T08:00:00")
ACCOUNTS = {
    "sweden": "contoso-swedencentral",
    "america": "contoso-northcentralus",
    "fabrikam": "fabrikam-switzerlandwest",
}
"""The accounts that programs use, by the short name that an order knows them by."""

_TOKEN_LIFE = 3600
_MIXED = 0.5


class Azure:
    """One emulator, reset for each order; everything random about it follows from the seed.

    Attributes:
        answers: the emulator's settings after each reset (:mod:`tests.answers`).
    """

    def __init__(self, answers: dict[str, Any] | None = None) -> None:
        self.answers = answers or {}
        self._directory = tempfile.TemporaryDirectory(prefix="lifecycle-", dir=_memory())
        self.world = World.default()
        self.backend = build(self.world, Path(self._directory.name), URL, seed="lifecycle")
        self._application = Application(
            Middleware(Routes(build_routes(self.backend)), self.backend)
        )
        self._tokens: dict[tuple[str, str], str] = {}
        self._session = Session(self._through)
        self.reset(0)

    def close(self) -> None:
        """Give back threads, the store and its directory."""
        self._application.close()
        self.backend.store.close()
        self._directory.cleanup()

    def reset(self, seed: int) -> None:
        """Start from nothing, as of the beginning."""
        self.backend.reset()
        self.backend.settings_store.change(self.answers)
        Ids(self.backend.store, "lifecycle")  # ids count from the beginning again
        self.backend.pace.set("immediate")
        self.random = Random(seed)
        self.weather = Weather(self.random)
        self.ledger = Ledger()
        self.actor = Actor()
        self.elapsed = 0.0
        self.mixed_case = False
        self._tokens.clear()
        self._settled: dict[str, tuple[float, int]] = {}
        self.backend.clock.freeze(BEGIN)

    def sleep(self, seconds: float) -> None:
        """Let time pass, for clients and service alike."""
        self.elapsed += max(0.0, seconds)
        self.backend.clock.freeze(BEGIN + self.elapsed)

    def process(self) -> ClientRegistry:
        """The clients of a new process: it knows nothing yet."""
        return ClientRegistry(
            token_source=lambda authority: TokenSource(
                authority,
                build=lambda _: self,
                clock=self._clock,
                wall_clock=lambda: BEGIN + self.elapsed,
            ),
            retry_policy=RetryPolicy(
                sleep=self.sleep,
                clock=self._clock,
                random=self.random.random,
                now=lambda: datetime.fromtimestamp(BEGIN + self.elapsed, UTC),
            ),
            session=lambda: self._session,
        )

    def get_token(self, *scopes: str, tenant_id: str | None = None) -> AccessToken:
        """A token of the principal that may do everything."""
        key = tenant_id or "", scopes[0].removesuffix("/.default")
        if key not in self._tokens:
            self._tokens[key] = self._issue(*key)
        return AccessToken(self._tokens[key], int(BEGIN + self.elapsed) + _TOKEN_LIFE)

    def _issue(self, tenant_id: str, audience: str) -> str:
        """A token; its life is wall time, and longer than that of any order."""
        client = self.backend.world.principal_named("pipeline")
        token, _ = self.backend.tokens.issue(
            tenant_id, client.client_id if client else "", audience
        )
        return token

    @contextmanager
    def on_behalf(self, actor: Actor) -> Iterator[None]:
        """All requests inside are the actor's."""
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    def _clock(self) -> float:
        return self.elapsed

    def _through(self, sent: Sent) -> Answer:
        weather = self.weather
        if weather.kills(self.actor):
            if weather.kill_after:
                self.carry_out(sent)
            raise Killed
        if weather.refuses(sent):
            mark("refused for quota")
            return NO_QUOTA
        fault = weather.pick(sent, self.actor)
        if fault and fault.done and self.actor.step == "create" and sent.method != "GET":
            mark(f"answer in the create of a {self.actor.kind} lost")
        return strike(fault, sent, self.carry_out) if fault else self.carry_out(sent)

    def carry_out(self, sent: Sent) -> Answer:
        """Let Azure do what is asked, and take it down."""
        answer = self._application(sent)
        self.ledger.note(sent, answer, self.actor)
        if self.mixed_case and sent.path.startswith("/sub") and self.random.random() < _MIXED:
            mark("id in another letter case")
            body = answer.body.replace(b"/resourceGroups/", b"/resourcegroups/")
            return Answer(answer.status, answer.headers, body)
        return answer

    def by_others(self, method: str, url: str, body: bytes = b"") -> Answer:
        """A request of somebody who knows nothing of any stack."""
        parts = urlsplit(url)
        arm = parts.path.startswith("/subscriptions")
        tenant = self._tenant(parts.path)
        scope = "https://management.azure.com" if arm else "https://cognitiveservices.azure.com"
        token = self.get_token(scope, tenant_id=tenant).token
        headers = {
            "host": "localhost:1",
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
        }
        with self.on_behalf(Actor(OTHERS)):
            return self.carry_out(Sent(method, parts.path, parts.query, headers, body))

    def remove_by_hand(self, account: str, name: str) -> None:
        """Somebody deletes a deployment."""
        self.by_others("DELETE", f"{self.id_of(account)}/deployments/{name}?api-version=2025-06-01")

    def _tenant(self, path: str) -> str:
        return next(a.tenant_id for a in self.world.accounts if a.name in path)

    def account(self, place: str) -> Account:
        """An account by its short name."""
        found = self.world.account(ACCOUNTS[place])
        assert found is not None
        return Account(
            id=found.id,
            endpoint=f"{URL}/{found.name}",
            tenant_id=found.tenant_id,
            location=found.location,
            cloud=Cloud(resource_manager=URL, authority=URL),
        )

    def id_of(self, name: str) -> str:
        """The ARM id that an account has now."""
        found = self.backend.world.account(name)
        assert found is not None
        return found.id

    def group_of(self, place: str) -> str:
        """The resource group that an account is in now, by its short name."""
        return self.id_of(ACCOUNTS[place]).split("/")[4]

    def move(self, name: str, group: str) -> bool:
        """Move an account to a resource group, if it is not there already."""
        before = self.id_of(name)
        with self.backend.store.transaction():
            self.backend.accounts.move(name, self.backend.clock.now(), group=group)
        return self.id_of(name) != before

    def settle(self, *accounts: str) -> None:
        """Do what was due by now, everywhere if no account is named.

        Nothing is due again at the same time, as long as nothing was written.
        """
        now = self._now()
        names = [n for n in accounts or ACCOUNTS.values() if self._settled.get(n) != now]
        if not names:
            return
        with self.backend.store.transaction():
            for name in names:
                catch_up(self.backend, name)
        self._settled |= dict.fromkeys(names, self._now())

    def _now(self) -> tuple[float, int]:
        """The time, and how many rows were written by now."""
        return self.elapsed, self.backend.store.execute("SELECT total_changes()")[0][0]

    def file(self, account: str, id_: str) -> StoredFile | None:
        """A file of an account."""
        return files(self.backend).get(account, id_)

    def job(self, account: str, id_: str) -> Job | None:
        """A job of an account."""
        return jobs(self.backend).get(account, id_)

    def deployment(self, account: str, name: str) -> Deployment | None:
        """A deployment of an account that is not being deleted, by name in lower case."""
        found = deployments(self.backend).get(account, name)
        return found if found is None or found.state != "Deleting" else None

    def models(self, account: str) -> dict[str, TrainedModel]:
        """The trained models of an account by name."""
        return {each.id: each for each in trained_models(self.backend).list(account)}

    def remove_model(self, account: str, name: str) -> None:
        """A trained model is removed in the portal: the API has no call for it."""
        trained_models(self.backend).delete(account, name)

    def deployments(self, account: str) -> dict[str, Deployment]:
        """The deployments of an account by name in lower case."""
        found = deployments(self.backend).list(account)
        return {each.id: each for each in found if each.state != "Deleting"}


def _memory() -> str | None:
    """Where a directory costs no disk; None for the usual place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
