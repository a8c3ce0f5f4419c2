"""Lists of the data plane and of the resource manager, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aoai.azure.http.fields import Json, items, text
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Transport
from aoai.errors import ResponseUnknown

_MOST_PAGES = 1000  # far more than an account keeps; a list that never ends is an error


def every(transport: Transport, path: str, params: Mapping[str, str]) -> Iterator[Json]:
    """Every object of a list, following the ``after`` cursor while the service says ``has_more``.

    Raises:
        ResponseUnknown: an answer is no list, or the pages never end. It is never read as an
            empty list: whoever looks for a job before submitting it would submit it twice.
    """
    after = ""
    seen = {after}
    for _ in range(_MOST_PAGES):
        cursor = {"after": after} if after else {}
        response = transport.request("GET", path, params={**params, **cursor})
        page = listed(response, "data", f"GET {path} of {transport.label}")
        yield from page
        after = text(page[-1].get("id")) if page else ""
        if response.data.get("has_more") is not True:
            return
        if after in seen:
            break
        seen.add(after)
    msg = f"GET {path} of {transport.label}: the list has no end."
    raise ResponseUnknown(msg)


def linked(transport: Transport, path: str, params: Mapping[str, str]) -> Iterator[Json]:
    """Every object of a list of the resource manager, following ``nextLink``.

    Raises:
        ResponseUnknown: an answer is no list, or the pages never end.
    """
    what = f"GET {path.rpartition('/')[2]} of {transport.label}"
    page = transport.request("GET", path, params=params)
    for _ in range(_MOST_PAGES):
        yield from listed(page, "value", what)
        link = text(page.data.get("nextLink"))
        if not link:
            return
        page = transport.request("GET", link)
    msg = f"{what}: the list has no end."
    raise ResponseUnknown(msg)


def listed(response: Response, key: str, what: str) -> list[Json]:
    """The objects under a key of an answer.

    Raises:
        ResponseUnknown: there is no list under that key.
    """
    found = response.data.get(key)
    if not isinstance(found, list):
        msg = f"{what}: the answer is not the list that it should be."
        raise ResponseUnknown(msg)
    return items(found)
