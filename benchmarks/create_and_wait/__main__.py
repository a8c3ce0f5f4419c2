"""Dynamic resources whose ``create`` uploads, submits and waits until the job has ended."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class WaitingProvider(ResourceProvider):
    """Waits where it creates, as most dynamic resources do."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Upload, submit, wait."""
        begun = time.time()
        time.sleep(props["upload"])
        submitted = time.time()
        time.sleep(props["training"])
        return CreateResult(props["name"], {**props, "begun": begun, "submitted": submitted})


class Waiting(Resource):
    """A job that is waited for in its ``create``."""


given = json.loads(os.environ["UPLOADS"])
for number, seconds in enumerate(given["uploads"]):
    name = f"model-{number}"
    props = {"name": name, "upload": seconds, "training": given["training"]}
    Waiting(WaitingProvider(), name, {**props, "begun": None, "submitted": None})
