"""ARM ids as the service writes them."""

from __future__ import annotations

from aoai_emulator.calls.call import Call


def arm_id(call: Call, text: str) -> str:
    """An id in an answer; Azure's own do not always keep the letter case, so it is a setting."""
    casing = call.backend.settings.id_casing
    if casing == "lower":
        return text.lower()
    return text.replace("/resourceGroups/", "/resourcegroups/") if casing == "groups" else text
