"""All clients of an account, connected once per process and shared by everything in it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import requests

from aoai.azure.account import Account
from aoai.azure.api_versions import JOBS
from aoai.azure.arm.account_models import AccountModelsClient
from aoai.azure.arm.accounts import AccountsClient
from aoai.azure.arm.deployments import DeploymentsClient
from aoai.azure.arm.metrics import MetricsClient
from aoai.azure.authoring.checkpoint_copies import CheckpointCopiesClient
from aoai.azure.authoring.files import FilesClient
from aoai.azure.authoring.graders import GradersClient
from aoai.azure.authoring.jobs import FineTuningJobsClient
from aoai.azure.authoring.models import ModelsClient
from aoai.azure.authoring.surface_transport import SurfaceTransport
from aoai.azure.http.authorization import Access
from aoai.azure.http.credentials import TokenSource
from aoai.azure.http.exchange import new_session
from aoai.azure.http.retrying import RetryPolicy
from aoai.azure.http.transport import Transport
from aoai.azure.inventory import Inventory
from aoai.azure.surfaces import Surface, asked_surface, base_url, choose, scope


@dataclass(frozen=True)
class AccountClients:
    """The clients of one account.

    Attributes:
        models: of the data plane: what became of a job.
        accounts: of the resource manager: the account itself, its quotas and content filters.
        account_models: of the resource manager: what can be trained and deployed.
        writes: held by every change of a deployment; hold it to read a deployment and change it.
        session: shared by all clients of the account.
    """

    account: Account
    files: FilesClient
    jobs: FineTuningJobsClient
    graders: GradersClient
    copies: CheckpointCopiesClient
    models: ModelsClient
    accounts: AccountsClient
    account_models: AccountModelsClient
    deployments: DeploymentsClient
    metrics: MetricsClient
    inventory: Inventory
    writes: threading.RLock
    session: requests.Session

    def close(self) -> None:
        """Close the network connections; using a client again opens new ones."""
        self.session.close()

    def __repr__(self) -> str:
        return f"AccountClients({self.account.id!r})"


class ClientRegistry:
    """Connects to accounts, each one once; safe to share between threads.

    As a context manager it closes all connections at the end of the block.

    Args:
        token_source: makes the source of tokens for an authority; one is kept per authority.
        retry_policy: clocks, time-outs and budgets of all requests.
        session: makes the session of an account.
    """

    def __init__(
        self,
        *,
        token_source: Callable[[str], TokenSource] = TokenSource,
        retry_policy: RetryPolicy | None = None,
        session: Callable[[], requests.Session] = new_session,
    ) -> None:
        self._token_source = token_source
        self._session = session
        self._retry_policy = retry_policy or RetryPolicy()
        self._guard = threading.Lock()
        self._tokens: dict[str, TokenSource] = {}
        self._writes: dict[str, threading.RLock] = {}
        self._clients: dict[Account, AccountClients] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.forget()

    def connect(self, account: Account) -> AccountClients:
        """The clients of an account; nothing is sent yet."""
        with self._guard:
            if account not in self._clients:
                self._clients[account] = self._open(account)
            return self._clients[account]

    def forget(self) -> None:
        """Close all connections, and drop their credentials and lists."""
        with self._guard:
            for clients in self._clients.values():
                clients.close()
            self._tokens.clear()
            self._clients.clear()

    def _open(self, account: Account) -> AccountClients:
        authority = account.cloud.authority
        if authority not in self._tokens:
            self._tokens[authority] = self._token_source(authority)
        # One lock per account, however it was spelled.
        writes = self._writes.setdefault(account.key, threading.RLock())
        return open_clients(
            account, self._tokens[authority], self._retry_policy, writes, self._session()
        )


def open_clients(
    account: Account,
    tokens: TokenSource,
    retry_policy: RetryPolicy | None = None,
    writes: threading.RLock | None = None,
    session: requests.Session | None = None,
) -> AccountClients:
    """New clients of an account, sharing one session.

    Args:
        account: the account.
        tokens: where its tokens come from.
        retry_policy: clocks, time-outs and budgets of all requests.
        writes: the lock that serialises changes of its deployments.
        session: what the requests go through; a new one if left out.
    """
    session = session or new_session()
    cloud, tenant, label = account.cloud, account.tenant_id, str(account)

    def forget() -> None:
        # Weak: clients that nobody holds go at once, with their lists, and wait for no collector.
        if inventory := held():
            inventory.invalidate()

    def transport(base_url: str, access: Access) -> Transport:
        return Transport(
            base_url,
            access,
            session=session,
            retry_policy=retry_policy,
            label=label,
            after_write=forget,
        )

    surfaces = {
        surface: transport(
            base_url(account, surface), Access(tokens, tenant, scope(account, surface))
        )
        for surface in Surface
        if surface is not Surface.PROJECT or asked_surface(account) is surface
    }
    arm = transport(cloud.resource_manager, Access(tokens, tenant, cloud.arm_scope, auxiliary=True))
    clients = _assemble(account, surfaces, arm, session, writes or threading.RLock())
    held = weakref.ref(clients.inventory)
    return clients


def _assemble(
    account: Account,
    surfaces: Mapping[Surface, Transport],
    arm: Transport,
    session: requests.Session,
    writes: threading.RLock,
) -> AccountClients:
    """The clients, given the transports to the data plane's surfaces and to ARM."""

    def surface_for(call: str = "", fields: Iterable[str] = ()) -> SurfaceTransport:
        surface = choose(account, call, fields)
        version = {"api-version": JOBS} if surface is Surface.CLASSIC else {}
        return SurfaceTransport(surfaces[surface], version)

    data = surfaces[Surface.CLASSIC]
    files, jobs = FilesClient(data), FineTuningJobsClient(data, surface_for=surface_for)
    deployments = DeploymentsClient(arm, account, writes=writes)
    accounts, offers = AccountsClient(arm, account), AccountModelsClient(arm, account)
    metrics = MetricsClient(arm, account, now=arm.retry_policy.now)
    clock = arm.retry_policy.clock
    models = ModelsClient(data)
    inventory = Inventory(files, jobs, deployments, metrics, accounts, offers, models, clock=clock)
    return AccountClients(
        account=account,
        files=files,
        jobs=jobs,
        graders=GradersClient(surface_for),
        copies=CheckpointCopiesClient(surface_for),
        models=models,
        accounts=accounts,
        account_models=offers,
        deployments=deployments,
        metrics=metrics,
        inventory=inventory,
        writes=writes,
        session=session,
    )


_process = ClientRegistry()


def connect(account: Account) -> AccountClients:
    """The clients of an account, the same ones for the whole process."""
    return _process.connect(account)


def use(registry: ClientRegistry) -> ClientRegistry:
    """Let ``connect`` take its clients from another registry; returns the one it took before.

    For a process that brings its own session, credentials or clock, such as one that simulates
    time. The registry that is left is not closed.
    """
    global _process
    before, _process = _process, registry
    return before


def disconnect() -> None:
    """Close and drop what ``connect`` keeps, with tokens and lists; the next call connects anew.

    For a process whose environment changes, such as one that runs tests.
    """
    _process.forget()
