"""The base models the emulator knows: where each can be trained and served, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

_DEFAULT = Path(__file__).with_name("catalog.yaml")
_TRAINING_TYPES = {
    "standard": "Standard",
    "datazone": "DataZone",
    "globalstandard": "GlobalStandard",
    "developer": "Developer",
    "developertier": "Developer",
}
_ECHOED = {
    "Standard": "standard",
    "DataZone": "dataZone",  # in no record; as the others are written
    "GlobalStandard": "globalStandard",
    "Developer": "developerTier",
}
_SKUS = {"developer": "DeveloperTier"}


@dataclass(frozen=True)
class BaseModel:
    """A base model, in one version.

    Attributes:
        methods: the methods that it is trained with; none for a model that is only served.
        finetune: maps a training type to the regions that train the model so, ``*`` being all.
        wire_name: name and version as the data plane writes them.
        serves: the operations of its deployments: chat, responses, completions, embeddings.
        rate: the learning rate multiplier that it is trained with unless another one is asked for.
        chooses: whether the service replaces -1 by the values that it chose; open models keep it.
        retired: the day (ISO 8601) from which on it is not deployed anew, if it has passed.
    """

    name: str
    version: str
    format: str
    methods: tuple[str, ...]
    finetune: Mapping[str, tuple[str, ...]]
    context: int
    wire_name: str
    serves: tuple[str, ...] = ("chat", "responses")
    retired: str | None = None
    rate: float = 1.0
    chooses: bool = True

    def trains_in(self, region: str, training_type: str | None = None) -> bool:
        """Whether the region trains this model, with this training type or with any."""
        types = [training_type] if training_type else list(self.finetune)
        return any(_has(self.finetune.get(each, ()), region) for each in types)


@dataclass(frozen=True, eq=False)
class Catalog:
    """All base models, and the regions of each deployment SKU."""

    models: tuple[BaseModel, ...]
    skus: Mapping[str, tuple[str, ...]]

    @classmethod
    def default(cls) -> Self:
        """The models in catalog.yaml."""
        data = yaml.safe_load(_DEFAULT.read_text(encoding="utf-8"))
        models = tuple(_model(item) for item in data["models"])
        return cls(models, {name: tuple(regions) for name, regions in data["skus"].items()})

    def find(self, wire_name: str) -> BaseModel | None:
        """The model of a name on the wire: ``gpt-4.1-2025-04-14``, or the alias ``gpt-4.1``."""
        wanted = wire_name.lower()
        return next(
            (m for m in self.models if wanted in (m.wire_name.lower(), m.name.lower())), None
        )

    def find_version(self, name: str, version: str | None) -> BaseModel | None:
        """The model of a name as ARM writes it, in a version or in the usual one."""
        found = [model for model in self.models if model.name == name]
        return next((model for model in found if version in (None, model.version)), None)

    def sku(self, name: str) -> str | None:
        """The SKU's name as Azure writes it, whatever the letter case; None if there is none."""
        wanted = _SKUS.get(name.lower(), name).lower()
        return next((sku for sku in self.skus if sku.lower() == wanted), None)

    def sku_in(self, sku: str, region: str) -> bool:
        """Whether the region offers the SKU."""
        return _has(self.skus.get(sku, ()), region)


def training_type(given: object) -> str | None:
    """The training type's own name, whatever form it was sent in; None if it is none."""
    return _TRAINING_TYPES.get(str(given).lower())


def echoed_training_type(name: str) -> str:
    """The form in which a job shows its training type."""
    return _ECHOED[name]


def _has(regions: tuple[str, ...], region: str) -> bool:
    return "*" in regions or region.lower() in regions


def _model(item: Mapping[str, Any]) -> BaseModel:
    return BaseModel(
        name=item["name"],
        version=item["version"],
        format=item["format"],
        methods=tuple(item.get("methods", ())),
        finetune={key: tuple(value) for key, value in item.get("finetune", {}).items()},
        context=item["context"],
        wire_name=item.get("wire", f"{item['name']}-{item['version']}"),
        serves=tuple(item.get("serves", ("chat", "responses"))),
        retired=item.get("retired"),
        rate=item.get("rate", 1.0),
        chooses=item.get("chooses", True),
    )
