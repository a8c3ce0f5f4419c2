"""An example is of the file's format. No other rule is applied to one that is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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

# Formats of other tools, by fields that an example of theirs has. The first that fits is named.
_FOREIGN: tuple[tuple[str, frozenset[str]], ...] = (
    ("an Alpaca example", frozenset({"instruction", "output"})),
    ("an Alpaca example", frozenset({"instruction", "response"})),
    ("a ShareGPT example", frozenset({"conversations"})),
    ("a ShareGPT example", frozenset({"conversation"})),
    ("a preference example of TRL", frozenset({"chosen", "rejected"})),
    ("an example of TRL", frozenset({"prompt", "completion", "label"})),
    ("an item of an evaluation", frozenset({"item"})),
    ("an example for Gemini", frozenset({"contents"})),
    ("an example for Gemini", frozenset({"input_text", "output_text"})),
    ("an example for Gemini", frozenset({"text_input", "output"})),
    ("an example for Claude on Bedrock", frozenset({"system", "prompt"})),
    ("a line of a batch", frozenset({"custom_id", "body"})),
    ("a line of a batch", frozenset({"custom_id", "response"})),
    ("a question with its answer", frozenset({"question", "answer"})),
    ("a prompt with its response", frozenset({"prompt", "response"})),
    ("a prompt with its answer", frozenset({"prompt", "answer"})),
    ("an input with its output", frozenset({"input", "output"})),
    ("an input with its target", frozenset({"input", "target"})),
    ("a query with its response", frozenset({"query", "response"})),
    ("plain text", frozenset({"text"})),
)


def check(example: Example) -> Iterator[Problem]:
    """That the example is of another format than the file is to have."""
    if looks_like(example.value, example.format):
        return
    found = detect_format(example.value)
    named = f"a {found} example" if found else foreign_format(example.value)
    if named:
        text = f"{named}, not {example.format}; write {WRITE[example.format]}."
        yield WRONG_FORMAT.at("$", text)


def foreign_format(example: dict[str, object]) -> str | None:
    """The format of another tool that an example is of, in words; None if it is not known."""
    for words, fields in _FOREIGN:
        if fields <= example.keys():
            return words
    return None


RULE = Rule(check, ALL)
