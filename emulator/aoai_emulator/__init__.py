"""An emulator of Azure OpenAI fine-tuning, Resource Manager, Entra ID and Monitor.

It runs on the loopback, trains nothing, and costs nothing. docs/emulator says how it differs
from Azure.
"""

from __future__ import annotations

from aoai_emulator.admin.client import Admin, AdminError
from aoai_emulator.server.running import Emulator, EmulatorNotStarted, RunningEmulator
from aoai_emulator.state.world import World, WorldError

__all__ = [
    "Admin",
    "AdminError",
    "Emulator",
    "EmulatorNotStarted",
    "RunningEmulator",
    "World",
    "WorldError",
]
