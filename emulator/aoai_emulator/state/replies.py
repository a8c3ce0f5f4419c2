"""How a deployment answers: with the assistant's reply of the nearest training example.

The score of an example is the Jaccard overlap of the words of its last user message with those of
the asked one: |A and B| / |A or B|. The first of the best wins. With no overlap at all, or for a
base model, the answer says that it is emulated.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WORD = re.compile(r"\w+")
_MODELS_HELD = 8
_EXAMPLES_READ = 20_000
NOTHING = "This is the emulator: no training example is near this question."
BASE = "This is the emulator: a base model knows nothing here."


@dataclass(frozen=True)
class Reply:
    """What a deployment says: a text, or calls of tools in the form of chat completions."""

    text: str
    tool_calls: tuple[dict[str, Any], ...] = ()


Example = tuple[frozenset[str], Reply]


class Replies:
    """Training files read so far, the least used of them forgotten."""

    def __init__(self) -> None:
        self._held: OrderedDict[Path, list[Example]] = OrderedDict()

    def answer(self, path: Path, question: str, *, calls: bool = True) -> Reply:
        """The reply of the nearest example in a training file.

        Args:
            path: the training file.
            question: the last message of the user.
            calls: whether a reply that calls tools will do; after a tool's answer it will not.
        """
        words = _words(question)
        best, score = Reply(NOTHING), 0.0
        for asked, reply in self._examples(path):
            if not calls and reply.tool_calls:
                continue
            overlap = len(words & asked) / max(1, len(words | asked))
            if overlap > score:
                best, score = reply, overlap
        return best

    def clear(self) -> None:
        """Forget all files."""
        self._held.clear()

    def _examples(self, path: Path) -> list[Example]:
        if path not in self._held:
            self._held[path] = list(_read(path)) if path.exists() else []
            if len(self._held) > _MODELS_HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(path)
        return self._held[path]


def question_of(messages: Iterable[Mapping[str, Any]]) -> str:
    """The last message of the user."""
    asked = [text_of(each.get("content")) for each in messages if each.get("role") == "user"]
    return asked[-1] if asked else ""


def text_of(content: Any) -> str:
    """The text of a message's content, which is a string or a list of parts."""
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def _read(path: Path) -> Iterable[Example]:
    with path.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream):
            if number >= _EXAMPLES_READ:
                return
            if line.strip():
                yield from _pairs(json.loads(line))


def _pairs(record: Mapping[str, Any]) -> Iterable[Example]:
    if "prompt" in record:
        yield _words(str(record["prompt"])), Reply(str(record["completion"]))
    elif "preferred_output" in record:
        asked = question_of(record["input"].get("messages", []))
        yield _words(asked), _reply(record["preferred_output"][-1])
    else:
        asked = ""
        for message in record.get("messages", []):
            if message.get("role") == "user":
                asked = text_of(message.get("content"))
            elif message.get("role") == "assistant" and message.get("weight", 1):
                yield _words(asked), _reply(message)


def _reply(message: Mapping[str, Any]) -> Reply:
    calls = message.get("tool_calls") or []
    if message.get("function_call"):
        calls = [{"type": "function", "function": message["function_call"]}]
    return Reply(text_of(message.get("content")), tuple(calls))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
