"""`make docs`: write anew what is generated in the README and in docs.

A generated part stands between two comments, which stay; NAME is a key of ``PARTS``:

    <!-- generated: NAME -->
    <!-- end -->
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tools.docs_parts import PARTS, ROOT

_PART = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """The pages that may hold generated parts."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def regenerated(text: str) -> str:
    """The text of a page with its generated parts as they should be.

    Raises:
        KeyError: a part has a name that is not in ``PARTS``.
    """
    return _PART.sub(lambda part: f"{part[1]}{PARTS[part[2]]().strip()}\n{part[3]}", text)


def main() -> int:
    """Write the pages that differ and name them."""
    for page in pages():
        old = page.read_text(encoding="utf-8")
        new = regenerated(old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            print(f"wrote {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
