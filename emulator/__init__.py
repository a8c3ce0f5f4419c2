"""An emulator of Azure OpenAI fine-tuning, Resource Manager, Entra ID and Monitor.

It runs on the loopback, trains nothing, and costs nothing. docs/emulator says how it differs
from Azure.
"""

from emulator.client import Admin, AdminError
from emulator.handle import Emulator, EmulatorNotStarted, RunningEmulator
from emulator.world import World, WorldError

__all__ = [
    "Admin",
    "AdminError",
    "Emulator",
    "EmulatorNotStarted",
    "RunningEmulator",
    "World",
    "WorldError",
]
