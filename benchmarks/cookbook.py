"""The best-known check of chat data, rewritten from its description, to be measured against.

It is described in OpenAI's cookbook ("Data preparation and analysis for chat model fine-tuning"):
load the whole file, then count format errors by type over all examples.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

_KEYS = ("role", "content", "name", "function_call", "weight")
_ROLES = ("system", "user", "assistant", "function")


def count_errors(path: Path) -> dict[str, int]:
    """Format errors of a chat file by type."""
    with path.open(encoding="utf-8") as file:
        dataset = [json.loads(line) for line in file]
    errors: dict[str, int] = defaultdict(int)
    for example in dataset:
        _count_example(example, errors)
    return dict(errors)


def _count_example(example: Any, errors: dict[str, int]) -> None:
    if not isinstance(example, dict):
        errors["data_type"] += 1
        return
    messages = example.get("messages")
    if not messages:
        errors["missing_messages_list"] += 1
        return
    for message in messages:
        _count_message(message, errors)
    if not any(message.get("role") == "assistant" for message in messages):
        errors["example_missing_assistant_message"] += 1


def _count_message(message: dict[str, Any], errors: dict[str, int]) -> None:
    if "role" not in message or "content" not in message:
        errors["message_missing_key"] += 1
    if any(key not in _KEYS for key in message):
        errors["message_unrecognized_key"] += 1
    if message.get("role") not in _ROLES:
        errors["unrecognized_role"] += 1
    content = message.get("content")
    if (not content and not message.get("function_call")) or not isinstance(content, str):
        errors["missing_content"] += 1
