"""The generated parts of the docs, read from the code and the files it is about."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import msgspec
import yaml
from aoai_components.account_settings import AccountSettings, CreateSettings
from aoai_components.entries import (
    DeploymentEntry,
    FileEntry,
    HyperparametersEntry,
    ModelEntry,
    in_settings_words,
)

from aoai.dataset import Severity
from aoai.resources.base import Provider
from aoai.resources.declaration import InputField, inputs_of, leaves_of
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.model_deployment import ModelDeploymentProvider
from aoai.resources.training_file import TrainingFileProvider
from tools.docs_catalog import catalog, catalog_sources, one_model
from tools.docs_errors import AREAS, advice_table, error_table
from tools.docs_findings import findings
from tools.docs_table import table

ROOT = Path(__file__).resolve().parent.parent

_ATTRIBUTE = re.compile(r"^    (\w+): ((?:.+\n?)(?:     +.+\n?)*)", re.MULTILINE)
_ROLE = re.compile(r":\w+:`([^`]+)`")
_TARGET = re.compile(r"^([a-z-]+):[^#\n]*## (.+)$", re.MULTILINE)
_TITLE = re.compile(r"^# (\d+)\. (.+)$", re.MULTILINE)
_STATUS = re.compile(r"^Status: (.+)$", re.MULTILINE)


def meanings(*kinds: type[Any]) -> dict[str, str]:
    """What the docstrings say of each attribute; the first class that describes one decides."""
    found: dict[str, str] = {}
    for kind in kinds:
        text = _ROLE.sub(r"`\1`", inspect.getdoc(kind) or "").replace("``", "`")
        _, _, attributes = text.partition("Attributes:\n")
        for name, meaning in _ATTRIBUTE.findall(attributes):
            found.setdefault(name, " ".join(meaning.split()))
    return found


def make_commands() -> str:
    """The Makefile's targets with their help."""
    targets = _TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
    return table(("command", ""), *((f"`make {name}`", text) for name, text in targets))


def decisions() -> str:
    """The decision records, by number."""
    rows = []
    for path in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        title, status = _TITLE.search(text), _STATUS.search(text)
        if title is None or status is None:
            raise ValueError(f"{path.name} has no title `# N. …` or no line `Status: …`")
        rows.append((f"[{title[1]}]({path.name})", title[2], status[1]))
    return table(("", "decided", "status"), *rows)


def inputs(provider: type[Provider]) -> str:
    """A resource's inputs: default, what a change leads to, and the meaning."""
    rows = [
        (
            f"`{field.name}`",
            _default(field.default),
            _changes(provider, field),
            field.declared.about,
        )
        for field in sorted(inputs_of(provider.args), key=_order)
        if not field.declared.computed
    ]
    return table(("input", "default", "a change is", "meaning"), *rows)


def _order(field: InputField) -> tuple[bool, bool]:
    """What is required first, what is seldom given last."""
    return not field.required, field.name in ("former_names", "owner")


def _default(default: Any) -> str:
    if default in (dataclasses.MISSING, msgspec.NODEFAULT):
        return "required"
    if default is None or isinstance(default, msgspec.Struct):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _changes(provider: type[Provider], field: InputField) -> str:
    """What a change of an input, or of a part of it, leads to, with a fixed name and without."""
    leaves = [leaf for leaf in leaves_of(provider.args) if leaf.name.split(".")[0] == field.name]
    found = [
        provider().change_of(leaf, {"auto_named": auto}).value
        for auto in (True, False)
        for leaf in leaves
    ]
    return " or ".join(dict.fromkeys(found))


_TYPES: Mapping[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict[str, str]: "map of strings",
    CreateSettings: "map",
    FileEntry: "map",
}


def settings(kind: type[msgspec.Struct]) -> str:
    """The settings of one entry under a key of the stack's configuration."""
    documented = meanings(kind)
    rows = []
    for field in msgspec.structs.fields(kind):
        hint, about = _unwrapped(field.type, documented.get(field.name, ""))
        row = (
            f"`{field.encode_name}`",
            _type(hint),
            _default(field.default),
            in_settings_words(about),
        )
        rows.append(row)
    return table(("setting", "type", "default", "meaning"), *rows)


