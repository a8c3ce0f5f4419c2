"""Embeddings: vectors of length 1 that follow from the words of a text.

Each word adds a vector that a hash of the word gives; so texts that share words are near each
other, and the same text always has the same vector.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.checks import known_fields, whole
from aoai_emulator.inference.serve import Usage, metered, model_of, served, tokens_of
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.json_response import JSONResponse

_OPERATION: Final = "Embeddings_Create"
_KNOWN: Final = ("model", "input", "encoding_format", "dimensions", "user", "input_type")
_SIZES: Final = {"text-embedding-3-large": 3072}
_USUAL_SIZE: Final = 1536
_MOST: Final = 2048
_WORD: Final = re.compile(r"\w+")


def answer(call: Call, name: str, body: dict[str, Any]) -> Response:
    """The answer of the deployment ``name`` to the body of a POST …/embeddings."""
    deployment = served(call, name, "embeddings")

    def work() -> tuple[dict[str, Any], Usage]:
        known_fields(body, _KNOWN)
        texts = _texts(body.get("input"))
        size = _size(body, deployment.base)
        form = _form(body)
        usage = Usage(sum(tokens_of(text) for text in texts))
        rows = [
            {"object": "embedding", "index": place, "embedding": form(vector(text, size))}
            for place, text in enumerate(texts)
        ]
        total = {"prompt_tokens": usage.prompt, "total_tokens": usage.prompt}
        made = {"object": "list", "data": rows, "model": model_of(deployment), "usage": total}
        return made, usage

    made, limits = metered(call, deployment, _OPERATION, work)
    return JSONResponse(made, headers=limits)


def vector(text: str, size: int) -> list[float]:
    """The vector of a text."""
    sums = [0.0] * size
    for word in _WORD.findall(text.lower()) or [text]:
        for place, value in enumerate(_of_word(word, size)):
            sums[place] += value
    length = math.sqrt(sum(each * each for each in sums)) or 1.0
    return [each / length for each in sums]


@lru_cache(maxsize=512)
def _of_word(word: str, size: int) -> tuple[float, ...]:
    return tuple(_numbers(word, size))


def _numbers(word: str, size: int) -> Iterator[float]:
    for start in range(0, size, 16):
        digest = hashlib.sha256(f"{word}:{start}".encode()).digest()
        for (half,) in struct.iter_unpack(">h", digest[: 2 * min(16, size - start)]):
            yield half / 32_768


def _texts(given: Any) -> list[str]:
    rows = [given] if isinstance(given, str) else given
    if isinstance(rows, list) and rows and all(_is_token(each) for each in rows):
        rows = [rows]
    good = isinstance(rows, list) and 0 < len(rows) <= _MOST
    if not good or not all(_is_text(each) for each in rows):
        text = (
            "'$.input' is invalid. Please check the API reference:"
            " https://platform.openai.com/docs/api-reference."
        )
        raise ModelError(text)
    return [each if isinstance(each, str) else " ".join(map(str, each)) for each in rows]


def _is_text(value: Any) -> bool:
    tokens = isinstance(value, list) and value and all(_is_token(each) for each in value)
    return bool(tokens) or (isinstance(value, str) and value != "")


def _is_token(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _size(body: dict[str, Any], base: str) -> int:
    largest = _SIZES.get(base, _USUAL_SIZE)
    if "dimensions" in body and not base.startswith("text-embedding-3"):
        raise ModelError("This model does not support specifying dimensions.")
    return whole(body, "dimensions", 1, largest) or largest


def _form(body: dict[str, Any]) -> Any:
    wanted = body.get("encoding_format", "float")
    if wanted == "float":
        return list
    if wanted == "base64":
        return lambda values: base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()
    raise ModelError("Invalid 'encoding_format': it must be float or base64.", "encoding_format")
