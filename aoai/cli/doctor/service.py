"""The checks over the network: hosts, clock, tokens, accounts, in that order.

Where one fails, those that need it are left out: they would repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache

from aoai.azure.account import Account
from aoai.azure.clients import ClientRegistry
from aoai.azure.http.authorization import origin
from aoai.azure.http.credentials import TokenSource
from aoai.azure.http.exchange import new_session
from aoai.azure.http.probe import Probe, probe
from aoai.azure.http.retrying import RetryPolicy, Timeouts
from aoai.cli.doctor.account_checks import check_account
from aoai.cli.doctor.check import Check
from aoai.cli.doctor.hosts import check_clock, check_host, origins
from aoai.cli.doctor.targets import Target
from aoai.cli.doctor.tokens import check_token

_RETRY_POLICY = RetryPolicy(budget=20.0, timeouts=Timeouts(connect=5.0, read=20.0, answer=40.0))
_WORKERS = 8


class Service:
    """Checks accounts, each host and each tenant once.

    Args:
        environ: where the caller's client id may be.
        token_source: makes the source of tokens for an authority.
        now: this machine's clock, UTC.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        token_source: Callable[[str], TokenSource],
        now: Callable[[], datetime],
    ) -> None:
        self._environ = environ
        self._tokens = cache(token_source)
        self._now = now

    def check(self, targets: Sequence[Target]) -> list[Check]:
        """All checks of these accounts."""
        probes = _probes(targets)
        checks = [check_host(url, found, targets) for url, found in probes.items()]
        checks += check_clock(probes, self._now())
        unreached = {url for url, found in probes.items() if found.problem}
        signed_in: dict[tuple[str, str], bool] = {}
        for target in targets:
            key = _tenant(target.account)
            if key not in signed_in and origin(key[0]) not in unreached:
                check = check_token(target.account, self._tokens(key[0]), self._environ)
                signed_in[key] = check.status == "ok"
                checks.append(check)
        ready = [
            target
            for target in targets
            if signed_in.get(_tenant(target.account))
            and origin(target.account.cloud.resource_manager) not in unreached
        ]
        return [*checks, *self._accounts(ready, unreached), *_left_out(targets, ready)]

    def _accounts(self, targets: Sequence[Target], unreached: set[str]) -> list[Check]:
        registry = ClientRegistry(token_source=self._tokens, retry_policy=_RETRY_POLICY)

        def check(target: Target) -> list[Check]:
            clients = registry.connect(target.account)
            reached = origin(target.account.endpoint) not in unreached
            return check_account(target, clients, self._environ, data_plane=reached)

        with registry, ThreadPoolExecutor(_WORKERS) as pool:
            return [found for checks in pool.map(check, targets) for found in checks]


def _probes(targets: Sequence[Target]) -> dict[str, Probe]:
    urls = origins(targets)
    with new_session() as session, ThreadPoolExecutor(_WORKERS) as pool:
        found = list(pool.map(lambda url: probe(url, session, _RETRY_POLICY), urls))
    return dict(zip(urls, found, strict=True))


def _tenant(account: Account) -> tuple[str, str]:
    """The authority and the tenant that an account's tokens come from."""
    return account.cloud.authority, account.tenant_id


def _left_out(targets: Sequence[Target], ready: Sequence[Target]) -> list[Check]:
    """Accounts that could not be asked, because of what is reported above."""
    message = "not checked, since the resource manager or a token is missing"
    return [
        Check("warn", f"{target.key}: account", message)
        for target in targets
        if target not in ready
    ]
