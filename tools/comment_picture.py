"""A comment as a page, for pictures of it: GitHub's own Markdown with a plain style.

usage: python -m tools.comment_picture COMMENT.md PAGE.html [--open]

A browser makes the picture; the docs have two of each, 1012 and 420 pixels wide:

    chromium --headless --hide-scrollbars --window-size=1012,772 --screenshot=OUT.png PAGE.html
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

STYLE = """
body { margin: 0; padding: 16px; background: #fff; color: #1f2328;
  font: 14px/1.5 "DejaVu Sans", "Noto Color Emoji", sans-serif; }
article { border: 1px solid #d1d9e0; border-radius: 6px; padding: 4px 16px; }
h3 { font-size: 18px; } h4 { font-size: 15px; }
table { border-collapse: collapse; display: block; overflow-x: auto; max-width: 100%; }
th, td { border: 1px solid #d1d9e0; padding: 5px 12px; }
tr:nth-child(2n) { background: #f6f8fa; }
code { background: #eff1f3; border-radius: 4px; padding: 1px 4px;
  font: 12px "DejaVu Sans Mono", monospace; }
pre { background: #f6f8fa; padding: 12px; overflow-x: auto; } pre code { background: none; }
blockquote { border-left: 4px solid #9a6700; margin: 0; padding: 0 14px; }
blockquote.caution { border-color: #d1242f; }
details { margin: 8px 0; } summary { cursor: pointer; }
"""
"""Looks as a comment on GitHub does, without a line of GitHub's own style."""


def page(comment: str, *, unfolded: bool = False) -> str:
    """The page with a comment.

    Args:
        comment: its Markdown.
        unfolded: show what is folded away.
    """
    body = cmarkgfm.github_flavored_markdown_to_html(comment, options=Options.CMARK_OPT_UNSAFE)
    alert = re.compile(r"<blockquote>\s*<p>\[!(\w+)\]\s*")
    body = alert.sub(lambda m: f'<blockquote class="{m[1].lower()}"><p><b>{m[1]}</b><br>', body)
    if unfolded:
        body = body.replace("<details>", "<details open>")
    head = f'<meta charset="utf-8"><title>A comment</title><style>{STYLE}</style>'
    shown = f"<head>{head}</head><body><article>{body}</article></body>"
    return f'<!doctype html><html lang="en">{shown}</html>'


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(prog="python -m tools.comment_picture")
    parser.add_argument("comment", type=Path)
    parser.add_argument("page", type=Path)
    parser.add_argument("--open", action="store_true", help="show what is folded away")
    options = parser.parse_args()
    text = options.comment.read_text(encoding="utf-8")
    options.page.write_text(page(text, unfolded=options.open), encoding="utf-8")


if __name__ == "__main__":
    main()
