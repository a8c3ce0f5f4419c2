"""The pages of the documentation, as the tests that run them see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.repository import ROOT, files

ZEROS = "00000000-0000-0000-0000-000000000000"
PROVIDER = "Microsoft.CognitiveServices"
LEFT_OUT = (
    (
        re.compile(r"/subscriptions/…/accounts/"),
        f"/subscriptions/{ZEROS}/resourceGroups/rg-ai/providers/{PROVIDER}/accounts/",
    ),
    (re.compile(r"\b([0-9a-f]{8})-…"), rf"\g<1>{ZEROS[8:]}"),
)
"""What ``…`` stands for in an example that is run: the middle of an ARM id, the rest of a GUID."""

_FENCE = re.compile(r"^( *)```(\w*)$")
_NOT_RUN = re.compile(r"<!-- not run: (.+) -->")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    """Where it begins."""
    language: str
    text: str
    not_run: str | None
    """Why nobody runs it, if a comment before it says so."""

    @property
    def needs_azure_native(self) -> bool:
        """Whether it is a program that tests/azure_native runs."""
        return self.language == "python" and "aoai_components.openai_account" in self.text

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def whole(self) -> str:
        """The text with what ``…`` stands for."""
        text = self.text
        for left_out, meant in LEFT_OUT:
            text = left_out.sub(meant, text)
        return text


def pages() -> list[Path]:
    """Every page but those of the emulator, which have a runner of their own."""
    found = [path for path in files() if path.suffix == ".md"]
    return [path for path in found if path.parts[:2] != ("docs", "emulator")]


@cache
def read(page: Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@cache
def blocks(page: Path) -> tuple[Block, ...]:
    """The fenced blocks of a page, in order."""
    return tuple(_blocks(page))


def _blocks(page: Path) -> Iterator[Block]:
    lines = read(page).splitlines()
    start = None
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence and start is None:
            start, indent, language = number, fence[1], fence[2]
        elif fence and start is not None:
            text = "\n".join(each.removeprefix(indent) for each in lines[start + 1 : number])
            marked = _NOT_RUN.search(lines[start - 1]) if start else None
            yield Block(page, start + 1, language, text + "\n", marked[1] if marked else None)
            start = None


def commands_of(block: Block) -> list[str]:
    """The commands of a console block, without their comments."""
    if block.language != "console":
        return []
    lines = [line for line in block.text.splitlines() if line.startswith("$ ")]
    return [re.sub(r"\s+#.*", "", line.removeprefix("$ ")) for line in lines]


def all_blocks(language: str) -> list[Block]:
    return [block for page in pages() for block in blocks(page) if block.language == language]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", read(page), flags=re.MULTILINE | re.DOTALL)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    kept = re.sub(r"[^\w\- ]", "", heading.replace("`", "").strip().lower())
    return kept.replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)}
