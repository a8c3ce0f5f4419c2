"""Build pairs of answers from the questions about Python's standard library.

The better answer is the one of ``examples/stdlib``. The worse one is what a model tends to say
instead: where to read it, the bare signature, or code without what it prints.

    python -m examples.preferences.build        writes train.jsonl and validation.jsonl

The same ``examples/stdlib`` gives the same bytes.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from examples.data_files import Example, training_and_validation, write

HERE = Path(__file__).resolve().parent
QUESTIONS = HERE.parent / "stdlib" / "train.jsonl"
SEED = 20260411
VALIDATION = 24
OF_A_KIND = {"example": 20, "purpose": 62, "arguments": 62}
"""How many pairs there are of each kind of question."""

_CODE = re.compile(r"```pycon\n(.*?)\n```", re.DOTALL)


def pairs() -> Iterator[tuple[str, Example]]:
    """The kind of each question, and its pair; conversations of several turns are left out."""
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        messages: list[dict[str, Any]] = json.loads(line)["messages"]
        if len(messages) == 3:  # noqa: PLR2004  system, question, answer
            *asked, answer = messages
            kind, worse = worse_answer(asked[-1]["content"], answer["content"])
            yield kind, pair(asked, answer["content"], worse)


def worse_answer(question: str, answer: str) -> tuple[str, str]:
    """The kind of the question, and an answer that leaves out what was asked for."""
    name = question.split("`")[1]
    if code := _CODE.search(answer):
        return "example", without_output(code[1])
    if answer.startswith(f"`{name}("):
        return "arguments", answer.partition("\n")[0]
    return "purpose", f"`{name}` is in Python's standard library; its documentation says more."


def without_output(session: str) -> str:
    """The statements of a session, without prompts and without what they print."""
    prompts = (">>> ", "... ")
    kept = [line[4:] for line in session.splitlines() if line.startswith(prompts)]
    return "```python\n" + "\n".join(kept) + "\n```"


def pair(asked: list[dict[str, Any]], better: str, worse: str) -> Example:
    """An example as preference training takes it."""
    return {
        "input": {"messages": asked},
        "preferred_output": [{"role": "assistant", "content": better}],
        "non_preferred_output": [{"role": "assistant", "content": worse}],
    }


def build() -> dict[str, bytes]:
    """File names and what they hold: a share of each kind of question, mixed."""
    left = dict(OF_A_KIND)
    chosen = []
    for kind, each in pairs():
        if left[kind]:
            left[kind] -= 1
            chosen.append(each)
    random.Random(SEED).shuffle(chosen)  # noqa: S311  to be repeated, not to be secret
    return training_and_validation(chosen, VALIDATION)


if __name__ == "__main__":
    write(HERE, build())
