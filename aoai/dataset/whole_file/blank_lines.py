"""No blank line is between the examples; at the end of the file it does no harm."""

from __future__ import annotations

from aoai.dataset.finding import warning

BLANK_LINE = warning(
    "blank-line",
    "an empty line between examples",
    "jsonlines.org: each line is a valid JSON value",
)
PROBLEM = BLANK_LINE.at("", "an empty line; remove it.")
