"""What Resource Manager says of base models beyond the catalog: capabilities, windows, prices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from aoai_emulator.state.catalog import BaseModel

_FILE: Final = Path(__file__).with_name("model_facts.yaml")
_UNITED_STATES: Final = ("us", "us2", "us3")
_EUROPE: Final = (
    "westeurope",
    "northeurope",
    "swedencentral",
    "francecentral",
    "germanywestcentral",
    "italynorth",
    "polandcentral",
    "spaincentral",
)


@dataclass(frozen=True)
class ModelFacts:
    """The facts of one model; capabilities are text, ``"false"`` too."""

    data: dict[str, Any]

    def capabilities(self, region: str, *, tuned: bool) -> dict[str, str]:
        """What a deployment in a region can do."""
        given = self.data["tuned" if tuned and "tuned" in self.data else "capabilities"]
        area = area_of(region)
        return {
            name: area if value == "<area>" else value
            for name, value in given.items()
            if value != "<area>" or area
        }

    def rate_limits(self, capacity: int) -> list[dict[str, Any]]:
        """Requests and tokens that a capacity allows; a unit is a thousand tokens a minute."""
        seconds, per_unit = self.data["requests"]
        return [
            {"key": "request", "renewalPeriod": seconds, "count": per_unit * capacity},
            {"key": "token", "renewalPeriod": 60, "count": 1000 * capacity},
        ]


def facts_of(model: BaseModel | None) -> ModelFacts:
    """The facts of a base model; those of a usual one where it has none of its own."""
    data = _data()
    usual = data["usual"]["OpenAI" if model is None or model.format == "OpenAI" else "other"]
    own = data["models"].get(model.wire_name, {}) if model else {}
    return ModelFacts({**usual, **own})


def area_of(region: str) -> str:
    """The data zone of a region, where it has one."""
    name = region.lower()
    if name.endswith(_UNITED_STATES):
        return "US"
    return "EUR" if name in _EUROPE else ""


@cache
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
