"""Build conversations in which the model calls a tool, or answers without one.

    python -m examples.tools.build        writes train.jsonl and validation.jsonl

Nothing is fetched: what the tool answers is computed. The same bytes are written each time.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

from examples.data_files import Example, training_and_validation, write

HERE = Path(__file__).resolve().parent
SEED = 20260414
TRAINING, VALIDATION = 120, 24

SYSTEM = "You convert units. Use the tool for every number; answer from what you know otherwise."
UNITS = {
    "length": {
        "metre": Fraction(1),
        "foot": Fraction(3048, 10000),
        "mile": Fraction(1609344, 1000),
    },
    "mass": {
        "kilogram": Fraction(1),
        "pound": Fraction(45359237, 10**8),
        "gram": Fraction(1, 1000),
    },
    "volume": {
        "litre": Fraction(1),
        "cubic metre": Fraction(1000),
        "millilitre": Fraction(1, 1000),
    },
}
"""Units by what they measure, in the first one of each."""

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "convert",
            "description": "Converts a value from one unit to another of the same kind.",
            "parameters": {
                "type": "object",
                "properties": {
                    "value": {"type": "number"},
                    "from": {
                        "type": "string",
                        "enum": [u for kind in UNITS.values() for u in kind],
                    },
                    "to": {"type": "string", "enum": [u for kind in UNITS.values() for u in kind]},
                },
                "required": ["value", "from", "to"],
            },
        },
    }
]

Message = dict[str, Any]


def example(chance: random.Random) -> Example:
    """A call, a call with the answer that follows from it, or an answer without a call."""
    kind = chance.choice(list(UNITS))
    source, target = chance.sample(list(UNITS[kind]), 2)
    value = chance.randint(2, 2000) / chance.choice([1, 2, 10])
    asked: Message = {"role": "user", "content": f"Give me {value:g} {source} in {target}."}
    form = chance.choice(["call", "call", "answer", "no call"])
    turns = [asked, call(value, source, target)]
    if form == "no call":
        asked["content"] = f"What do {value:g} {source} and any {target} measure?"
        turns = [asked, {"role": "assistant", "content": f"{kind.capitalize()}."}]
    elif form == "answer":
        result = converted(value, source, target, kind)
        turns[-1]["weight"] = 0
        turns += [
            {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({"value": result})},
            {"role": "assistant", "content": f"{value:g} {source} is {result:g} {target}."},
        ]
    messages = [{"role": "system", "content": SYSTEM}, *turns]
    return {"messages": messages, "tools": TOOLS, "parallel_tool_calls": False}


def call(value: float, source: str, target: str) -> Message:
    """The model's call of the tool."""
    arguments = json.dumps({"value": value, "from": source, "to": target})
    function = {"name": "convert", "arguments": arguments}
    made = {"id": "call_1", "type": "function", "function": function}
    return {"role": "assistant", "tool_calls": [made]}


def converted(value: float, source: str, target: str, kind: str) -> float:
    """What the tool answers, to four significant places."""
    exact = Fraction(str(value)) * UNITS[kind][source] / UNITS[kind][target]
    return float(f"{float(exact):.4g}")


def build() -> dict[str, bytes]:
    """File names and what they hold."""
    chance = random.Random(SEED)  # noqa: S311  to be repeated, not to be secret
    talks = [example(chance) for _ in range(TRAINING + VALIDATION)]
    return training_and_validation(talks, VALIDATION)


if __name__ == "__main__":
    write(HERE, build())
