"""Small files of chat examples."""

from __future__ import annotations

import json
from pathlib import Path

SYSTEM = {"role": "system", "content": "Answer in one word."}


def example(number: int) -> dict[str, object]:
    user = {"role": "user", "content": f"Is {number} even?"}
    return {"messages": [SYSTEM, user, {"role": "assistant", "content": "Yes."}]}


def write(path: Path, numbers: range, *more: str) -> Path:
    rows = [json.dumps(example(number)) for number in numbers]
    path.write_text("\n".join([*rows, *more]) + "\n")
    return path
