"""Build questions about bar charts, with each chart as a PNG inside of the example.

    python -m examples.vision.build        writes train.jsonl and validation.jsonl

Nothing is fetched: the charts are drawn here. Another zlib may pack the same pixels into other
bytes.
"""

from __future__ import annotations

import base64
import itertools
import random
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from examples.data_files import Example, training_and_validation, write

HERE = Path(__file__).resolve().parent
SEED = 20260413
TRAINING, VALIDATION = 110, 20
WIDTH, HEIGHT, BAR, GAP = 66, 48, 12, 3
WHITE = (255, 255, 255)
COLOURS = {
    "red": (214, 39, 40),
    "green": (44, 160, 44),
    "blue": (31, 119, 180),
    "yellow": (240, 200, 0),
}
STEP = 5
"""Two bars differ by this many pixels at least."""

SYSTEM = "You read bar charts. Answer with the names of the colours alone."
HIGHEST = ("Which bar is the highest?", "Which colour has the largest value?")
LOWEST = ("Which bar is the lowest?", "Which colour has the smallest value?")
ORDER = ("Name the bars from the highest to the lowest.",)

Bars = Sequence[tuple[str, int]]


def png(bars: Bars) -> bytes:
    """A chart of bars from left to right, in 8-bit RGB."""
    rows = []
    for y in range(HEIGHT):
        row = bytearray(WHITE * WIDTH)
        for place, (name, height) in enumerate(bars):
            if y >= HEIGHT - height:
                start = GAP + place * (BAR + GAP)
                row[3 * start : 3 * (start + BAR)] = bytes(COLOURS[name] * BAR)
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(itertools.starmap(_chunk, chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def example(chance: random.Random) -> Example:
    """One chart, a question about it, and its answer."""
    names = chance.sample(list(COLOURS), len(COLOURS))
    heights = chance.sample(range(STEP, HEIGHT - STEP, STEP), len(names))
    bars = list(zip(names, heights, strict=True))
    by_height = [name for name, _ in sorted(bars, key=lambda bar: -bar[1])]
    asked, answer = chance.choice(
        [(HIGHEST, by_height[0]), (LOWEST, by_height[-1]), (ORDER, ", ".join(by_height))]
    )
    url = "data:image/png;base64," + base64.b64encode(png(bars)).decode()
    picture = {"type": "image_url", "image_url": {"url": url, "detail": "low"}}
    question = [{"type": "text", "text": chance.choice(asked)}, picture]
    return {
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
    }


def build() -> dict[str, bytes]:
    """File names and what they hold."""
    chance = random.Random(SEED)  # noqa: S311  to be repeated, not to be secret
    charts = [example(chance) for _ in range(TRAINING + VALIDATION)]
    return training_and_validation(charts, VALIDATION)


if __name__ == "__main__":
    write(HERE, build())
