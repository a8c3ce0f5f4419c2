"""Lists, page by page: by a cursor on the data plane, by a link in ARM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aoai.azure.http.fields import Json, items, text
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Transport
from aoai.errors import ResponseUnknown

ITEMS_LIMIT = 100_000
"""Far more than an account keeps (500 jobs, 100 files): a list that never ends is an error."""

_MOST_PAGES = 1000


def every(transport: Transport, path: str, params: Mapping[str, str]) -> Iterator[Json]:
    """Every object of a list, as ``pages`` reads them."""
    for page in pages(transport, path, params):
        yield from page


def pages(transport: Transport, path: str, params: Mapping[str, str]) -> Iterator[list[Json]]:
    """The pages of a list, following the ``after`` cursor while the service says ``has_more``.

    A page is only asked for once the one before it is used up.

    Raises:
        ResponseUnknown: an answer is no list, or the pages never end. It is never read as an
            empty list: a job that was not found would be submitted twice.
    """
    what = f"GET {path} of {transport.label}"
    count = _Count(what)
    after = ""
    seen = {after}
    while True:
        cursor = {"after": after} if after else {}
        response = transport.request("GET", path, params={**params, **cursor})
        page = listed(response, "data", what)
        count.add(page)
        yield page
        after = text(page[-1].get("id")) if page else ""
        if response.data.get("has_more") is not True:
            return
        if after in seen:
            raise count.endless()
        seen.add(after)


def linked(transport: Transport, path: str, params: Mapping[str, str]) -> Iterator[Json]:
    """Every object of a list of ARM, following ``nextLink`` on the same host.

    Args:
        transport: to the resource manager.
        path: of the list.
        params: the query of the first page; a link has its own.

    Raises:
        ForwardRefused: a link leads to another host.
        ResponseUnknown: an answer is no list, or the pages never end.
    """
    what = f"GET {path.rpartition('/')[2]} of {transport.label}"
    count = _Count(what)
    response = transport.request("GET", path, params=params)
    seen: set[str] = set()
    while True:
        page = listed(response, "value", what)
        count.add(page)
        yield from page
        link = text(response.data.get("nextLink"))
        if not link:
            return
        if link in seen:
            raise count.endless()
        seen.add(link)
        response = transport.request("GET", link)


def listed(response: Response, key: str, what: str) -> list[Json]:
    """The objects under a key of an answer.

    Raises:
        ResponseUnknown: there is no list under that key.
    """
    found = response.data.get(key)
    if not isinstance(found, list):
        msg = f"{what}: the answer has no list `{key}`."
        raise ResponseUnknown(msg)
    return items(found)


class _Count:
    """How much of a list was read."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._pages = 0
        self._items = 0

    def add(self, page: list[Json]) -> None:
        self._pages += 1
        self._items += len(page)
        if self._pages > _MOST_PAGES or self._items > ITEMS_LIMIT:
            raise self.endless()

    def endless(self) -> ResponseUnknown:
        return ResponseUnknown(f"{self._what}: the list has no end.")
