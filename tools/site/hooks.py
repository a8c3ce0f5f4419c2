"""What the site needs beyond the pages: links to files of the repository.

The pages link to each other and, seldom, to a file outside ``docs``. On a site such a file is not
there, so its link becomes its name; the address of the repository is not known here.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./)+[^)#]*)(#[^)]*)?\)")
_NUMBERED = re.compile(r"\d+\. ")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Take out the links that lead out of ``docs``."""
    here = PurePosixPath(page.file.src_uri).parent

    def shown(link: re.Match[str]) -> str:
        up = link[2].count("../")
        return link[1] if up > len(here.parts) or str(here) == "." else link[0]

    return indented(_LINK.sub(shown, markdown))


def indented(markdown: str) -> str:
    """What belongs to a numbered item, by four blanks: GitHub is content with three."""
    inside = False
    lines = []
    for line in markdown.splitlines():
        inside = bool(_NUMBERED.match(line)) or (inside and (not line or line.startswith(" ")))
        lines.append(f" {line}" if inside and line.startswith("   ") else line)
    return "\n".join(lines)
