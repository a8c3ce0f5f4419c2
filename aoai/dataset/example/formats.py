"""The formats of a training file, and which one an example is of."""

from __future__ import annotations

from aoai.dataset.example.fields import get
from aoai.dataset.example.view import OUTPUTS

FORMATS = ("chat", "preference", "completion", "reinforcement")
"""The names. Vision data is chat data with images, so ``vision`` is taken for ``chat``."""

BY_METHOD = {"supervised": "chat", "dpo": "preference", "reinforcement": "reinforcement"}
"""The format that each method trains on, for models that chat."""

_CONVERSATION = frozenset({"messages", "tools", "parallel_tool_calls", "functions"})


def looks_like(example: dict[str, object], name: str) -> bool:
    """Whether an example has the fields by which one of this format is known."""
    if name == "preference":
        paired = any(output in example for output in OUTPUTS)
        return paired or get(example.get("input"), "messages") is not None
    if name == "completion":
        return "completion" in example or example.keys() == {"prompt"}
    return "messages" in example


def detect_format(example: dict[str, object]) -> str | None:
    """The format that an example's fields show, if any.

    A conversation that ends with the user's message and has more fields is for reinforcement.
    """
    if "messages" in example:
        messages = example["messages"]
        last = get(messages[-1], "role") if isinstance(messages, list) and messages else None
        return "reinforcement" if last == "user" and example.keys() - _CONVERSATION else "chat"
    return next((n for n in ("preference", "completion") if looks_like(example, n)), None)
