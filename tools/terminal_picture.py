"""A picture of a command on a terminal, as an SVG, from a real run of it.

usage: python -m tools.terminal_picture OUT.svg [--shot REGEX]... -- COMMAND [ARGUMENT]...

The picture shows the end of the run. With `--shot` it begins with the screen as it was when the
text was first seen, and goes on from one shot to the next. The one in the README:

    make down && python -m tools.terminal_picture docs/images/make-up.svg --shot loss -- make up
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from tools.terminal import Run, Screen, record

COLUMNS, ROWS = 132, 42
WIDTH, HEIGHT = 7.2, 16
"""Of a character, in pixels, at a font size of 12."""
MARGIN, BAR = 16, 30
SECONDS = 6
"""How long a shot stays; the last one stays twice as long."""
ALL = 100.0

FONT = '12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'
CLASSES = {
    "bold": ("b", "font-weight:700"),
    "underlined": ("u", "text-decoration:underline"),
    "1": ("r", "fill:#ff7b72"),
    "2": ("g", "fill:#56d364"),
    "3": ("y", "fill:#e3b341"),
    "5": ("p", "fill:#d2a8ff"),
    "12": ("l", "fill:#79c0ff"),
    "13": ("v", "fill:#d2a8ff"),
}
"""A class for each style that Pulumi uses."""


def main() -> int:
    """Run the command, show it, and write the picture."""
    parser = argparse.ArgumentParser(prog="python -m tools.terminal_picture")
    parser.add_argument("picture", type=Path)
    parser.add_argument("--shot", action="append", default=[], metavar="REGEX")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    screens = shoot(arguments.command, arguments.shot)
    arguments.picture.parent.mkdir(parents=True, exist_ok=True)
    arguments.picture.write_text(svg(" ".join(arguments.command), screens), encoding="utf-8")
    print(f"wrote {arguments.picture}: {arguments.picture.stat().st_size} bytes")
    return 0


def shoot(command: Sequence[str], patterns: Sequence[str]) -> list[Screen]:
    """The screen when each text was first seen, and at the end."""
    screen, shots, wanted = Screen(), [], list(patterns)
    screen.feed(f"$ {' '.join(command)}\n")
    for sent in record(command, COLUMNS, ROWS):
        sys.stdout.write(sent)
        screen.feed(sent)
        if wanted and re.search(wanted[0], screen.text()):
            shots.append(copy.deepcopy(screen))
            del wanted[0]
    return [*shots, screen]


def svg(title: str, screens: Sequence[Screen]) -> str:
    """The picture; where nothing moves, it is the last screen."""
    width, height = round(COLUMNS * WIDTH + 2 * MARGIN), BAR + ROWS * HEIGHT + MARGIN
    styles = "".join(f".{name}{{{style}}}" for name, style in CLASSES.values())
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>{escape(title)}</title>
<style>text{{font:{FONT};fill:#c9d1d9;white-space:pre}}
{styles}
{_moves(len(screens))}</style>
<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>
<circle cx="18" cy="15" r="5" fill="#ff5f57"/><circle cx="36" cy="15" r="5" fill="#febc2e"/>
<circle cx="54" cy="15" r="5" fill="#28c840"/>
<text x="{width / 2:g}" y="19" text-anchor="middle">{escape(title)}</text>
{"".join(_frame(screen, number) for number, screen in enumerate(screens))}</svg>
"""


def _moves(count: int) -> str:
    """Styles that show each frame for its part of the round."""
    if count == 1:
        return ""
    part, rules = ALL / (count + 1), ["g{opacity:0}g:last-of-type{opacity:1}"]
    for number in range(count):
        start = number * part
        end = ALL if number == count - 1 else start + part
        seen = f"0%,{end:.3f}%{{opacity:0}}{start:.3f}%{{opacity:1}}"
        rules.append(f"@keyframes k{number}{{{seen}}}")
        rules.append(
            f".k{number}{{animation:k{number} {SECONDS * (count + 1)}s step-end infinite}}"
        )
    rules.append("@media(prefers-reduced-motion:reduce){g{animation:none!important}}")
    return "\n".join(rules) + "\n"


def _frame(screen: Screen, number: int) -> str:
    """What a terminal shows of a screen: its last lines, or all if they are fewer."""
    used = len(screen.text().rstrip().splitlines())
    first = max(0, used - ROWS)
    lines = [_text(run, row - first) for row in range(first, used) for run in screen.runs(row)]
    return f'<g class="k{number}">\n' + "\n".join(lines) + "\n</g>\n"


def _text(run: Run, row: int) -> str:
    lead = len(run.text) - len(run.text.lstrip())
    x, y = MARGIN + (run.column + lead) * WIDTH, BAR + row * HEIGHT + 12
    names = " ".join(sorted(CLASSES[name][0] for name in run.style if name in CLASSES))
    style = f' class="{names}"' if names else ""
    return f'<text x="{x:g}" y="{y}"{style}>{escape(run.text.strip())}</text>'


if __name__ == "__main__":
    sys.exit(main())
