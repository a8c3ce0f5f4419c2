"""A chat completion on the wire, whole or in events, in the order of Azure's answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.chat_request import ChatRequest
from aoai_emulator.inference.filters import of_prompt, of_text
from aoai_emulator.inference.sampling import Sample, event_line, pieces
from aoai_emulator.inference.serve import Usage, model_of
from aoai_emulator.state.deployment_records import Deployment

Choice = dict[str, Any]


class ChatAnswer:
    """One answer, with the names and ids that all of its parts share."""

    def __init__(
        self, call: Call, deployment: Deployment, asked: ChatRequest, found: Sample, usage: Usage
    ) -> None:
        self._asked = asked
        self._found = found
        self._usage = usage
        self._tuned = deployment.tuned
        self._ids = [f"call_{call.backend.ids.letters(24)}" for _ in found.calls]
        self._head = {
            "created": int(call.now),
            "id": f"chatcmpl-{call.backend.ids.letters(29)}",
            "model": model_of(deployment),
        }
        # Recorded: null for tuned models.
        self._fingerprint = None if deployment.tuned else _fingerprint(deployment.base)

    def whole(self) -> dict[str, Any]:
        """The answer as one object."""
        return {
            "choices": [self._choice(index) for index in range(self._asked.copies)],
            **self._head,
            "object": "chat.completion",
            "prompt_filter_results": of_prompt(),
            "system_fingerprint": self._fingerprint,
            "usage": self._tokens(),
        }

    def events(self) -> Iterator[bytes]:
        """The answer as server-sent events. The first has the prompt's filter results alone."""
        first = {"choices": [], "created": 0, "id": "", "model": "", "object": ""}
        yield event_line({**first, "prompt_filter_results": of_prompt()})
        for index in range(self._asked.copies):
            yield from self._choice_events(index)
        if self._asked.usage:
            yield self._chunk([], self._tokens())
        yield b"data: [DONE]\n\n"

    def _choice(self, index: int) -> Choice:
        found = self._found
        protected = not (self._tuned or self._asked.json or found.calls)
        return {
            "content_filter_results": of_text(protected=protected) if not found.calls else {},
            "finish_reason": self._reason(),
            "index": index,
            "logprobs": self._logprobs(pieces(found.text)) if found.text else None,
            "message": self._message(),
        }

    def _message(self) -> dict[str, Any]:
        if not self._found.calls:
            return {"content": self._found.text, "role": "assistant"}
        if self._asked.spec.tools.legacy:
            return {"content": None, "function_call": self._found.calls[0], "role": "assistant"}
        return {"content": None, "role": "assistant", "tool_calls": self._tool_calls()}

    def _tool_calls(self) -> list[dict[str, Any]]:
        return [
            {"function": each, "id": name, "type": "function"}
            for each, name in zip(self._found.calls, self._ids, strict=True)
        ]

    def _reason(self) -> str:
        legacy = self._found.calls and self._asked.spec.tools.legacy
        return "function_call" if legacy else self._found.reason

    def _choice_events(self, index: int) -> Iterator[bytes]:
        if self._found.calls:
            yield from self._call_events(index)
        else:
            empty: Any = {"content": []} if self._asked.alternatives is not None else None
            role = {"content": "", "role": "assistant"}
            yield self._event(index, role, filters={}, logprobs=empty)
            for piece in pieces(self._found.text):
                logprobs = self._logprobs([piece])
                yield self._event(index, {"content": piece}, filters=of_text(), logprobs=logprobs)
        yield self._event(index, {}, filters={}, reason=self._reason())

    def _call_events(self, index: int) -> Iterator[bytes]:
        if self._asked.spec.tools.legacy:
            made = self._found.calls[0]
            head = {"name": made["name"], "arguments": ""}
            delta: dict[str, Any] = {"content": None, "function_call": head, "role": "assistant"}
            yield self._event(index, delta, filters={})
            rest = {"function_call": {"arguments": made["arguments"]}}
            yield self._event(index, rest, filters={})
            return
        for place, each in enumerate(self._tool_calls()):
            function = {"name": each["function"]["name"], "arguments": ""}
            tool = {"function": function, "id": each["id"], "index": place, "type": "function"}
            role = {"content": None, "role": "assistant"} if place == 0 else {}
            yield self._event(index, {**role, "tool_calls": [tool]}, filters={})
            arguments = {"arguments": each["function"]["arguments"]}
            more = {"tool_calls": [{"function": arguments, "index": place}]}
            yield self._event(index, more, filters={})

    def _event(
        self,
        index: int,
        delta: dict[str, Any],
        *,
        filters: dict[str, Any],
        reason: str | None = None,
        logprobs: Any = None,
    ) -> bytes:
        choice = {
            "content_filter_results": filters,
            "delta": delta,
            "finish_reason": reason,
            "index": index,
            "logprobs": logprobs,
        }
        return self._chunk([choice], None)

    def _chunk(self, choices: list[Choice], usage: dict[str, int] | None) -> bytes:
        body = {
            "choices": choices,
            **self._head,
            "object": "chat.completion.chunk",
            "system_fingerprint": self._fingerprint,
            **({"usage": usage} if self._asked.usage else {}),
        }
        return event_line(body)

    def _logprobs(self, parts: list[str]) -> dict[str, Any] | None:
        if self._asked.alternatives is None:
            return None
        return {"content": [_token(each, self._asked.alternatives) for each in parts]}

    def _tokens(self) -> dict[str, int]:
        return {
            "completion_tokens": self._usage.generated,
            "prompt_tokens": self._usage.prompt,
            "total_tokens": self._usage.prompt + self._usage.generated,
        }


def _token(text: str, alternatives: int) -> dict[str, Any]:
    chance = -1 - hashlib.sha256(text.encode()).digest()[0] / 128
    shown = {"bytes": list(text.encode()), "logprob": round(chance, 6), "token": text}
    return {**shown, "top_logprobs": [shown] * min(1, alternatives)}


def _fingerprint(base: str) -> str:
    return f"fp_{hashlib.sha256(base.encode()).hexdigest()[:10]}"
