"""Reading catalog.toml, once a process."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from aoai.catalog.catalog import Catalog
from aoai.catalog.schema import Document
from aoai.conversion import convert


@functools.cache
def read_file() -> Mapping[str, Any]:
    """The file as tables and lists. It is the package's own: a fault in it is a defect."""
    text = files("aoai.catalog").joinpath("catalog.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def built_in() -> Catalog:
    """The catalogue without a stack's overrides."""
    return Catalog(convert(read_file(), Document))
