"""A picture of a command on a terminal, as an SVG, from a real run of it.

usage: python -m tools.terminal_picture OUT.svg [--shot REGEX]... -- COMMAND [ARGUMENT]...

The picture shows the end of the run. With `--shot` it begins with the screen as it was when the
text was first seen, and goes on from one shot to the next. Those of the documentation: from
nothing, after a line of the training file was edited, and after one was broken:

    SHOT='step [0-9]+, .*: step [0-9]+, '
    python -m tools.terminal_picture docs/images/make-up.svg --shot "$SHOT" -- make up
    python -m tools.terminal_picture docs/images/retrain.svg --shot "$SHOT" -- make up
    python -m tools.terminal_picture docs/images/fault.svg --fails -- make preview
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from tools.terminal import Line, Run, Screen, Terminal, runs

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
    "cd0000": ("r", "fill:#ff7b72"),
    "00cd00": ("g", "fill:#56d364"),
    "cdcd00": ("y", "fill:#e3b341"),
    "cd00cd": ("p", "fill:#d2a8ff"),
    "7f7f7f": ("d", "fill:#8b949e"),
    "5c5cff": ("l", "fill:#79c0ff"),
    "ff00ff": ("v", "fill:#d2a8ff"),
}
"""A class for each style that Pulumi uses; colours by what xterm has for their number."""


def main() -> int:
    """Run the command, show it, and write the picture."""
    parser = argparse.ArgumentParser(prog="python -m tools.terminal_picture")
    parser.add_argument("picture", type=Path)
    parser.add_argument("--shot", action="append", default=[], metavar="REGEX")
    parser.add_argument("--fails", action="store_true", help="the command is expected to fail")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    screens = shoot(arguments.command, arguments.shot, fails=arguments.fails)
    arguments.picture.parent.mkdir(parents=True, exist_ok=True)
    arguments.picture.write_text(svg(" ".join(arguments.command), screens), encoding="utf-8")
    print(f"wrote {arguments.picture}: {arguments.picture.stat().st_size} bytes")
    return 0


def shoot(
    command: Sequence[str], patterns: Sequence[str], *, fails: bool = False
) -> list[list[Line]]:
    """The lines on the terminal when each text was first seen, and at the end.

    Raises:
        ChildProcessError: the command ended with an error, and not ``fails``.
    """
    prompt, screen = Screen(COLUMNS, ROWS), Screen(COLUMNS, ROWS)
    prompt.feed(f"$ {' '.join(command)}")
    shots: list[list[Line]] = []
    wanted = list(patterns)
    terminal = Terminal(command, COLUMNS, ROWS)
    for sent in terminal.output():
        sys.stdout.write(sent)
        for part in sent.splitlines(keepends=True):
            screen.feed(part)
            if wanted and re.search(wanted[0], screen.view()):
                shots.append([*prompt.lines(), *screen.lines()])
                del wanted[0]
    if (terminal.process.returncode != 0) != fails:
        raise ChildProcessError(f"`{' '.join(command)}` ended with {terminal.process.returncode}")
    return [*shots, [*prompt.lines(), *screen.lines()]]


def svg(title: str, screens: Sequence[Sequence[Line]]) -> str:
    """The picture; where nothing moves, it is the last one."""
    rows = min(ROWS, max(map(len, screens)))
    width, height = round(COLUMNS * WIDTH + 2 * MARGIN), BAR + rows * HEIGHT + MARGIN
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


def _frame(lines: Sequence[Line], number: int) -> str:
    """What a terminal shows: the last lines, or all if they are fewer."""
    shown = [_text(run, row) for row, line in enumerate(lines[-ROWS:]) for run in runs(line)]
    return f'<g class="k{number}">\n' + "\n".join(shown) + "\n</g>\n"


def _text(run: Run, row: int) -> str:
    lead = len(run.text) - len(run.text.lstrip())
    x, y = MARGIN + (run.column + lead) * WIDTH, BAR + row * HEIGHT + 12
    style = run.style
    marks = {"bold": style.bold, "underlined": style.underscore, style.fg: True}
    names = " ".join(sorted(CLASSES[name][0] for name in marks if marks[name] and name in CLASSES))
    chosen = f' class="{names}"' if names else ""
    return f'<text x="{x:g}" y="{y}"{chosen}>{escape(run.text.strip())}</text>'


if __name__ == "__main__":
    sys.exit(main())
