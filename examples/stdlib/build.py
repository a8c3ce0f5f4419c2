"""Build chat examples from the docstrings of Python's standard library.

Three questions are asked of each function, class and method: what it does, which arguments it
takes, and for an example. The answers are the docstring's own sentences, the signature put into
words, and the docstring's own session, which is run first and left out unless it passes.

    python examples/stdlib/build.py        writes train.jsonl, validation.jsonl and built.json

The same Python writes the same bytes; another version has other docstrings. Nothing is fetched.
"""

from __future__ import annotations

import doctest
import hashlib
import importlib
import inspect
import json
import platform
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
SEED = 20240601
TRAINING, VALIDATION = 600, 50
MOST_PER_MODULE = 11
"""Symbols of one module: with more, two or three big modules would fill the set."""
MOST_BUILTINS = 40

LEFT_OUT = {
    "configparser.SafeConfigParser",  # deprecated
    "pathlib.PosixPath",
    "pathlib.WindowsPath",
    "unicodedata.UCD",
    "xml.etree.ElementTree.PI",  # another name of ProcessingInstruction
}
SESSION_LINES = 14
PURPOSE_CHARACTERS = 300
PURPOSE_WORDS = 4
PARAMETERS = 10
"""Longer answers than these, and shorter ones, are left out."""
CONVERSATIONS = 0.3
"""The share of symbols whose questions are asked in one conversation."""

SYSTEM = "You answer questions about Python's standard library briefly, as its documentation does."
PURPOSE = ("What does `{}` do?", "What is `{}` for?", "Explain `{}` in a sentence or two.")
ARGUMENTS = ("Which arguments does `{}` take?", "How is `{}` called?")
EXAMPLE = ("Show an example of `{}`.", "How would I use `{}`?")
ARGUMENTS_AFTER = ("Which arguments does it take?", "And how is it called?")
EXAMPLE_AFTER = ("Show an example.", "Can you show it at work?")

Message = dict[str, Any]
Example = dict[str, list[Message]]


@dataclass(frozen=True)
class Symbol:
    """A public name of the library and what its docstring gives; empty where it gives nothing."""

    name: str
    purpose: str
    arguments: str
    example: str


@dataclass(frozen=True)
class Turn:
    """A question and its answer. An answer of weight 0 is context that is not learned from."""

    question: str
    answer: str
    weight: int | None = None


