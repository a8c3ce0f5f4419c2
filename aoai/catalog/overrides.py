"""A stack's own entries: fields of a model that it corrects, and models that it adds.

They have the form of catalog.toml, as a mapping of models by name::

    gpt-4.1-mini-2025-04-14:
      prices: [{training: {Standard: 6.05}}]
    my-model-2027-01-01:
      arm: {format: OpenAI}
      training: {methods: [supervised], types: [GlobalStandard]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from aoai.catalog.catalog import Catalog
from aoai.catalog.loading import built_in, read_file
from aoai.catalog.names import near_miss
from aoai.catalog.schema import BaseModel, Document, Prices
from aoai.conversion import convert
from aoai.errors import ConfigurationError

_VERSION = re.compile(r"(?P<name>.+?)-(?P<version>\d{4}-\d{2}-\d{2})")
ENTRY_FIELDS = tuple(field.encode_name for field in msgspec.structs.fields(BaseModel))
"""What an entry may have."""


def with_overrides(models: Mapping[str, Any]) -> Catalog:
    """The built-in catalogue with a stack's entries.

    A field that holds a table is merged with the built-in one, any other replaces it; rows of
    ``prices`` and ``retirement`` go before the built-in ones, so the first that has a fact wins.

    Args:
        models: entries by the model's name, with the field names of catalog.toml.

    Raises:
        ConfigurationError: an entry has an unknown field or value. All are named at once.
    """
    rows = {name: dict(row) for name, row in _rows().items()}
    faults = []
    for name, entry in models.items():
        try:
            key = _row_name(name)
            rows[key] = _merged(rows.get(key, _new(name)), entry)
            convert(rows[key], BaseModel)
        except (msgspec.ValidationError, TypeError) as error:
            faults.append(f"{name}: {_explained(str(error))}")
    if faults:
        raise ConfigurationError("; ".join(faults))
    return Catalog(convert({**read_file(), "models": list(rows.values())}, Document))


def merged_entry(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a stack with what the catalogue has for its model; it may be wrong."""
    return _merged(_rows().get(_row_name(name), _new(name)), entry)


def _row_name(name: str) -> str:
    """The name of the row that an entry is for."""
    known = built_in().lookup(name)
    return known.model.canonical_name if known.model and known.known else name


def with_prices(prices: Mapping[str, float], catalog: Catalog | None = None) -> Catalog:
    """A catalogue with prices of training that a user states.

    The price of a snapshot takes precedence over that of its family; that of another training type
    follows from it, as it does not depend on the model.

    Args:
        prices: USD for a million tokens of Standard training, by family or snapshot.
        catalog: what they take precedence over; the built-in catalogue if not given.
    """
    catalog = catalog or built_in()
    models = {model.canonical_name: model for model in catalog.models}
    families = [name for name in prices if catalog.of_family(name)]
    for name in (*families, *(name for name in prices if name not in families)):
        divisors = catalog.document.training_divisors.divisors
        row = Prices(training={kind: prices[name] / part for kind, part in divisors.items()})
        for model in catalog.of_family(name) or (_of(catalog, name),):
            known = models.get(model.canonical_name, model)
            priced = msgspec.structs.replace(known, prices=(row, *known.prices))
            models[model.canonical_name] = priced
    return catalog.with_models(models.values())


def _of(catalog: Catalog, name: str) -> BaseModel:
    """The row of a snapshot; a new one, with what its family is known for, if there is none."""
    found = catalog.lookup(name)
    if found.model is None:
        return BaseModel(name)
    if found.match == "version":
        family = found.model
        return BaseModel(
            name, arm=family.arm, data=family.data, text=family.text, limits=family.limits
        )
    return found.model


def _rows() -> Mapping[str, Mapping[str, Any]]:
    names = [model.canonical_name for model in built_in().models]
    return dict(zip(names, read_file()["models"], strict=True))


def _new(name: str) -> Mapping[str, Any]:
    dated = _VERSION.fullmatch(name)
    return dated.groupdict() if dated else {"name": name}


def _merged(row: Mapping[str, Any], entry: object) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        raise TypeError("write a mapping of fields, such as {arm: {format: OpenAI}}")
    merged = dict(row)
    for field, value in entry.items():
        before = merged.get(field)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[field] = {**before, **value}
        elif isinstance(before, list) and isinstance(value, list) and field in _STACKED:
            merged[field] = [*value, *before]
        else:
            merged[field] = value
    return merged


_STACKED = ("prices", "retirement")


def _explained(error: str) -> str:
    """The decoder's sentence, with the field that was probably meant."""
    unknown = re.search(r"unknown field `([^`]+)`", error)
    meant = near_miss(unknown[1], ENTRY_FIELDS, cutoff=0.7) if unknown else None
    return f"{error}, did you mean `{meant}`?" if meant else error
