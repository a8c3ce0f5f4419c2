"""Where a training file comes from: a path, a URL, or a file that is in the account already."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from pulumi.dynamic import CheckFailure

from aoai.azure.authoring.content_url import url_problem, variable_problem
from aoai.resources.account import is_same_place
from aoai.resources.identity import digest, file_name

_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")

SOURCES = ("path", "content_url", "existing_file_id")
_ONLY_FOR_URLS = ("content_version", "sas_variable")


def source_failures(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """What is wrong with the choice of a source; a value that is not known yet counts as given."""
    given = [name for name in SOURCES if news.get(name) is not None]
    if len(given) != 1:
        named = " and ".join(f"`{name}`" for name in given) or "none"
        choice = "`path`, `content_url` and `existing_file_id`"
        yield CheckFailure("path", f"give exactly one of {choice}, not {named}")
    for name in _ONLY_FOR_URLS:
        if news.get(name) is not None and "content_url" not in given:
            yield CheckFailure(name, f"`{name}` belongs to a `content_url`, and none is given")
    yield from _wrong("path", news, path_problem)
    yield from _wrong("content_url", news, url_problem)
    yield from _wrong("sas_variable", news, variable_problem)
    yield from _wrong("existing_file_id", news, _id_problem)


def _wrong(
    name: str, news: Mapping[str, Any], problem: Callable[[str], str]
) -> Iterator[CheckFailure]:
    value = news.get(name)
    if isinstance(value, str) and (found := problem(value)):
        yield CheckFailure(name, f"`{name}`: {found}")


def path_problem(path: str) -> str:
    """What is wrong with a path as it is written, and what to write; empty if nothing is."""
    if not path.strip():
        return "write the path of a JSONL file"
    if "\0" in path:
        return "write a path without zero bytes"
    if "://" in path:
        return "this is a URL; write it as `content_url`, for the service to fetch"
    if path.startswith(("~", "$")):
        return f"write the whole path: `{path[0]}` is not replaced"
    return ""


def is_file_id(text: str) -> bool:
    """Whether a text can be the id of a file."""
    return _FILE_ID.fullmatch(text) is not None


def _id_problem(file_id: str) -> str:
    return "" if is_file_id(file_id) else "write the id of a file, file-…"


def imported_name(
    content_url: str, content_version: str | None, owner: str, replacements: int
) -> str:
    """The name on the wire of a file from a URL; another URL or version is another name."""
    stem = PurePosixPath(urlsplit(content_url).path).name
    version = digest("content", content_url, content_version or "", length=8)
    return file_name(stem, version, owner, replacements)


def is_taken_over(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether the file that this resource made is named by its id from now on."""
    named = news.get("existing_file_id")
    here = is_same_place(olds.get("account"), news.get("account"))
    return here and isinstance(named, str) and named == olds.get("file_id")
