"""A response on the wire: whole, or as the events of a stream, which have another order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.filters import of_response
from aoai_emulator.inference.responses_request import Items, ResponsesRequest
from aoai_emulator.inference.sampling import Sample, pieces
from aoai_emulator.inference.serve import Usage, tokens_of

_CHUNK = 16
_ECHOED = ("previous_response_id", "prompt_cache_key", "prompt_cache_retention")


class ResponseAnswer:
    """One response with the ids that all of its parts share."""

    def __init__(
        self,
        call: Call,
        body: dict[str, Any],
        asked: ResponsesRequest,
        found: Sample,
        usage: Usage,
        *,
        open_model: bool,
    ) -> None:
        self.id = f"resp_{_hex50(call)}"
        self._call = call
        self._body = body
        self._asked = asked
        self._found = found
        self._usage = usage
        self._open = open_model
        self._message_id = f"msg_{_hex50(call)}"
        self._calls = [
            {
                "type": "function_call",
                "id": f"fc_{_hex50(call)}",
                "call_id": f"call_{call.backend.ids.letters(24)}",
                "name": each["name"],
                "arguments": each["arguments"],
                "status": "completed",
            }
            for each in found.calls
        ]
        self._reasoning = f"rs_{_hex50(call)}"

    @property
    def status(self) -> str:
        """``incomplete`` where the limit of tokens cut the reply."""
        return "incomplete" if self._found.reason == "length" else "completed"

    @property
    def output(self) -> Items:
        """The items of the reply."""
        first = [{"type": "reasoning", "id": self._reasoning, "summary": []}]
        rest: Items = self._calls or [self._message(created_by=self._open)]
        return [*(first if self._asked.reasons else []), *rest]

    def whole(self) -> dict[str, Any]:
        """The answer as one object."""
        body = self._body
        return {
            "metadata": body.get("metadata") or {},
            "temperature": body.get("temperature", 1),
            "top_p": body.get("top_p", 1),
            "user": body.get("user"),
            "service_tier": "auto" if self._open else "default",
            "top_logprobs": 0,
            "model": body["model"],
            "reasoning": self._effort(),
            "background": False,
            "text": self._text(),
            "tools": body.get("tools") or [],
            "tool_choice": body.get("tool_choice", "auto"),
            "truncation": body.get("truncation", "disabled"),
            "id": self.id,
            "object": "response",
            "status": self.status,
            "created_at": int(self._call.now),
            "error": None,
            "incomplete_details": self._incomplete(),
            "output": self.output,
            "instructions": body.get("instructions"),
            "usage": self._tokens(),
            "parallel_tool_calls": body.get("parallel_tool_calls", not self._open),
            "conversation": self._conversation(),
            **self._sent("previous_response_id", "max_output_tokens"),
        }

    def events(self) -> Iterator[bytes]:
        """The server-sent events; there is no [DONE]."""
        for number, (name, data) in enumerate(self._events()):
            body = {"type": name, "sequence_number": number, **data}
            text = json.dumps(body, separators=(",", ":"))
            yield f"event: {name}\ndata: {text}\n\n".encode()

    def _events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        begun = {"response": self._streamed("in_progress")}
        yield "response.created", begun
        yield "response.in_progress", begun
        place = 0
        if self._asked.reasons:
            item = {"type": "reasoning", "id": self._reasoning, "summary": []}
            yield "response.output_item.added", {"output_index": 0, "item": item}
            yield "response.output_item.done", {"output_index": 0, "item": item}
            place = 1
        if self._calls:
            for each in self._calls:
                yield from self._call_events(place, each)
                place += 1
        else:
            yield from self._text_events(place)
        yield f"response.{self.status}", {"response": self._streamed(self.status)}

    def _call_events(self, place: int, made: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        where = {"item_id": made["id"], "output_index": place}
        opened = {**made, "arguments": "", "status": "in_progress"}
        yield "response.output_item.added", {"output_index": place, "item": opened}
        arguments = made["arguments"]
        yield "response.function_call_arguments.delta", {**where, "delta": arguments}
        yield "response.function_call_arguments.done", {**where, "arguments": arguments}
        yield "response.output_item.done", {"output_index": place, "item": made}

    def _text_events(self, place: int) -> Iterator[tuple[str, Any]]:
        where = {"item_id": self._message_id, "output_index": place, "content_index": 0}
        opened = {**self._streamed_message("in_progress"), "content": []}
        yield "response.output_item.added", {"output_index": place, "item": opened}
        part = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
        yield "response.content_part.added", {**where, "part": part}
        for piece in pieces(self._found.text):
            # Of one length together, so that the size of an event tells nothing.
            padding = "0" * max(0, _CHUNK - len(piece))
            delta = {**where, "delta": piece, "logprobs": [], "obfuscation": padding}
            yield "response.output_text.delta", delta
        text = self._found.text
        yield "response.output_text.done", {**where, "text": text, "logprobs": []}
        yield "response.content_part.done", {**where, "part": {**part, "text": text}}
        done = self._streamed_message(self.status)
        yield "response.output_item.done", {"output_index": place, "item": done}

    def _message(self, *, created_by: bool) -> dict[str, Any]:
        body = {
            "type": "message",
            "id": self._message_id,
            "status": self.status,
            "role": "assistant",
            "content": [self._content()],
        }
        return {**body, "created_by": {"response_id": self.id}} if created_by else body

    def _content(self) -> dict[str, Any]:
        return {
            "type": "output_text",
            "text": self._found.text,
            "annotations": [],
            "logprobs": [],
        }

    def _streamed_message(self, status: str) -> dict[str, Any]:
        return {
            "type": "message",
            "id": self._message_id,
            "created_by": {},
            "status": status,
            "role": "assistant",
            "content": [self._content()],
        }

    def _streamed(self, status: str) -> dict[str, Any]:
        """The response inside an event."""
        body, over = self._body, status != "in_progress"
        output = self._calls or [self._streamed_message(status)]
        first = [{"type": "reasoning", "id": self._reasoning, "summary": []}]
        effort = {"effort": None, "summary": None, **self._effort()}
        filters = of_response(self._asked.prompt, self._found.text) if over else None
        return {
            "id": self.id,
            "object": "response",
            "created_at": int(self._call.now),
            "status": status,
            "background": False,
            "completed_at": int(self._call.now) if over else None,
            "content_filters": filters,
            "conversation": self._conversation(),
            "error": None,
            "incomplete_details": self._incomplete() if over else None,
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "max_tool_calls": None,
            "model": body["model"],
            "output": [*(first if self._asked.reasons else []), *output] if over else [],
            "parallel_tool_calls": body.get("parallel_tool_calls", True),
            **{name: body.get(name) for name in _ECHOED},
            "reasoning": effort,
            "safety_identifier": body.get("safety_identifier"),
            "service_tier": "default" if over else "auto",
            "store": body.get("store", True),
            "temperature": float(body.get("temperature") or 1),
            "text": self._text(),
            "tool_choice": body.get("tool_choice"),
            "tools": body.get("tools") or [],
            "top_logprobs": 0,
            "top_p": float(body.get("top_p") or 1),
            "truncation": body.get("truncation", "disabled"),
            "usage": self._tokens() if over else None,
            "user": body.get("user"),
            "metadata": body.get("metadata") or {},
        }

    def _effort(self) -> dict[str, Any]:
        given = self._body.get("reasoning") or {}
        return {"effort": "medium", **given} if self._asked.reasons else dict(given)

    def _text(self) -> dict[str, Any]:
        return {"format": {"type": "text"}, "verbosity": "medium", **(self._body.get("text") or {})}

    def _incomplete(self) -> dict[str, str] | None:
        return {"reason": "max_output_tokens"} if self.status == "incomplete" else None

    def _conversation(self) -> dict[str, str] | None:
        return {"id": self._asked.conversation} if self._asked.conversation else None

    def _sent(self, *names: str) -> dict[str, Any]:
        return {name: self._body[name] for name in names if self._body.get(name) is not None}

    def _tokens(self) -> dict[str, Any]:
        reasoning = self._usage.generated - tokens_of(self._found.text)
        return {
            "input_tokens": self._usage.prompt,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": self._usage.generated,
            "output_tokens_details": {
                "reasoning_tokens": max(0, reasoning) if self._asked.reasons else 0
            },
            "total_tokens": self._usage.prompt + self._usage.generated,
        }


def _hex50(call: Call) -> str:
    return (call.backend.ids.new() + call.backend.ids.new())[:50]
