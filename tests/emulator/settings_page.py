"""docs/emulator/settings.md, printed from the settings: python -m tests.emulator.settings_page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from aoai_emulator.state.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "emulator" / "settings.md"
_HEAD = """\
# Settings

What is not known of Azure, and what tests want to vary. The defaults are what is thought most
likely. A client that must survive both answers is best tested with both.

```python
from aoai_emulator import Emulator

with Emulator() as azure:
    azure.settings(second_deployment_status=409, second_deployment_code="Conflict")
    azure.settings(idle_days=3, jobs_at_once=1)
    assert azure.settings()["idle_days"] == 3
```

```http
POST /_emulator/settings
{"echo_source": false, "part_ids": "block"}

GET /_emulator/settings
```

A restart keeps the settings, a reset goes back to the defaults. The tables are printed by
`python -m tests.emulator.settings_page --write` and compared by a test.
"""


def page() -> str:
    """The whole page."""
    open_ones = [each for each in fields(Settings) if "choices" in each.metadata]
    others = [each for each in fields(Settings) if "choices" not in each.metadata]
    parts = [_HEAD, "## Not known of Azure", "", *_choices(open_ones), ""]
    parts += ["## Limits and delays", "", *_values(others)]
    return "\n".join(parts) + "\n"


def _choices(settings: list[Field[Any]]) -> Iterator[str]:
    yield "| Setting | What | Default | Other answers |"
    yield "| --- | --- | --- | --- |"
    for each in settings:
        default, *others = each.metadata["choices"]
        told = ", ".join(f"`{_json(other)}`" for other in others)
        yield f"| `{each.name}` | {each.metadata['what']} | `{_json(default)}` | {told} |"


def _values(settings: list[Field[Any]]) -> Iterator[str]:
    yield "| Setting | What | Default |"
    yield "| --- | --- | --- |"
    for each in settings:
        yield f"| `{each.name}` | {each.metadata['what']} | `{_json(each.default)}` |"


def _json(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def main(arguments: list[str]) -> int:
    """Print the page, or with --write put it where it belongs."""
    if arguments == ["--write"]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
