"""An Azure OpenAI account with what belongs to it, made with pulumi-azure-native.

Not in the core install, see docs/adr/0007: only who makes accounts needs 350 MB and a plugin.
"""

from __future__ import annotations

from aoai_components.openai_account.args import (
    Alerts,
    OpenAIAccountArgs,
    Principal,
    TrainingStorage,
)
from aoai_components.openai_account.component import OpenAIAccount

__all__ = ["Alerts", "OpenAIAccount", "OpenAIAccountArgs", "Principal", "TrainingStorage"]
