"""Training data and inputs of each method, as small as the service takes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.conftest import write_examples

GRADER: Mapping[str, Any] = {
    "type": "string_check",
    "name": "sum",
    "operation": "eq",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
}


def write_pairs(path: Path, count: int = 12) -> Path:
    """A better and a worse answer to each question."""
    return _written(
        path,
        [
            {
                "input": {"messages": [{"role": "user", "content": f"Question {number}?"}]},
                "preferred_output": [{"role": "assistant", "content": f"Answer {number}."}],
                "non_preferred_output": [{"role": "assistant", "content": "No idea."}],
            }
            for number in range(count)
        ],
    )


def write_questions(path: Path, count: int = 12, start: int = 0) -> Path:
    """Sums, each with its answer for the grader."""
    return _written(
        path,
        [
            {
                "messages": [{"role": "user", "content": f"What is {number} + {number}?"}],
                "answer": str(2 * number),
            }
            for number in range(start, start + count)
        ],
    )


def _written(path: Path, examples: list[dict[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(example)}\n" for example in examples))
    return path


WRITERS: Mapping[str, Callable[[Path], Path]] = {
    "supervised": write_examples,
    "dpo": write_pairs,
    "reinforcement": write_questions,
}

NEEDS: Mapping[str, Mapping[str, Any]] = {
    "supervised": {},
    "dpo": {"method": "dpo"},
    "reinforcement": {"method": "reinforcement", "grader": dict(GRADER)},
}
"""The inputs that a method needs, beside files and a model."""

MODELS: Mapping[str, str] = {
    "supervised": "gpt-4o-mini-2024-07-18",
    "dpo": "gpt-4o-mini-2024-07-18",
    "reinforcement": "o4-mini-2025-04-16",
}
