"""Write the policy pack's copy of the catalogue: ``python -m tools.policy_catalog``.

The pack is published as a directory of its own and imports nothing of ``aoai``, so it carries the
facts that its rules need. A test holds the copy equal to what this writes.
"""

from __future__ import annotations

import datetime
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "aoai" / "catalog" / "catalog.toml"
TARGET = ROOT / "policies" / "aoai_policies" / "catalog.json"


def main() -> int:
    """Write the copy where it differs."""
    text = rendered()
    if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
        TARGET.write_text(text, encoding="utf-8")
        print(f"wrote {TARGET.relative_to(ROOT)}")
    return 0


def rendered() -> str:
    """The copy as text."""
    document = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return json.dumps(_document(document), indent=1, default=_day, ensure_ascii=False) + "\n"


def _document(rows: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sources": {key: _only(row, "title", "date") for key, row in rows["sources"].items()},
        "globalTraining": _only(rows["globalTraining"], "regions", "source"),
        "skus": [
            {**_only(row, "name", "processing", "billing"), "aliases": row.get("aliases", [])}
            for row in rows["skus"]
        ],
        "regions": {row["name"]: _only(row, "geography", "dataZone") for row in rows["regions"]},
        "models": list(_models(rows["models"])),
    }


def _models(rows: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    families: set[str] = set()
    for row in rows:
        version = row.get("version")
        # Of a family's snapshots the first is the one that the family's name is taken for.
        aliases = [] if row["name"] in families else [row["name"], *row.get("aliases", [])]
        families.add(row["name"])
        found = {
            "name": f"{row['name']}-{version}" if version else row["name"],
            "aliases": aliases if version else aliases[1:],
            "training": _only(row.get("training", {}), *_TRAINING),
            "serving": _only(row.get("serving", {}), *_SERVING),
            "retirement": _only(next(iter(row.get("retirement", [])), {}), *_RETIREMENT),
            "hosting": _prices(row, "hosting"),
            "trainingPrice": _prices(row, "training"),
        }
        yield {key: value for key, value in found.items() if value or key == "aliases"}


_TRAINING = (
    "methods",
    "types",
    "regions",
    "regionsSource",
    "globalRegions",
    "globalExcept",
    "source",
)
_SERVING = ("skus", "regions", "provisionedRegions", "source")
_RETIREMENT = ("stage", "base", "training", "serving", "replacement", "source")


def _prices(row: Mapping[str, Any], kind: str) -> dict[str, float]:
    """The prices of all rows; the first that has one decides, as in the catalogue itself."""
    found: dict[str, float] = {}
    for prices in row.get("prices", []):
        found = {**prices.get(kind, {}), **found}
    return found


def _only(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}


def _day(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of the catalogue")


if __name__ == "__main__":
    sys.exit(main())
