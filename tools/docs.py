"""`make docs`: write anew what is generated in the README and in docs.

A generated part is between two comments, which stay; NAME is a key of ``PARTS``:

    <!-- generated: NAME -->
    <!-- end -->
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tools import docs_schema
from tools.docs_parts import PARTS, ROOT
from tools.docs_policies import pages as policy_pages

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
    for page, text in policy_pages():
        _write(page, text)
    for page in pages():
        _write(page, regenerated(page.read_text(encoding="utf-8")))
    if docs_schema.write():
        print("wrote stacks/schema.json")
    return 0


def _write(page: Path, text: str) -> None:
    if not page.exists() or page.read_text(encoding="utf-8") != text:
        page.write_text(text, encoding="utf-8")
        print(f"wrote {page.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
