"""The catalogue: the file's rows with a stack's overrides, and looking models up in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from aoai.catalog.names import base_name, first_word, near_miss
from aoai.catalog.schema import BaseModel, ControlTokens, Document, Region, Sku, Source

_GEOGRAPHY = re.compile(r"^\s*\([^()]*\)")  # as the portal lists regions
_VERSION = re.compile(r"-\d[\d-]*")

Match = Literal["exact", "alias", "letter-case", "version", "none"]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the catalogue has for a name.

    Attributes:
        name: as it was asked for.
        base: the base model's part of it.
        model: the row, or None.
        match: ``exact``, the canonical name; ``alias``, another name that the service takes for
            it; ``letter-case``, the same but for capitals; ``version``, a snapshot that the
            catalogue lacks of a family that it has; ``none``.
        suggestion: the name that was probably meant, where it is not the one written.
    """

    name: str
    base: str
    model: BaseModel | None
    match: Match
    suggestion: str | None = None

    @property
    def known(self) -> bool:
        """Whether the row is that of the very model, and not of its family alone."""
        return self.match in ("exact", "alias", "letter-case")


class Catalog:
    """All rows, found by name.

    A name is looked up as the service would: the canonical name, the family's name for its
    snapshot, and a fine-tuned model by its base model.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._canonical = {model.canonical_name: model for model in document.models}
        # Of a family's snapshots the first row of the file is the one that its name stands for.
        self._aliases: dict[str, BaseModel] = {}
        for model in document.models:
            for alias in (model.name, *model.aliases):
                self._aliases.setdefault(alias, model)
        self._regions = {region.name: region for region in document.regions}
        self._by_display = {_plain(region.display): region for region in document.regions}

    @property
    def document(self) -> Document:
        """The rows."""
        return self._document

    def with_models(self, models: Iterable[BaseModel]) -> Catalog:
        """The same catalogue with other models."""
        return Catalog(msgspec.structs.replace(self._document, models=tuple(models)))

    @property
    def models(self) -> tuple[BaseModel, ...]:
        """All base models, in the file's order, then what a stack added."""
        return self._document.models

    def source(self, key: str) -> Source | None:
        """The page behind a row; None for a row of the stack's own."""
        return self._document.sources.get(key)

    def lookup(self, name: str) -> Lookup:
        """What the catalogue has for a base or fine-tuned model's name."""
        base = base_name(name)
        if model := self._canonical.get(base):
            return Lookup(name, base, model, "exact")
        if model := self._aliases.get(base):
            return Lookup(name, base, model, "alias", model.canonical_name)
        for known, model in self._names():
            if known.lower() == base.lower():
                return Lookup(name, base, model, "letter-case", known)
        if model := self._family(base):
            return Lookup(name, base, model, "version", model.canonical_name)
        return Lookup(name, base, None, "none", self._near_miss(base))

    def find(self, name: str) -> BaseModel | None:
        """The row of a model, or of its family for a snapshot that the catalogue lacks."""
        return self.lookup(name).model

    def of_family(self, name: str) -> tuple[BaseModel, ...]:
        """All snapshots of a family, in any case of letters."""
        return tuple(model for model in self.models if model.name.lower() == name.lower())

    def canonical(self, name: str) -> str:
        """The name that the jobs API answers with for a base model; unknown names as they are."""
        found = self.lookup(name)
        return found.model.canonical_name if found.model and found.known else found.base

    def _names(self) -> Iterator[tuple[str, BaseModel]]:
        yield from self._canonical.items()
        yield from self._aliases.items()

    def _family(self, base: str) -> BaseModel | None:
        """The row of the longest family whose name the given one extends by a version."""
        name = base.lower()
        fitting = [
            alias
            for alias in self._aliases
            if name.startswith(alias.lower()) and _VERSION.fullmatch(name[len(alias) :])
        ]
        return self._aliases[max(fitting, key=len)] if fitting else None

    def _near_miss(self, base: str) -> str | None:
        alike = near_miss(base, [known for known, _ in self._names()])
        if alike is None:
            return None
        model = self._canonical.get(alike) or self._aliases[alike]
        return model.canonical_name

    def control_tokens(self, name: str) -> ControlTokens | None:
        """The texts that the model's training data must not hold; None if not known."""
        model = self.find(name)
        key = model.text.control_tokens if model else None
        return self._document.control_tokens.get(key) if key else None

    def tokenizer(self, name: str) -> str | None:
        """The model's vocabulary, such as ``o200k_base``; None if not known."""
        model = self.find(name)
        return model.text.tokenizer if model else None

    def arm_format(self, name: str) -> str | None:
        """``model.format`` of a deployment of this base or fine-tuned model; None if not known."""
        model = self.find(name)
        return model.arm.format if model and model.arm else None

    def sku(self, name: str) -> Sku | None:
        """The SKU of a name, in any case of letters; None if there is none."""
        wanted = name.strip().lower()
        return next(
            (s for s in self._document.skus if wanted in map(str.lower, (s.name, *s.aliases))), None
        )

    def sku_suggestion(self, name: str) -> str | None:
        """The SKU that was probably meant."""
        names = [sku.name for sku in self._document.skus]
        return near_miss(name, names) or first_word(name, names)

    def region(self, name: str) -> Region | None:
        """The region of a name as ARM or as the portal writes it; None if there is none."""
        plain = _plain(name)
        return self._regions.get(plain) or self._by_display.get(plain)

    def region_suggestion(self, name: str) -> str | None:
        """The region that was probably meant."""
        return near_miss(_plain(name), self._regions)


def _plain(name: str) -> str:
    """A region's name as ARM writes it: ``(Europe) Sweden Central`` is ``swedencentral``."""
    return "".join(_GEOGRAPHY.sub("", name).split()).lower()
