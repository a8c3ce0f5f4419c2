"""Forms of answers that several routes share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.json_response import JSONResponse


class _Row(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_Row)


def created(call: Call, body: dict[str, Any], path: str) -> Response:
    """The answer to a create: 200 on v1, else 201 with a Location of the version asked."""
    if call.surface == "v1":
        return JSONResponse(body)
    location = call.url(f"{call.openai}{path}?api-version={call.query['api-version']}")
    return JSONResponse(body, 201, {"location": location})


def page(
    call: Call, rows: Sequence[_T], show: Callable[[_T], dict[str, Any]], usual: int
) -> Response:
    """One page: ``limit`` rows behind the one with the id ``after``."""
    after = call.query.get("after")
    places = [place for place, row in enumerate(rows) if row.id == after]
    if after and not places:
        raise Refused(
            400, "invalidPayload", f"There is no item {after!r} to go on after.", param="after"
        )
    rest = rows[places[0] + 1 :] if places else rows
    limit = _limit(call, usual)
    data = [show(row) for row in rest[:limit]]
    return JSONResponse({"has_more": len(rest) > limit, "data": data, "object": "list"})


def _limit(call: Call, usual: int) -> int:
    given = call.query.get("limit", str(usual))
    if not given.isdecimal() or int(given) < 1:
        raise Refused(
            400, "invalidPayload", "limit must be a positive whole number.", param="limit"
        )
    return int(given)
