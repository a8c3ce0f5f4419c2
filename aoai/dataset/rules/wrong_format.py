"""An example is of the file's format. No other rule is applied to one that is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aoai.dataset.example.formats import detect_format, looks_like
from aoai.dataset.example.rule import ALL, Rule
from aoai.dataset.example.view import OUTPUTS, Example
from aoai.dataset.finding import Problem, error, shown
from aoai.dataset.rules.fields import CONVERSATION_FIELDS

WRONG_FORMAT = error(
    "wrong-format",
    "the line is of another format than the file, the model or the method",
    'pages "Customize a model with fine-tuning", "Direct preference optimization" and '
    '"Reinforcement fine-tuning", dataset formats',
)

WRITE: Mapping[str, str] = {
    "chat": '{"messages": [{"role": "user", "content": ...}, {"role": "assistant", ...}]}',
    "preference": '{"input": {"messages": ...}, "preferred_output": ..., "non_preferred_output"}',
    "completion": '{"prompt": ..., "completion": ...}',
    "reinforcement": '{"messages": [..., {"role": "user", ...}], "answer": ...}',
}
"""What an example of each format looks like, in short."""

_CONVERSATION = frozenset(CONVERSATION_FIELDS)
_FIELDS = {
    "chat": _CONVERSATION,
    "reinforcement": _CONVERSATION,
    "preference": frozenset({"input", *OUTPUTS}),
    "completion": frozenset({"prompt", "completion"}),
}
_NAMED = 3  # fields of an example


class Foreign(NamedTuple):
    """A format of another tool, known by fields that its examples have.

    Attributes:
        words: what an example of it is called.
        fields: the fields; the first format whose fields an example has is named.
        asked: the field with what the model is asked, if it is a text.
        answer: the field with the answer, if it is a text.
        becomes: the format that it is converted to, where nothing decides that.
    """

    words: str
    fields: tuple[str, ...]
    asked: str = ""
    answer: str = ""
    becomes: str = "chat"


_FOREIGN = (
    Foreign("an Alpaca example", ("instruction", "output"), "instruction", "output"),
    Foreign("an Alpaca example", ("instruction", "response"), "instruction", "response"),
    Foreign("a ShareGPT example", ("conversations",)),
    Foreign("a ShareGPT example", ("conversation",)),
    Foreign("a preference example of TRL", ("chosen", "rejected"), becomes="preference"),
    Foreign("an example of TRL", ("prompt", "completion", "label"), "prompt", "completion"),
    Foreign("an item of an evaluation", ("item",), becomes="reinforcement"),
    Foreign("an example for Gemini", ("contents",)),
    Foreign("an example for Gemini", ("input_text", "output_text"), "input_text", "output_text"),
    Foreign("an example for Gemini", ("text_input", "output"), "text_input", "output"),
    Foreign("a line of a batch", ("custom_id", "body")),
    Foreign("a line of a batch", ("custom_id", "response")),
    Foreign("a question with its answer", ("question", "answer"), "question", "answer"),
    Foreign("a prompt with its response", ("prompt", "response"), "prompt", "response"),
    Foreign("a prompt with its answer", ("prompt", "answer"), "prompt", "answer"),
    Foreign("an input with its output", ("input", "output"), "input", "output"),
    Foreign("an input with its target", ("input", "target"), "input", "target"),
    Foreign("a query with its response", ("query", "response"), "query", "response"),
    Foreign("a query with its answer", ("query", "answer"), "query", "answer"),
    Foreign("a text with its translation", ("source", "target"), "source", "target"),
    Foreign("a field for each role", ("user", "assistant"), "user", "assistant"),
    Foreign("a dialogue", ("dialogue",)),
    Foreign("a dialogue", ("dialog",)),
    Foreign("a request", ("body",)),
    Foreign("plain text", ("text",)),
)


def check(example: Example) -> Iterator[Problem]:
    """That the example is of another format than the file is to have."""
    found, foreign = detect_format(example.value), foreign_format(example.value)
    graded = found == "reinforcement" and "assistant" not in example.roles
    if looks_like(example.value, example.format) and not (graded and example.format == "chat"):
        return
    if wrapping := next((name for name, v in example.value.items() if _is_wrapped(v)), None):
        text = f"a list of examples under {shown(wrapping)}; write each on a line of its own."
        yield WRONG_FORMAT.at("$", text)
        return
    words = f"a {found} example" if found else foreign.words if foreign else ""
    if not words and example.value and not _FIELDS[example.format] & example.value.keys():
        words = f"of the fields {', '.join(map(shown, list(example.value)[:_NAMED]))}"
    if words:
        text = f"{words}, not {example.format}; write {to_write(example.format, foreign)}."
        yield WRONG_FORMAT.at("$", text)


def _is_wrapped(value: object) -> bool:
    """Whether a value is a list of examples."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and detect_format(first) is not None


def to_write(name: str, foreign: Foreign | None) -> str:
    """What to write instead of an example of another format.

    Args:
        name: of the format that is wanted.
        foreign: the format of the example, if it is known.
    """
    if foreign and foreign.asked and name == "chat":
        return (
            f'{{"messages": [{{"role": "user", "content": {foreign.asked}}}, '
            f'{{"role": "assistant", "content": {foreign.answer}}}]}}'
        )
    return WRITE[name]


def foreign_format(example: dict[str, object]) -> Foreign | None:
    """The format of another tool that an example is of; None if it is not known."""
    names = {name.lower() for name in example}
    return next((f for f in _FOREIGN if names.issuperset(f.fields)), None)


RULE = Rule(check, ALL)
