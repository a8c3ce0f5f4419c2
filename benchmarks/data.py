"""Chat data to measure with: about 2 kB an example, seven messages, one in ten with tools.

The text is the repository's own example data: prose and code, with line ends and quotes as real
data has them. Runs of plain words would be quicker to read for everybody.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

_TEXT = Path(__file__).parent.parent / "examples/stdlib/train.jsonl"
_TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "lookup",
            "description": "Looks a word up",
            "parameters": {"type": "object", "properties": {"word": {"type": "string"}}},
        },
    }
]


def write_chat(path: Path, size: int, seed: int = 1) -> int:
    """Write a training file of about this many bytes; the number of its examples."""
    texts = [
        message["content"] for line in _TEXT.open() for message in json.loads(line)["messages"]
    ]
    random_ = random.Random(seed)  # noqa: S311 - nothing secret
    pool = [_paragraph(texts, random_) for _ in range(2000)]
    written = examples = 0
    with path.open("w", encoding="utf-8") as file:
        while written < size:
            written += file.write(json.dumps(_example(examples, pool, random_)) + "\n")
            examples += 1
    return examples


def _paragraph(texts: list[str], random_: random.Random) -> str:
    size, text = random_.randint(80, 480), ""
    while len(text) < size:
        text = f"{text}{random_.choice(texts)}\n\n"
    return text[:size]


def _example(index: int, pool: list[str], random_: random.Random) -> dict[str, object]:
    messages: list[dict[str, object]] = [{"role": "system", "content": "Answer in plain words."}]
    for turn in range(random_.randint(1, 5)):
        question, answer = random_.choice(pool), random_.choice(pool)
        messages.append({"role": "user", "content": f"{index}.{turn} {question}"})
        messages.append({"role": "assistant", "content": answer})
    if index % 10 == 0:
        call = {"name": "lookup", "arguments": '{"word": "hot"}'}
        calls = [{"id": "call_1", "type": "function", "function": call}]
        messages[2:2] = [
            {"role": "assistant", "content": None, "tool_calls": calls},
            {"role": "tool", "tool_call_id": "call_1", "content": "warm"},
        ]
        return {"messages": messages, "tools": _TOOLS}
    return {"messages": messages}
