"""The rules and the kinds of finding, read off the modules that declare them.

A module declares a kind by a ``Kind`` at its top, and a rule for one example by ``RULE``. There is
no other list: a new rule is a new file in ``rules``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType

from aoai.dataset import decode, rules, whole_file
from aoai.dataset.example.rule import Rule
from aoai.dataset.finding import Kind
from aoai.dataset.rules import wrong_format


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A module of ``rules``.

    Attributes:
        name: of the module.
        rule: what it checks.
        kinds: the kinds of finding that it yields.
    """

    name: str
    rule: Rule
    kinds: tuple[Kind, ...]


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _kinds(module: ModuleType) -> Iterator[Kind]:
    """The kinds that a module declares, which others may import from it."""
    for value in vars(module).values():
        if isinstance(value, Kind):
            yield value


def _rule_files() -> Iterator[RuleFile]:
    for module in _modules(rules):
        name = module.__name__.rpartition(".")[2]
        yield RuleFile(name, module.RULE, tuple(_kinds(module)))


RULE_FILES: tuple[RuleFile, ...] = tuple(_rule_files())
"""Every rule for one example, by name."""

RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        name: tuple(
            file.rule
            for file in sorted(RULE_FILES, key=lambda file: not file.rule.basic)
            if name in file.rule.formats and file.rule is not wrong_format.RULE
        )
        for name in ("chat", "preference", "completion", "reinforcement")
    }
)
"""The rules for examples of each format, but for that of the format itself."""


def _catalogue() -> Mapping[str, Kind]:
    found = {
        kind.code: kind
        for package in (decode, rules, whole_file)
        for module in _modules(package)
        for kind in _kinds(module)
    }
    return MappingProxyType(dict(sorted(found.items())))


CATALOGUE: Mapping[str, Kind] = _catalogue()
"""Every kind of finding by its code. Codes are stable; docs/data.md lists them."""
