"""An answer in JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette import responses


class JSONResponse(responses.JSONResponse):
    """Starlette's, written by msgspec: ``json`` takes a third of the time of a list."""

    def render(self, content: Any) -> bytes:
        """The body."""
        return msgspec.json.encode(content)
