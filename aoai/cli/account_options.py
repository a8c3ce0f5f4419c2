"""Options that name an account on the command line, where no stack describes it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from aoai.azure.account import UNKNOWN_LOCATION, Account, Cloud
from aoai.azure.clouds import CLOUDS
from aoai.errors import ConfigurationError


def add_account_options(command: argparse.ArgumentParser) -> None:
    """Add ``--tenant`` and ``--cloud``."""
    command.add_argument(
        "--tenant",
        metavar="GUID",
        help="Entra tenant of the account; default: AZURE_TENANT_ID",
    )
    command.add_argument(
        "--cloud",
        default="public",
        metavar="CLOUD",
        help=f"{', '.join(CLOUDS)}, or the https address of an emulator",
    )


def named_account(
    arm_id: str, option: str, options: argparse.Namespace, environment: Mapping[str, str]
) -> Account:
    """The account of an ARM id; its region is asked of the service afterwards.

    Args:
        arm_id: as it was written.
        option: the option that it was written for.
        options: with ``tenant`` and ``cloud``.
        environment: where AZURE_TENANT_ID may be.

    Raises:
        ConfigurationError: the tenant is missing, or the cloud or the id is not valid.
    """
    tenant = options.tenant or environment.get("AZURE_TENANT_ID", "")
    if not tenant:
        raise ConfigurationError(f"{option} needs the account's tenant: add --tenant GUID.")
    cloud = CLOUDS.get(options.cloud)
    if cloud is None and not options.cloud.startswith("https://"):
        choices = ", ".join(CLOUDS)
        raise ConfigurationError(f"--cloud {options.cloud}: write {choices} or an https address.")
    address = options.cloud.rstrip("/")
    where = cloud or Cloud(resource_manager=address, authority=address)
    return Account(
        id=arm_id,
        endpoint=where.endpoint_of(arm_id),
        tenant_id=tenant,
        location=UNKNOWN_LOCATION,
        cloud=where,
    )
