"""The accounts that a stack makes itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import pulumi

from aoai.azure.account import Account
from aoai_components.account_settings import CreateSettings
from aoai_components.settings import Settings

if TYPE_CHECKING:
    from aoai_components.openai_account import OpenAIAccount, OpenAIAccountArgs


def create_accounts(settings: Settings) -> Mapping[str, OpenAIAccount]:
    """Declare the accounts that have ``create``; for the others nothing is needed.

    Raises:
        pulumi.RunError: pulumi-azure-native, which makes them, is not installed.
    """
    if not settings.created:
        return {}
    try:
        # Imported only now: a stack whose accounts exist needs neither the package nor its plugin.
        from aoai_components.openai_account import OpenAIAccount  # noqa: PLC0415
    except ImportError:
        names = ", ".join(sorted(settings.created))
        raise pulumi.RunError(
            f"the stack makes accounts ({names}), and that needs pulumi-azure-native: run "
            "`make azure-native`"
        ) from None
    return {
        key: OpenAIAccount(key, args_of_account(settings.accounts[key], create))
        for key, create in settings.created.items()
    }


def args_of_account(account: Account, create: CreateSettings) -> OpenAIAccountArgs:
    """The component's inputs: where the account is, and what ``create`` states."""
    from aoai_components.openai_account import (  # noqa: PLC0415
        Alerts,
        OpenAIAccountArgs,
        Principal,
        TrainingStorage,
    )

    stated: dict[str, Any] = msgspec.structs.asdict(create)
    for name in ("deployers", "consumers"):
        stated[name] = [Principal(**msgspec.structs.asdict(one)) for one in stated[name]]
    for name, kind in (("alerts", Alerts), ("training_storage", TrainingStorage)):
        if stated[name] is not None:
            stated[name] = kind(**msgspec.structs.asdict(stated[name]))
    return OpenAIAccountArgs(
        name=account.name,
        location=account.location,
        subscription_id=account.subscription_id,
        tenant_id=account.tenant_id,
        resource_group=account.resource_group,
        cloud=account.cloud,
        **stated,
    )
