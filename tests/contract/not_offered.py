"""What Azure has and this emulator lacks, with the reason."""

from __future__ import annotations

from typing import Final

NOT_OFFERED: Final = (
    (
        "Data plane",
        "`DELETE /models/{id}`",
        "in no published description; the portal's wire path is not known",
    ),
    ("Data plane", "images, audio, batch, assistants", "not fine-tuning"),
    (
        "Data plane, v1",
        "`/responses` in the background, and with tools that the service runs",
        "it answers at once, and runs nothing",
    ),
    ("Data plane, v1", "python and endpoint graders", "it runs no code and calls nobody"),
    ("Data plane, v1", "`/dashboard/webhook_endpoints`", "nothing is called back"),
    ("Data plane, v1", "`/evals` of logs and stored completions", "it keeps none"),
    (
        "Resource Manager",
        "create and delete of resource groups",
        "they come from the world file",
    ),
    ("Resource Manager", "role assignments", "they come from the world file"),
    ("Resource Manager", "projects, connections, commitment plans", "not needed so far"),
    (
        "Monitor",
        "latency and availability metrics",
        "nothing runs, so nothing to measure",
    ),
    ("Entra", "people: device code, browser, on-behalf-of", "only applications sign in"),
    ("Entra", "instance discovery", "MSAL asks login.microsoftonline.com for it: switch it off"),
)
