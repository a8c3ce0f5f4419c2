"""Chat data to measure with: about 2 kB and seven messages an example.

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


def write_chat(path: Path, size: int, *, tools_every: int = 0, seed: int = 1) -> int:
    """Write a training file of about this many bytes; the number of its examples.

    Args:
        path: the file.
        size: bytes.
        tools_every: one example in so many calls a tool; 0 for none.
        seed: of the random choices.
    """
    texts = [
        message["content"] for line in _TEXT.open() for message in json.loads(line)["messages"]
    ]
    random_ = random.Random(seed)  # noqa: S311 - nothing secret
    pool = [_paragraph(texts, random_) for _ in range(2000)]
    written = examples = 0
    with path.open("w", encoding="utf-8") as file:
        while written < size:
            example = _example(examples, pool, random_)
            if tools_every and examples % tools_every == 0:
                example = _with_tools(example)
            written += file.write(json.dumps(example) + "\n")
            examples += 1
    return examples


def _paragraph(texts: list[str], random_: random.Random) -> str:
    size, text = random_.randint(80, 480), ""
    while len(text) < size:
        text = f"{text}{random_.choice(texts)}\n\n"
    return text[:size]


def _example(index: int, pool: list[str], random_: random.Random) -> dict[str, list[object]]:
    messages: list[object] = [{"role": "system", "content": "Answer in plain words."}]
    for turn in range(random_.randint(1, 5)):
        question, answer = random_.choice(pool), random_.choice(pool)
        messages.append({"role": "user", "content": f"{index}.{turn} {question}"})
        messages.append({"role": "assistant", "content": answer})
    return {"messages": messages}


def _with_tools(example: dict[str, list[object]]) -> dict[str, list[object]]:
    """The same example, with a tool called and answered before the first answer."""
    call = {"name": "lookup", "arguments": '{"word": "hot"}'}
    calls = [{"id": "call_1", "type": "function", "function": call}]
    round_ = [
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_1", "content": "warm"},
    ]
    messages = [*example["messages"][:2], *round_, *example["messages"][2:]]
    return {"messages": messages, "tools": list(_TOOLS)}
