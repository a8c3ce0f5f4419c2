"""The accounts that a stack makes itself."""

from __future__ import annotations

import pulumi

from aoai_components.settings import Settings


def create_accounts(settings: Settings) -> dict[str, pulumi.Resource]:
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
        key: OpenAIAccount(key, settings.accounts[key], create)
        for key, create in settings.created.items()
    }