def _unwrapped(hint: Any, about: str) -> tuple[Any, str]:
    """A type without its annotations, and the description among them."""
    while get_origin(hint) is Annotated:
        about = next((m.description for m in hint.__metadata__ if m.description), about)
        hint = get_args(hint)[0]
    return hint, about


def _type(hint: Any) -> str:
    kinds = getattr(hint, "__args__", [hint]) if get_origin(hint) is not dict else [hint]
    known = [_TYPES.get(kind) or ("map" if _is_entry(kind) else "") for kind in kinds]
    return " or ".join(filter(None, known))


def _is_entry(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def stack() -> str:
    """The keys of a stack's configuration, as Pulumi.yaml declares them."""
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]
    rows = [
        (
            f"`{key}`",
            _STACK_TYPES[entry["type"]],
            f"`{entry['default']}`" if "default" in entry else "",
            entry["description"],
        )
        for key, entry in declared.items()
    ]
    return table(("key", "type", "default", "meaning"), *rows)


_STACK_TYPES = {"string": "string", "integer": "integer", "object": "map"}


def _rules() -> Iterable[Any]:
    """The rules of the policy pack, which is a directory of its own."""
    directory = str(ROOT / "policies")
    if directory not in sys.path:
        sys.path.append(directory)
    return tuple(importlib.import_module("aoai_policies.rules").RULES)


def rules() -> str:
    """The rules of the pack."""
    rows = [
        (
            f"[`{rule.name}`](policies/{rule.name}.md)",
            rule.enforcement + (" and warnings" if rule.warns else ""),
            rule.severity,
            rule.description,
        )
        for rule in _rules()
    ]
    return table(("policy", "level", "severity", "what it does"), *rows)


def rule_settings() -> str:
    """The settings of each rule."""
    rows = [
        (f"`{rule.name}`", f"`{name}`", f"`{schema['default']}`", schema["description"])
        for rule in _rules()
        for name, schema in rule.settings.items()
    ]
    return table(("policy", "setting", "default", "meaning"), *rows)


def command_line() -> str:
    """The help of `aoai` and of each of its commands."""
    own = _help()
    below = {"policy": ["check"], "ci": _below(_help("ci")), "jobs": _below(_help("jobs"))}
    named = [(name, *inner) for name in _below(own) for inner in map(_words, below.get(name, [""]))]
    return "\n\n".join([own, *(f"## {' '.join(name)}\n\n{_help(*name)}" for name in named)])


def _below(text: str) -> list[str]:
    """The commands that the help of a command lists."""
    return re.findall(r"^    ([a-z]+)  ", text, re.MULTILINE)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _help(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "aoai.cli", *command, "--help"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    return f"```text\n{done.stdout.strip()}\n```"


PARTS: Mapping[str, Callable[[], str]] = {
    "make-commands": make_commands,
    "decisions": decisions,
    "TrainingFile": partial(inputs, TrainingFileProvider),
    "FineTuningJob": partial(inputs, FineTuningJobProvider),
    "FineTunedModel": partial(inputs, FineTunedModelProvider),
    "ModelDeployment": partial(inputs, ModelDeploymentProvider),
    "stack": stack,
    "accounts": partial(settings, AccountSettings),
    "models": partial(settings, ModelEntry),
    "create": partial(settings, CreateSettings),
    "files": partial(settings, FileEntry),
    "hyperparameters": partial(settings, HyperparametersEntry),
    "deployments": partial(settings, DeploymentEntry),
    "data-errors": partial(findings, Severity.ERROR),
    "data-warnings": partial(findings, Severity.WARNING),
    "rules": rules,
    "rule-settings": rule_settings,
    "catalog": catalog,
    "catalog-sources": catalog_sources,
    "one-model": one_model,
    "command-line": command_line,
    **{f"errors-{area}": partial(error_table, area) for area in AREAS},
    "advice": advice_table,
}
"""A generated part of the docs by name, and what writes it."""
