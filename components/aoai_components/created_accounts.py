"""What the settings of an account that the stack makes have to hold, before anything is made."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence

from aoai_components.account_settings import CreateSettings, PrincipalSettings

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_STORAGE_NAME = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_PRIVATE = [
    ipaddress.IPv4Network(block)
    for block in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
]
_ARM_IDS = {
    "subnet": re.compile(r"(?i)/subscriptions/[^/]+/.+/virtualNetworks/[^/]+/subnets/[^/]+"),
    "workspace": re.compile(
        r"(?i)/subscriptions/[^/]+/.+/Microsoft\.OperationalInsights/workspaces/[^/]+"
    ),
    "action group": re.compile(r"(?i)/subscriptions/[^/]+/.+/actionGroups/[^/]+"),
}


def create_problems(where: str, create: CreateSettings) -> Iterator[str]:
    """What Azure would refuse; ``where`` is the key of ``create`` in the stack's file."""
    for value in create.allowed_ip_ranges:
        yield from _address_problems(f"{where}.allowedIpRanges", value)
    for subnet in create.allowed_subnets:
        yield from _id_problems(f"{where}.allowedSubnets", subnet, "subnet")
    for setting, principals in (("deployers", create.deployers), ("consumers", create.consumers)):
        yield from _principal_problems(f"{where}.{setting}", principals)
    if create.log_analytics_workspace is not None:
        key = f"{where}.logAnalyticsWorkspace"
        yield from _id_problems(key, create.log_analytics_workspace, "workspace")
    yield from _alert_problems(where, create)
    if storage := create.training_storage:
        if not _STORAGE_NAME.fullmatch(storage.name):
            yield f"{where}.trainingStorage.name: write 3 to 24 of a-z 0-9"
        if not _CONTAINER.fullmatch(storage.container):
            yield (
                f"{where}.trainingStorage.container: write 3 to 63 of a-z 0-9 and single dashes "
                "between them"
            )


def _alert_problems(where: str, create: CreateSettings) -> Iterator[str]:
    if create.alerts is None:
        return
    if not create.alerts.action_groups:
        yield f"{where}.alerts.actionGroups: name at least one, or leave `alerts` out"
    for group in create.alerts.action_groups:
        yield from _id_problems(f"{where}.alerts.actionGroups", group, "action group")
    if create.alerts.silence and create.log_analytics_workspace is None:
        yield (
            f"{where}.alerts.silence: silence is read from the logs; set `logAnalyticsWorkspace`, "
            "or `silence: false`"
        )


def _principal_problems(where: str, principals: Sequence[PrincipalSettings]) -> Iterator[str]:
    ids = [principal.id.lower() for principal in principals]
    for principal in principals:
        if not _GUID.fullmatch(principal.id):
            yield f"{where}: {principal.id!r} is no object id (a GUID); names do not work here"
        elif ids.count(principal.id.lower()) > 1:
            yield f"{where}: {principal.id} is there twice"


def _address_problems(where: str, value: str) -> Iterator[str]:
    try:
        network = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        yield f"{where}: {value!r} is no IPv4 address; write one such as 198.51.100.0/24"
        return
    if any(network.subnet_of(private) for private in _PRIVATE):
        yield f"{where}: {value} is a private address; use `allowedSubnets` for a network of yours"


def _id_problems(where: str, value: str, kind: str) -> Iterator[str]:
    if not _ARM_IDS[kind].fullmatch(value.strip().rstrip("/")):
        yield f"{where}: {value!r} is no ARM id of a {kind}, /subscriptions/…"
