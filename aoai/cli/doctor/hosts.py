"""Whether the hosts of accounts are reached and trusted, and whether the clocks agree."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aoai.azure.http.authorization import origin
from aoai.azure.http.probe import Probe
from aoai.cli.doctor.check import Check
from aoai.cli.doctor.targets import Target

CLOCK_LIMIT = timedelta(minutes=5)
"""Beyond this, times that this machine signs or compares (assertions, SAS, expiry) are off. Monitor
is then asked by the service's clock instead (``aoai.azure.arm.metrics``)."""

_SET_CLOCK = {"win32": "w32tm /resync", "darwin": "sudo sntp -sS time.apple.com"}


def origins(targets: Iterable[Target]) -> list[str]:
    """The origins that requests go to, each once: sign-in, resource manager, data planes."""
    found: dict[str, None] = {}
    for target in targets:
        account = target.account
        for url in (account.cloud.authority, account.cloud.resource_manager, account.endpoint):
            found.setdefault(origin(url))
    return list(found)


def check_host(url: str, found: Probe, targets: Iterable[Target]) -> Check:
    """Judge how a host answered."""
    host = _shown(url)
    if not found.problem:
        return Check("ok", f"host {host}", "reached, and its certificate is trusted")
    return Check("fail", f"host {host}", found.problem, _host_fix(url, found, targets))


def _shown(url: str) -> str:
    """The host of an origin, with the port if that is another than usual."""
    return urlsplit(url).netloc.removesuffix(":443")


def _host_fix(url: str, found: Probe, targets: Iterable[Target]) -> str:
    if found.certificates:
        return "export REQUESTS_CA_BUNDLE=FILE, with the certificate of the authority in FILE"
    if "HTTPS_PROXY" in found.problem:
        return f"export NO_PROXY={urlsplit(url).hostname}, or correct HTTPS_PROXY"
    for target in targets:
        if origin(target.account.endpoint) == url:
            ids = target.account.id
            return f"az cognitiveservices account show --ids {ids} --query properties.endpoint"
    return f"curl -v https://{_shown(url)}, to see what is in the way"


def check_clock(
    probes: Mapping[str, Probe], now: datetime, platform: str = sys.platform
) -> list[Check]:
    """Compare this machine's clock with that of the first host that sent its own."""
    dated = [(url, found.date) for url, found in probes.items() if found.date]
    if not dated:
        return []
    url, date = dated[0]
    ahead = now - date
    host = _shown(url)
    if abs(ahead) <= CLOCK_LIMIT:
        return [Check("ok", "clock", f"as that of {host}, within five minutes")]
    direction = "ahead of" if ahead > timedelta() else "behind"
    minutes = round(abs(ahead).total_seconds() / 60)
    message = f"this machine's clock is {minutes:,} minutes {direction} that of {host}"
    fix = _SET_CLOCK.get(platform, "sudo timedatectl set-ntp true")
    return [Check("warn", "clock", message, fix)]
