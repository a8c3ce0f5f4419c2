"""An example is of the file's format. No other rule is applied to one that is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aoai.dataset.example.formats import detect_format, looks_like
from aoai.dataset.example.rule import ALL, Rule
from aoai.dataset.example.view import Example
from aoai.dataset.finding import Problem, error

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


class Foreign(NamedTuple):
    """A format of another tool, known by fields that its examples have.

    Attributes:
        words: what an example of it is called.
        fields: the fields; the first format whose fields an example has is named.
        asked: the field with what the model is asked, if it is a text.
        answer: the field with the answer, if it is a text.
    """

    words: str
    fields: tuple[str, ...]
    asked: str = ""
    answer: str = ""


_FOREIGN = (
    Foreign("an Alpaca example", ("instruction", "output"), "instruction", "output"),
    Foreign("an Alpaca example", ("instruction", "response"), "instruction", "response"),
    Foreign("a ShareGPT example", ("conversations",)),
    Foreign("a ShareGPT example", ("conversation",)),
    Foreign("a preference example of TRL", ("chosen", "rejected"), "prompt", "chosen"),
    Foreign("an example of TRL", ("prompt", "completion", "label"), "prompt", "completion"),
    Foreign("an item of an evaluation", ("item",)),
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
    Foreign("plain text", ("text",)),
)


def check(example: Example) -> Iterator[Problem]:
    """That the example is of another format than the file is to have."""
    if looks_like(example.value, example.format):
        return
    found, foreign = detect_format(example.value), foreign_format(example.value)
    if found or foreign:
        words = f"a {found} example" if found else foreign.words if foreign else ""
        text = f"{words}, not {example.format}; write {_to_write(example.format, foreign)}."
        yield WRONG_FORMAT.at("$", text)


def _to_write(name: str, foreign: Foreign | None) -> str:
    if foreign and foreign.asked and name == "chat":
        return (
            f'{{"messages": [{{"role": "user", "content": {foreign.asked}}}, '
            f'{{"role": "assistant", "content": {foreign.answer}}}]}}'
        )
    return WRITE[name]


def foreign_format(example: dict[str, object]) -> Foreign | None:
    """The format of another tool that an example is of; None if it is not known."""
    return next((f for f in _FOREIGN if all(name in example for name in f.fields)), None)


RULE = Rule(check, ALL)
