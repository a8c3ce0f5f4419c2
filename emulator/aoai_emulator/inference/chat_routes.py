"""Chat completions on a deployment."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.chat_answer import ChatAnswer
from aoai_emulator.inference.chat_request import chat_request
from aoai_emulator.inference.sampling import sample
from aoai_emulator.inference.serve import Usage, metered, served, tokens_of
from aoai_emulator.state.json_response import JSONResponse

_OPERATION: Final = "ChatCompletions_Create"
_RAI: Final = {"x-ms-rai-invoked": "true"}
_TUNED: Final = {
    "access-control-allow-origin": "*",
    "cache-control": "must-revalidate, no-cache",
}


def answer(call: Call, name: str, body: dict[str, Any]) -> Response:
    """The answer of the deployment ``name`` to the body of a POST …/chat/completions."""
    deployment = served(call, name, "chat")

    def work() -> tuple[ChatAnswer, Usage]:
        asked = chat_request(body, deployment.base)
        found = sample(call, deployment, asked.spec)
        usage = Usage(tokens_of(asked.prompt), found.tokens * asked.copies)
        return ChatAnswer(call, deployment, asked, found, usage), usage

    answer, limits = metered(call, deployment, _OPERATION, work)
    headers = {**_RAI, **limits, **(_TUNED if deployment.tuned else {})}
    if body.get("stream"):
        lines = iter(list(answer.events()))
        return StreamingResponse(lines, 200, headers, "text/event-stream; charset=utf-8")
    return JSONResponse(answer.whole(), headers=headers)