def symbols(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The functions, classes and methods that the module makes public, in the order of names."""
    for name in public_names(module):
        value = getattr(module, name, None)
        if not callable(value) or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value) and issubclass(value, BaseException):
            continue
        full = name if module.__name__ == "builtins" else f"{module.__name__}.{name}"
        if full in LEFT_OUT:
            continue
        yield full, value
        if inspect.isclass(value):
            for method in sorted(vars(value)):
                if method[0] != "_" and callable(getattr(value, method, None)):
                    yield f"{full}.{method}", getattr(value, method)


def public_names(module: ModuleType) -> list[str]:
    """The names that the module makes public, in order."""
    return sorted(set(getattr(module, "__all__", None) or [n for n in dir(module) if n[0] != "_"]))


def describe(name: str, value: Any, module: ModuleType) -> Symbol | None:
    """What there is to say about a symbol; None if its docstring has no sentence of its own."""
    # getdoc would lend a method the docstring of its base class.
    written = getattr(value, "__doc__", None)
    if not isinstance(written, str):
        return None
    purpose = first_sentences(inspect.cleandoc(written), name)
    if not purpose:
        return None
    return Symbol(name, purpose, arguments(name, value), session(name, value, module))


def first_sentences(text: str, name: str) -> str:
    """The first paragraph of a docstring that is prose, cut after a whole sentence."""
    for paragraph in re.split(r"\n\s*\n", text)[:2]:
        line = " ".join(paragraph.split())
        if re.match(rf"(\w+\.)?{re.escape(name.rsplit('.', 1)[-1])}\s*\(", line):
            continue  # the signature, as older docstrings begin
        line = plain(line)
        kept = ""
        for sentence in re.split(r"(?<=[.!?]) (?=[A-Z`])", line):
            if len(kept) + len(sentence) > PURPOSE_CHARACTERS:
                break
            kept = f"{kept} {sentence}".strip()
        return kept if reads_well(kept) else ""
    return ""


def plain(text: str) -> str:
    """Docstring markup as Markdown: ``x``, :func:`x`, `x' and *x* become `x`."""
    text = re.sub(r":[a-z:]+:`~?([^`]+)`", r"`\1`", text)
    return re.sub(r"``([^`]+)``|`([^`']+)'|\*(\w+)\*", lambda m: f"`{m[1] or m[2] or m[3]}`", text)


def reads_well(text: str) -> bool:
    """Whether a text stands as an answer: whole sentences, no list, no session, no note."""
    unfit = re.search(r">>>|->|--|\*\*|\bXXX\b|TODO|[Dd]eprecated|[Ii]nternal|e\.g\.$|  ", text)
    whole = re.match(r"[A-Z`]", text) and text.endswith(".")
    return (
        bool(whole)
        and not unfit
        and len(text.split()) >= PURPOSE_WORDS
        and text.count("`") % 2 == 0
    )


def arguments(name: str, value: Any) -> str:
    """The signature and what of it is required, optional or by keyword only."""
    try:
        signature = inspect.signature(value)
    except (ValueError, TypeError):
        return ""  # built in, without a text signature
    shown = [p for p in signature.parameters.values() if p.name not in {"self", "cls"}]
    if not shown or len(shown) > PARAMETERS or any(p.name.startswith("_") for p in shown):
        return ""
    bare = [p.replace(annotation=p.empty) for p in shown]
    call = str(signature.replace(parameters=bare, return_annotation=signature.empty))
    if all(p.kind in {p.VAR_POSITIONAL, p.VAR_KEYWORD} for p in shown):
        return ""  # says nothing
    if re.search(r"<|0x|/|\d{10}", call.replace("/,", "").replace("/)", "")):
        return ""  # a default that has no spelling, or another one elsewhere
    listed = "\n".join(f"- `{p.name}`: {in_words(p)}" for p in shown)
    return f"`{name}{call}`\n\n{listed}"


def in_words(parameter: inspect.Parameter) -> str:
    """How one parameter is given."""
    if parameter.kind is parameter.VAR_POSITIONAL:
        return "any number of positional arguments"
    if parameter.kind is parameter.VAR_KEYWORD:
        return "any further keyword arguments"
    said = "required" if parameter.default is parameter.empty else ""
    said = said or f"optional, `{parameter.default!r}` by default"
    if parameter.kind is parameter.KEYWORD_ONLY:
        return f"{said}, keyword only"
    return f"{said}, positional only" if parameter.kind is parameter.POSITIONAL_ONLY else said


def session(name: str, value: Any, module: ModuleType) -> str:
    """The start of the docstring's interactive session, with imports, if it passes as shown."""
    lines: list[str] = []
    for example in doctest.DocTestParser().get_examples(value.__doc__):
        more = list(shown(example))
        if len(lines) + len(more) > SESSION_LINES:
            break
        lines += more
    text = "\n".join(lines)
    if not re.search(rf"\b{name.rsplit('.', 1)[-1]}\b", text):
        return ""
    needed = [n for n in public_names(module) if re.search(rf"(?<![\w.]){n}\b", text)]
    if module.__name__ != "builtins" and needed:
        text = f">>> from {module.__name__} import {', '.join(needed)}\n{text}"
    return f"```pycon\n{text}\n```" if passes(text) else ""


def passes(text: str) -> bool:
    """Whether a session prints what it says, in an interpreter that has just been started."""
    test = doctest.DocTestParser().get_doctest(text, {}, "session", None, None)
    return doctest.DocTestRunner(verbose=False).run(test, out=lambda _: None).failed == 0


def shown(example: doctest.Example) -> Iterator[str]:
    """One statement of a session and its output, with prompts."""
    first, *rest = example.source.rstrip("\n").split("\n")
    yield f">>> {first}"
    yield from (f"... {line}" for line in rest)
    yield from example.want.rstrip("\n").split("\n") if example.want else ()


def collect() -> list[Symbol]:
    """What the library has to say, symbol by symbol."""
    found = []
    listed = (HERE / "modules.txt").read_text().splitlines()
    for name in (line for line in listed if not line.startswith("#")):
        module = importlib.import_module(name)
        described = [describe(full, value, module) for full, value in symbols(module)]
        kept = [symbol for symbol in described if symbol]
        kept.sort(key=rank)
        found += kept[: MOST_BUILTINS if name == "builtins" else MOST_PER_MODULE]
    return sorted(found, key=lambda symbol: symbol.name)


def rank(symbol: Symbol) -> tuple[bool, int, bool, str]:
    """The order within a module: those with an example, functions and classes, methods."""
    return (not symbol.example, symbol.name.count("."), not symbol.arguments, symbol.name)


def conversations(symbol: Symbol, chance: random.Random) -> Iterator[Example]:
    """The examples of one symbol: single questions, or one conversation of several."""
    asked = [
        (first, later, answer)
        for first, later, answer in (
            (PURPOSE, PURPOSE, symbol.purpose),
            (ARGUMENTS, ARGUMENTS_AFTER, symbol.arguments),
            (EXAMPLE, EXAMPLE_AFTER, symbol.example),
        )
        if answer
    ]
    if len(asked) == 1 or chance.random() > CONVERSATIONS:
        for first, _, answer in asked:
            yield chat([Turn(chance.choice(first).format(symbol.name), answer)])
        return
    (first, _, answer), *further = asked
    turns = [Turn(chance.choice(first).format(symbol.name), answer, 0)]
    turns += [Turn(chance.choice(later), answer, 0) for _, later, answer in further]
    yield chat([*turns[:-1], replace(turns[-1], weight=1)])


def chat(turns: Sequence[Turn]) -> Example:
    """A conversation below the system message that all share."""
    messages: list[Message] = [{"role": "system", "content": SYSTEM}]
    for turn in turns:
        messages.append({"role": "user", "content": turn.question})
        learned = {} if turn.weight is None else {"weight": turn.weight}
        messages.append({"role": "assistant", "content": turn.answer, **learned})
    return {"messages": messages}


def split(found: list[Symbol]) -> tuple[list[Example], list[Example]]:
    """Training and validation examples. A symbol is in one of them only."""
    chance = random.Random(SEED)  # noqa: S311  to be repeated, not to be secret
    shuffled = found.copy()
    chance.shuffle(shuffled)
    training: list[Example] = []
    validation: list[Example] = []
    for symbol in shuffled:
        part = validation if len(validation) < VALIDATION else training
        part.extend(conversations(symbol, chance))
    return training[:TRAINING], validation[:VALIDATION]


def lines(examples: list[Example]) -> bytes:
    """JSON Lines, UTF-8."""
    return b"".join(json.dumps(e, ensure_ascii=False).encode() + b"\n" for e in examples)


def build() -> dict[str, bytes]:
    """File names and what they hold."""
    training, validation = split(collect())
    files = {"train.jsonl": lines(training), "validation.jsonl": lines(validation)}
    built = {
        "python": platform.python_version(),
        "sha256": {name: hashlib.sha256(text).hexdigest() for name, text in files.items()},
    }
    return {**files, "built.json": json.dumps(built, indent=2).encode() + b"\n"}


def main() -> None:
    """Write the files beside this one."""
    for name, text in build().items():
        (HERE / name).write_bytes(text)
        print(f"{name}: {len(text.splitlines())} lines, {len(text):,} bytes")


if __name__ == "__main__":
    main()
