"""A page for each rule of the policy pack, from its declaration and its example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import yaml
from aoai_policies.rule import Rule
from aoai_policies.rules import RULES

from tools.policy_examples import Example, Program, example, findings

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "docs" / "policies"
_KINDS = {
    "file": "TrainingFile",
    "job": "FineTuningJob",
    "model": "FineTunedModel",
    "deployment": "ModelDeployment",
}


def pages() -> Iterator[tuple[Path, str]]:
    """Each page with its text."""
    for rule in RULES:
        yield DIRECTORY / f"{rule.name}.md", page(rule)


def page(rule: Rule) -> str:
    """The page of a rule."""
    given = example(rule.name)
    parts = [
        f"# {rule.title}",
        f"`{rule.name}`: {_lower(rule.description)}",
        _facts(rule),
        _background(rule),
        f"**What to do.** {rule.remediation}",
        "## Settings",
        _settings(rule),
        "## Example",
        *_example(rule, given),
        "Written by `make docs` from the rule and its example; the tests run both programs.",
    ]
    return "\n\n".join(parts) + "\n"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _facts(rule: Rule) -> str:
    runs = {
        "inputs": "for each resource before it is made, in previews and updates",
        "stack": "at the end of a preview or update",
    }[rule.judges]
    if rule.before_create:
        runs += f"; in an update also before each resource is made (`{rule.name}-before-create`)"
    also = f"; warnings come from `{rule.name}-warning`" if rule.warns else ""
    rows = [
        ("level", f"{rule.enforcement}{also}"),
        ("severity", rule.severity),
        ("runs", runs),
        ("framework", f"{rule.framework.name}: {rule.framework.specification}"),
    ]
    if rule.remedy:
        rows.append(("at level `remediate`", "puts it right before the resource is made"))
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows)])


def _background(rule: Rule) -> str:
    """The docstring of the rule's module: why there is the rule, and its source."""
    module = __import__(rule.check.__module__, fromlist=["__doc__"])
    return str(module.__doc__).strip()


def _settings(rule: Rule) -> str:
    rows = [
        f"| `{name}` | `{json.dumps(schema['default'])}` | {schema['description']} |"
        for name, schema in rule.schema.items()
    ]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _example(rule: Rule, given: Example) -> Iterator[str]:
    if given.config:
        yield "With these settings:"
        yield _block("json", json.dumps({rule.name: given.config}, indent=2))
    yield f"This program breaks the rule{_service(given.violates)}:"
    yield _block("text", _program(given.violates))
    found = findings(rule, given.violates, given.config)
    yield _block(
        "text",
        "\n\n".join(
            f"[{f.level}]  {rule.name}  ({f.subject.rpartition('::')[2]})\n{f.message}"
            for f in found
        ),
    )
    yield f"This one does not{_service(given.corrected)}:"
    yield _block("text", _program(given.corrected))


def _service(program: Program) -> str:
    seen = program.service
    if seen is None:
        return ""
    if seen.removed:
        return f", {seen.idle_days:g} days after the deployments were made"
    called = "and never called"
    if seen.called_days is not None:
        called = f"and last called {seen.called_days:g} days ago"
    return f", with deployments made {seen.idle_days:g} days ago {called}"


def _program(program: Program) -> str:
    """The resources, an account by its name, an output as its source."""
    rows = []
    for entry in program.resources:
        props = {name: _shown(value) for name, value in entry["props"].items()}
        rows.append({entry["name"]: {"type": f"aoai:{_KINDS[entry['kind']]}", **props}})
    return "\n".join(yaml.safe_dump(row, sort_keys=False, width=100) for row in rows).strip()


def _shown(value: object) -> object:
    if isinstance(value, dict) and set(value) == {"from"}:
        return f"${{{value['from']}}}"
    if isinstance(value, dict) and "location" in value:
        name = str(value["id"]).rpartition("/")[2]
        return f"{name} ({value['location']})"
    return value


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"
