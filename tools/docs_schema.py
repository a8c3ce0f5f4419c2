"""``stacks/schema.json``, from which editors complete and check a stack's file."""

from __future__ import annotations

import json
from pathlib import Path

from aoai_components.schema import stack_schema

PATH = Path(__file__).resolve().parent.parent / "stacks" / "schema.json"


def write() -> bool:
    """Write the schema; True if the file changed."""
    text = json.dumps(stack_schema(), indent=1) + "\n"
    changed = not PATH.is_file() or PATH.read_text(encoding="utf-8") != text
    PATH.write_text(text, encoding="utf-8")
    return changed
