"""Files that are not JSON Lines at all, recognised by how they begin."""

from __future__ import annotations

import codecs
import csv
import re

from aoai.dataset.decode.syntax import INVALID_UTF8
from aoai.dataset.finding import Problem, error

NOT_JSON_LINES = error(
    "not-json-lines",
    "the file is not JSON Lines: it is compressed, a table, an array or of another kind",
    'page "Customize a model with fine-tuning": one JSON object on each line',
)

_LINES = "write one JSON object on each line"

# How a file of each kind begins, and what to do. Signatures: RFC 1952, PKWARE APPNOTE, and the
# formats' own documentation.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "compressed with gzip; decompress it, as with gunzip"),
    (b"BZh", "compressed with bzip2; decompress it, as with bunzip2"),
    (b"\xfd7zXZ\x00", "compressed with xz; decompress it, as with unxz"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard; decompress it, as with unzstd"),
    (b"\x04\x22\x4d\x18", "compressed with LZ4; decompress it, as with unlz4"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; extract the file"),
    (b"Rar!", "a RAR archive; extract the file"),
    (b"PK\x03\x04", "a ZIP archive or an Office file; extract or export it"),
    (b"PAR1", f"a Parquet file; export it, and {_LINES}"),
    (b"ARROW1", f"an Arrow file; export it, and {_LINES}"),
    (b"Obj\x01", f"an Avro file; export it, and {_LINES}"),
    (b"SQLite format 3\x00", f"an SQLite database; export it, and {_LINES}"),
    (b"\xd0\xcf\x11\xe0", f"an old Office file; export it, and {_LINES}"),
    (b"%PDF-", f"a PDF file; {_LINES}"),
    (b"\x80\x04\x95", f"a Python pickle; export it, and {_LINES}"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself; run git lfs pull"),
    (b"<?xml", f"XML; {_LINES}"),
    (b"<!DOCTYPE", f"HTML; {_LINES}"),
    (b"<html", f"HTML; {_LINES}"),
)
_ENCODINGS = (  # the longer mark first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_TAR = (257, b"ustar")
_OBJECTS = re.compile(rb"\[\s*(\{|$)")
_FIRST_LINES = (
    (re.compile(rb"\{$"), f"an object over several lines; {_LINES}"),
    (re.compile(rb"---$|- \w+:"), f"YAML; {_LINES}"),
    (re.compile(rb"```"), "Markdown; keep what is between the lines with ``` alone"),
)
_COLUMN = re.compile(r"[\w .-]{1,40}")
_SAMPLE = 8192  # bytes


def recognise(head: bytes) -> Problem | None:
    """What a file is that begins like this, if it is no JSON Lines file.

    Args:
        head: its first bytes; 8 KiB are enough.
    """
    head = head[:_SAMPLE]
    start, magic = _TAR
    if head[start : start + len(magic)] == magic:
        return NOT_JSON_LINES.at("", "a tar archive; extract the file.")
    for mark, name in _ENCODINGS:
        if head.startswith(mark):
            return _encoded(name)
    text = head.removeprefix(codecs.BOM_UTF8)
    for signature, words in _SIGNATURES:
        if text.startswith(signature):
            return NOT_JSON_LINES.at("", f"{words}.")
    return _wide(text) or _text_kind(text)


def _encoded(name: str) -> Problem:
    return INVALID_UTF8.at("", f"the file is {name}; save it as UTF-8.")


def _wide(text: bytes) -> Problem | None:
    """UTF-16 or UTF-32 without a mark: every second byte of what is ASCII is zero, or more."""
    if text[:4] in (b"{\0\0\0", b"[\0\0\0", b"\0\0\0{", b"\0\0\0["):
        return _encoded("UTF-32")
    if text[:2] in (b"{\0", b"[\0", b"\0{", b"\0["):
        return _encoded("UTF-16")
    return None


def _text_kind(text: bytes) -> Problem | None:
    """Text that is no JSON Lines: recognised by its first lines."""
    lines = [line for line in text.splitlines() if line.strip()][:3]
    if not lines:
        return None
    first = lines[0].strip()
    arrays = len(lines) > 1 and lines[1].lstrip().startswith(b"[")  # an array on each line
    if _OBJECTS.match(first) and not arrays:
        return NOT_JSON_LINES.at("", f"a JSON array; {_LINES}, without brackets and commas.")
    for start, words in _FIRST_LINES:
        if start.match(first):
            return NOT_JSON_LINES.at("", f"{words}.")
    if first.startswith((b"{", b"[")) or len(lines) < 2:  # noqa: PLR2004 - a table has a head and a row
        return None
    name = _table(lines)
    return NOT_JSON_LINES.at("", f"a table ({name}); {_LINES}.") if name else None


def _table(lines: list[bytes]) -> str | None:
    """CSV or TSV, if the first lines have as many columns each, and more than one."""
    texts = [line.decode(errors="replace") for line in lines]
    for name, delimiter in (("TSV", "\t"), ("CSV", ","), ("CSV with semicolons", ";")):
        try:
            head, *rows = csv.reader(texts, delimiter=delimiter)
        except (csv.Error, ValueError):
            return None
        named = all(_COLUMN.fullmatch(column.strip()) for column in head)
        if len(head) > 1 and named and rows and all(len(row) == len(head) for row in rows[:1]):
            return name
    return None
