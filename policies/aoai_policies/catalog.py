"""The catalogue of models: a copy of the provider's, as data, since the pack is published alone.

``catalog.json`` is written by ``python -m tools.policy_catalog``; each model keeps the page and the
day of its facts. A fact that no page states is absent, and an absent fact is never a violation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

_VERSION: Final = re.compile(r"-\d[\d-]*")
_FILE: Final = Path(__file__).with_name("catalog.json")


@dataclass(frozen=True)
class Source:
    """Where a fact was read: a page and the day that it bears."""

    title: str
    date: str | None

    def __str__(self) -> str:
        """The page as a message names it."""
        return f"{self.title}, {self.date}" if self.date else self.title


@dataclass(frozen=True)
class Schedule:
    """When a model ends; each day is the first on which it is over.

    Attributes:
        training: for new jobs.
        serving: for deployments of what was fine-tuned from it.
        base: for the base model itself.
    """

    training: date | None
    serving: date | None
    base: date | None
    replacement: str | None
    source: Source


class Model:
    """A base model."""

    def __init__(self, row: Mapping[str, Any], catalog: Catalog) -> None:
        self._row = row
        self._catalog = catalog
        self.name: str = row["name"]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that train it; empty if that is not known."""
        return tuple(self._training.get("methods", ()))

    @property
    def training_types(self) -> tuple[str, ...]:
        """The types of training that it takes; empty if that is not known."""
        return tuple(self._training.get("types", ()))

    def training_regions(self, training_type: str) -> tuple[str, ...]:
        """Regions whose accounts can train it so; empty if that is not known."""
        kind = training_type.lower()
        if kind == "datazone":
            return self._catalog.data_zone("US")
        if kind == "standard":
            return tuple(self._training.get("regions", ()))
        own = self._training.get("globalRegions")
        common = self._catalog.global_regions if own is None else own
        return tuple(r for r in common if r not in self._training.get("globalExcept", ()))

    @property
    def training_source(self) -> Source:
        """The page behind methods, types and regions of training."""
        return self._catalog.source(self._training.get("source"))

    def regions_source(self, training_type: str) -> Source:
        """The page behind the regions of a training type."""
        kind = training_type.lower()
        if kind == "standard":
            own = self._training.get("regionsSource") or self._training.get("source")
            return self._catalog.source(own)
        if kind == "datazone":
            return self.training_source
        return self._catalog.source(self._catalog.global_source)

    @property
    def skus(self) -> tuple[str, ...]:
        """SKUs of deployments of what was fine-tuned from it; empty if that is not known."""
        return tuple(self._serving.get("skus", ()))

    def serving_regions(self, sku: str) -> tuple[str, ...]:
        """Regions that serve it with an SKU; empty if that is not limited, or not known."""
        key = {"standard": "regions", "provisionedmanaged": "provisionedRegions"}.get(sku.lower())
        return tuple(self._serving.get(key, ())) if key else ()

    @property
    def serving_source(self) -> Source:
        """The page behind SKUs and regions of deployments."""
        return self._catalog.source(self._serving.get("source"))

    @property
    def schedule(self) -> Schedule | None:
        """When it ends; None if no page has it."""
        row = self._row.get("retirement")
        if row is None:
            return None
        return Schedule(
            training=_day(row.get("training") or row.get("base")),
            serving=_day(row.get("serving")),
            base=_day(row.get("base")),
            replacement=row.get("replacement"),
            source=self._catalog.source(row.get("source")),
        )

    def hosting(self, sku: str) -> float | None:
        """USD for an hour of a deployment; None if it is not known."""
        return _get(self._row.get("hosting", {}), sku)

    def training_price(self, training_type: str) -> float | None:
        """USD for a million training tokens; None if it is not known."""
        return _get(self._row.get("trainingPrice", {}), training_type)

    @property
    def _training(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._row.get("training", {})
        return found

    @property
    def _serving(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._row.get("serving", {})
        return found


class Catalog:
    """All rows, found by name."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.global_regions: tuple[str, ...] = tuple(document["globalTraining"]["regions"])
        self.global_source: str = document["globalTraining"]["source"]
        self._models: dict[str, Model] = {}
        for row in document["models"]:
            model = Model(row, self)
            for name in (row["name"], *row["aliases"]):
                self._models.setdefault(name.lower(), model)

    def model(self, name: str) -> Model | None:
        """The base model of a name as the service knows it; None if there is none.

        A fine-tuned model that is trained further is found by its base model.
        """
        return self._models.get(_base(name).lower())

    def family(self, name: str) -> Model | None:
        """The model of a name, or of its family for a snapshot that has no row: for prices."""
        found = self.model(name)
        if found is not None:
            return found
        plain = _base(name).lower()
        fitting = [
            known
            for known in self._models
            if plain.startswith(known) and _VERSION.fullmatch(plain[len(known) :])
        ]
        return self._models[max(fitting, key=len)] if fitting else None

    def source(self, key: str | None) -> Source:
        """The page behind a row."""
        row = self._document["sources"].get(key, {"title": "the catalogue"})
        return Source(row["title"], row.get("date"))

    def sku(self, name: str) -> Mapping[str, Any] | None:
        """The row of an SKU, by its name or an alias, in any case of letters."""
        wanted = name.lower()
        rows: list[Mapping[str, Any]] = self._document["skus"]
        return next(
            (row for row in rows if wanted in map(str.lower, (row["name"], *row["aliases"]))), None
        )

    def region(self, name: str) -> Mapping[str, Any] | None:
        """The row of a region: its geography, and its data zone if it has one."""
        row: Mapping[str, Any] | None = self._document["regions"].get(name)
        return row

    def data_zone(self, zone: str) -> tuple[str, ...]:
        """The regions of a data zone."""
        return tuple(self._zone(zone))

    def _zone(self, zone: str) -> Iterator[str]:
        for name, row in self._document["regions"].items():
            if row.get("dataZone") == zone:
                yield name


@cache
def catalog() -> Catalog:
    """The pack's own catalogue."""
    return Catalog(json.loads(_FILE.read_text(encoding="utf-8")))


def _base(name: str) -> str:
    """The base model's part of a fine-tuned model's name; any other name as it is."""
    return name.partition(".ft-")[0]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _get(table: Mapping[str, float], name: str) -> float | None:
    return next((value for key, value in table.items() if key.lower() == name.lower()), None)
