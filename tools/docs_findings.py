"""The table of findings in docs/data.md, read off the rules."""

from __future__ import annotations

from aoai.dataset import CATALOGUE, Severity


def findings(severity: Severity) -> str:
    """The kinds of finding of a severity: code, meaning, and the source of the rule."""
    lines = ["| code | what is wrong | source |", "|---|---|---|"]
    for code, kind in CATALOGUE.items():
        if kind.severity is severity:
            cells = (f"`{code}`", *(c.replace("|", "\\|") for c in (kind.text, kind.source)))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
