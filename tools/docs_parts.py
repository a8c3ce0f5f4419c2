"""What each generated part of the docs says, read from the code and the files it is about."""

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
from typing import Any, get_type_hints

import msgspec
import yaml
from aoai_components.file_settings import FileSettings
from aoai_components.settings import (
    AccountSettings,
    CreateSettings,
    DeploymentSettings,
    HyperparameterSettings,
    ModelSettings,
)

from aoai.catalog import BaseModel, built_in
from aoai.cli.models_text import as_details
from aoai.dataset import Severity
from aoai.resources import (
    FineTunedModelArgs,
    FineTuningJobArgs,
    ModelDeploymentArgs,
    TrainingFileArgs,
)
from aoai.resources.base import Provider
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.model_deployment import ModelDeploymentProvider
from aoai.resources.training_file import TrainingFileProvider
from tools.docs_findings import findings

ROOT = Path(__file__).resolve().parent.parent

_ATTRIBUTE = re.compile(r"^    (\w+): ((?:.+\n?)(?:     +.+\n?)*)", re.MULTILINE)
_ROLE = re.compile(r":\w+:`([^`]+)`")
_TARGET = re.compile(r"^([a-z-]+):[^#\n]*## (.+)$", re.MULTILINE)
_TITLE = re.compile(r"^# (\d+)\. (.+)$", re.MULTILINE)
_STATUS = re.compile(r"^Status: (.+)$", re.MULTILINE)


def table(*rows: Iterable[str]) -> str:
    """A Markdown table; the first row is its head."""
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    columns = lines[0].count(" | ") + 1
    return "\n".join([lines[0], "|" + "---|" * columns, *lines[1:]])


def meanings(*kinds: type[Any]) -> dict[str, str]:
    """What the docstrings say of each attribute; the first class that describes one decides."""
    found: dict[str, str] = {}
    for kind in kinds:
        text = _ROLE.sub(r"`\1`", inspect.getdoc(kind) or "").replace("``", "`")
        _, _, attributes = text.partition("Attributes:\n")
        for name, meaning in _ATTRIBUTE.findall(attributes):
            found.setdefault(name, " ".join(meaning.split()))
    return found


def verbs() -> str:
    """The Makefile's targets with their help."""
    targets = _TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
    return table(("verb", ""), *((f"`make {name}`", text) for name, text in targets))


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


def inputs(provider: type[Provider], args: type[Any]) -> str:
    """A resource's inputs: default, what a change leads to, and the meaning."""
    said = meanings(args)
    rows = [
        (f"`{field.name}`", _default(field), _changes(provider, field.name), said[field.name])
        for field in dataclasses.fields(args)
    ]
    return table(("input", "default", "a change is", "meaning"), *rows)


def _default(field: Any) -> str:
    if field.default in (dataclasses.MISSING, msgspec.NODEFAULT):
        return "required"
    if field.default is None or isinstance(field.default, msgspec.Struct):
        return ""
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def _changes(provider: type[Provider], name: str) -> str:
    """What a change of an input, or of a part of it, leads to, with a fixed name and without."""
    entries = [entry for entry in provider.diff_table if entry.partition(".")[0] == name]
    found = [
        provider().change_of(entry, {"auto_named": auto}).value
        for auto in (True, False)
        for entry in entries
    ]
    return " or ".join(dict.fromkeys(found))


_TYPES: Mapping[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict[str, str]: "map of strings",
    CreateSettings: "map",
    FileSettings: "map",
    HyperparameterSettings: "map",
}


def settings(kind: type[msgspec.Struct], *described_by: type[Any]) -> str:
    """The settings of one entry under a key of the stack's configuration."""
    said, hints = meanings(kind, *described_by), get_type_hints(kind)
    rows = [
        (
            f"`{field.encode_name}`",
            _type(hints[field.name]),
            _default(field),
            _in_stack_words(said[field.name]),
        )
        for field in msgspec.structs.fields(kind)
    ]
    return table(("setting", "type", "default", "meaning"), *rows)


def _type(hint: Any) -> str:
    known = [_TYPES[kind] for kind in getattr(hint, "__args__", [hint]) if kind in _TYPES]
    return " or ".join(known or [_TYPES[hint]])


def _in_stack_words(text: str) -> str:
    """A name in backticks as a stack's file has it: camelCase."""
    return re.sub(r"`[a-z_]+`", lambda name: re.sub(r"_(\w)", _upper, name[0]), text)


def _upper(match: re.Match[str]) -> str:
    return match[1].upper()


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


def catalog() -> str:
    """The base models that can be trained, with what decides whether a job can run."""
    rows = [
        (
            f"`{model.canonical_name}`",
            ", ".join(model.training.methods),
            ", ".join(model.training.types),
            "yes" if model.data.images else "",
            f"{model.limits.example_tokens:,}" if model.limits.example_tokens else "",
            _dates(model),
        )
        for model in built_in().models
        if model.training and (model.schedule is None or model.schedule.stage != "Retired")
    ]
    headings = ("base model", "methods", "training types", "images", "tokens an example", "dates")
    return table(headings, *rows)


def _dates(model: BaseModel) -> str:
    schedule = model.schedule
    if schedule is None:
        return ""
    days = {"training": schedule.training or schedule.base, "serving": schedule.serving}
    told = [f"{name} until {day}" for name, day in days.items() if day]
    return ", ".join([schedule.stage, *told])


def one_model() -> str:
    """A model as ``aoai models`` shows it."""
    model = built_in().find("gpt-4.1-mini")
    return f"```text\n{as_details(built_in(), [model] if model else [])}\n```"


def catalog_sources() -> str:
    """The pages that the catalogue is from."""
    sources = built_in().document.sources
    rows = [
        (f"`{key}`", f"[{source.title}]({source.url})", str(source.date or ""))
        for key, source in sources.items()
    ]
    return table(("source", "page", "its day"), *rows)


def command_line() -> str:
    """The help of `aoai` and of each of its commands."""
    own = _help()
    commands = re.findall(r"^    ([a-z]+)  ", own, re.MULTILINE)
    return "\n\n".join([own, *(f"## {name}\n\n{_help(name)}" for name in commands)])


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
    "verbs": verbs,
    "decisions": decisions,
    "TrainingFile": partial(inputs, TrainingFileProvider, TrainingFileArgs),
    "FineTuningJob": partial(inputs, FineTuningJobProvider, FineTuningJobArgs),
    "FineTunedModel": partial(inputs, FineTunedModelProvider, FineTunedModelArgs),
    "ModelDeployment": partial(inputs, ModelDeploymentProvider, ModelDeploymentArgs),
    "stack": stack,
    "accounts": partial(settings, AccountSettings),
    "models": partial(settings, ModelSettings, FineTuningJobArgs, FineTunedModelArgs),
    "create": partial(settings, CreateSettings),
    "files": partial(settings, FileSettings, TrainingFileArgs),
    "hyperparameters": partial(settings, HyperparameterSettings),
    "deployments": partial(settings, DeploymentSettings, ModelDeploymentArgs),
    "data-errors": partial(findings, Severity.ERROR),
    "data-warnings": partial(findings, Severity.WARNING),
    "rules": rules,
    "rule-settings": rule_settings,
    "catalog": catalog,
    "catalog-sources": catalog_sources,
    "one-model": one_model,
    "command-line": command_line,
}
"""A generated part of the docs by name, and what writes it."""
