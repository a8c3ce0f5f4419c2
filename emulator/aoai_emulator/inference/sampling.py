"""The reply of a deployment to a question: the nearest training example, in the form asked for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.json_schema import compact, fits, instance
from aoai_emulator.inference.serve import tokens_of
from aoai_emulator.inference.tools import Tools
from aoai_emulator.state.deployment_records import Deployment
from aoai_emulator.state.file_records import content_path
from aoai_emulator.state.replies import BASE, NOTHING, Reply

_BYTES_PER_TOKEN: Final = 4
_PIECE: Final = re.compile(r"\s?\S{1,12}|\s")


@dataclass(frozen=True)
class ReplySpec:
    """What the reply must be like.

    Attributes:
        question: the last message of the user.
        after_tool: whether a tool has just answered.
        limit: the most tokens.
        stop: texts that end the reply.
        tools: what may be called.
        form: None for text, else the JSON schema of the reply (empty for any object).
    """

    question: str
    after_tool: bool = False
    limit: int | None = None
    stop: tuple[str, ...] = ()
    tools: Tools = field(default_factory=Tools)
    form: dict[str, Any] | None = None


@dataclass(frozen=True)
class Sample:
    """A reply: its text or its calls of tools, and why it ended (``stop``, ``length`` or calls)."""

    text: str
    reason: str = "stop"
    calls: tuple[dict[str, str], ...] = ()

    @property
    def tokens(self) -> int:
        """The tokens that it took."""
        whole = self.text + "".join(each["name"] + each["arguments"] for each in self.calls)
        return tokens_of(whole)


def sample(call: Call, deployment: Deployment, spec: ReplySpec) -> Sample:
    """The reply of a deployment."""
    reply = Reply(BASE)
    if deployment.training_file is not None:
        path = content_path(call.backend, deployment.training_file)
        reply = call.backend.replies.answer(path, spec.question, calls=not spec.after_tool)
    calls = [] if spec.after_tool else spec.tools.calls(reply, spec.question)
    if calls:
        return Sample("", "tool_calls", tuple(calls))
    text = reply.text or NOTHING
    if spec.form is not None:
        text = _json(text, spec.form)
    return _cut(text, spec)


def pieces(text: str) -> list[str]:
    """A text in parts as a stream brings them."""
    return _PIECE.findall(text)


def event_line(body: dict[str, Any]) -> bytes:
    """A server-sent event of chat and completions: its data alone, without a name."""
    return f"data: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


def _json(text: str, schema: dict[str, Any]) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, dict) and fits(value, schema):
        return compact(value)
    return compact(instance(schema, text) if schema else {"answer": text})


def _cut(text: str, spec: ReplySpec) -> Sample:
    ends = [place for stop in spec.stop if (place := text.find(stop)) >= 0]
    text = text[: min(ends)] if ends else text
    room = len(text) if spec.limit is None else spec.limit * _BYTES_PER_TOKEN
    return Sample(text[:room], "length" if len(text) > room else "stop")
