"""What a grader of a reinforcement job has to be, as far as it is documented.

The kinds and their fields are those of OpenAI's reference of graders and of Azure's page on
reinforcement fine-tuning; the service fills in some of them. A field that is not known here is left
to the service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aoai.resources.props import is_known

SOURCE_BYTES = 256 * 1024
"""A Python grader has less (Azure, reinforcement fine-tuning)."""

_OPERATIONS = ("eq", "ne", "like", "ilike")
_METRICS = (
    "bleu",
    "cosine",
    "fuzzy_match",
    "gleu",
    "meteor",
    *(f"rouge_{n}" for n in (1, 2, 3, 4, 5, "l")),
)
_ROLES = ("user", "assistant", "system", "developer")
_TEMPLATE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_NAMESPACE = re.compile(r"(item|sample)\b")
_ITEM = re.compile(r"item\.(\w+)")
_SAMPLE = re.compile(r"sample\.(\w+)")
_ONE_BRACE = re.compile(r"(?<!\{)\{\s*((?:item|sample)\.\w+)\s*\}(?!\})")
_SAMPLED = ("output_text", "output_json", "output_tools", "output_audio", "choices")
"""What a grader can read of an answer (OpenAI's guide of graders, templating)."""


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """The fields that a kind of grader needs, and the values of those that have few."""

    texts: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_KINDS: Mapping[str, _Kind] = {
    "string_check": _Kind(
        texts=("name", "input", "reference", "operation"), choices={"operation": _OPERATIONS}
    ),
    "text_similarity": _Kind(
        texts=("name", "input", "reference", "evaluation_metric"),
        choices={"evaluation_metric": _METRICS},
    ),
    "score_model": _Kind(texts=("name", "model"), lists=("input",)),
    "label_model": _Kind(texts=("name", "model"), lists=("input", "labels", "passing_labels")),
    "python": _Kind(texts=("name", "source")),
    "multi": _Kind(texts=("name", "calculate_output"), maps=("graders",)),
}


def grader_problems(grader: Any, where: str = "grader") -> Iterator[str]:
    """What the service would refuse, each with the place that it is about; unknowns are skipped.

    Args:
        grader: the grader as the API takes it.
        where: its place, for the text.
    """
    if not is_known(grader):
        return
    if not isinstance(grader, Mapping):
        yield f"`{where}` is a map with `type` and the fields of that type"
        return
    name = grader.get("type")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        listed = ", ".join(f"`{each}`" for each in _KINDS)
        given = "is missing" if name is None else f"is {name!r}"
        yield f"`{where}.type` {given}; write one of {listed}"
        return
    yield from _fields(grader, kind, where)
    yield from _DETAILS.get(str(name), _nothing)(grader, where)


def item_fields(grader: Any) -> frozenset[str]:
    """The fields of an example that a grader's templates read; what is no grader reads none."""
    found: set[str] = set()
    waiting = [grader]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, str):
            fields = (_ITEM.match(inside) for inside in _TEMPLATE.findall(value))
            found.update(field[1] for field in fields if field)
    return frozenset(found)


def _fields(grader: Mapping[str, Any], kind: _Kind, where: str) -> Iterator[str]:
    for names, types, words in (
        (kind.texts, str, "a text that is not empty"),
        (kind.lists, list | tuple, "a list that is not empty"),
        (kind.maps, Mapping, "a map that is not empty"),
    ):
        for name in names:
            value = grader.get(name)
            if not isinstance(value, types) or not value:
                needs = f"a `{grader['type']}` grader needs it"
                yield f"`{where}.{name}` must be {words}; {needs}"
            elif name in kind.choices and value not in kind.choices[name]:
                listed = ", ".join(f"`{each}`" for each in kind.choices[name])
                yield f"`{where}.{name}` must be one of {listed}, not {value!r}"
            elif isinstance(value, str) and name in ("input", "reference"):
                yield from _templates(value, f"{where}.{name}")


def _templates(text: str, where: str) -> Iterator[str]:
    """A placeholder names a field of the example, or what the model answered."""
    for inside in _TEMPLATE.findall(text):
        if not _NAMESPACE.match(inside):
            yield (
                f"`{where}`: {{{{{inside}}}}} is not known; write {{{{item.FIELD}}}} for a field "
                "of the example or {{sample.output_text}} for the answer"
            )
        elif (read := _SAMPLE.match(inside)) and read[1] not in _SAMPLED:
            listed = ", ".join(f"`{name}`" for name in _SAMPLED)
            yield f"`{where}`: an answer has no `{read[1]}`; there are {listed}"
    for inside in _ONE_BRACE.findall(text):
        yield f"`{where}`: {{{inside}}} is plain text; write {{{{{inside}}}}}"


def _nothing(_grader: Mapping[str, Any], _where: str) -> Iterator[str]:
    return iter(())


def _messages(grader: Mapping[str, Any], where: str) -> Iterator[str]:
    given = grader.get("input")
    for index, message in enumerate(given if isinstance(given, list | tuple) else ()):
        place = f"{where}.input[{index}]"
        role = message.get("role") if isinstance(message, Mapping) else None
        if role not in _ROLES:
            yield f"`{place}.role` must be one of {', '.join(f'`{each}`' for each in _ROLES)}"
            continue
        content = message.get("content")
        if not content:
            yield f"`{place}.content` is missing; write what the model is to read"
        elif isinstance(content, str):
            yield from _templates(content, f"{place}.content")


def _score_model(grader: Mapping[str, Any], where: str) -> Iterator[str]:
    yield from _messages(grader, where)
    given = grader.get("range")
    if given is not None and not _is_range(given):
        yield f"`{where}.range` takes two numbers, the lower one first, not {given!r}"


def _is_range(value: Any) -> bool:
    match value:
        case [low, high] if _is_number(low) and _is_number(high):
            return bool(low < high)
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _label_model(grader: Mapping[str, Any], where: str) -> Iterator[str]:
    yield from _messages(grader, where)
    labels, passing = grader.get("labels"), grader.get("passing_labels")
    if isinstance(labels, list | tuple) and isinstance(passing, list | tuple):
        for label in passing:
            if label not in labels:
                yield f"`{where}.passing_labels` has {label!r}, which is not among its `labels`"


def _python(grader: Mapping[str, Any], where: str) -> Iterator[str]:
    source = grader.get("source")
    if not isinstance(source, str) or not source:
        return
    size = len(source.encode())
    if size >= SOURCE_BYTES:
        yield f"`{where}.source` has {size:,} bytes; the service takes less than {SOURCE_BYTES:,}"
    if not re.search(r"^(async\s+)?def\s+grade\s*\(|^grade\s*=", source, re.MULTILINE):
        yield f"`{where}.source` must define `grade(sample, item)`, which returns the score"


def _multi(grader: Mapping[str, Any], where: str) -> Iterator[str]:
    graders = grader.get("graders")
    for name, each in sorted(graders.items()) if isinstance(graders, Mapping) else ():
        place = f"{where}.graders.{name}"
        if isinstance(each, Mapping) and each.get("type") == "multi":
            yield f"`{place}.type` is `multi`; graders are combined on one level only"
            continue
        yield from grader_problems(each, place)


_DETAILS = {
    "score_model": _score_model,
    "label_model": _label_model,
    "python": _python,
    "multi": _multi,
}
