"""A pack whose one rule has a bug."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Stack
from aoai_policies.pack import policies
from aoai_policies.rule import Config, Finding
from aoai_policies.rules import RULES
from pulumi_policy import PolicyPack


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """Trips over a setting that it never had."""
    yield Finding(stack.deployments[0].urn, str(config["limit"]))


PolicyPack(name="broken", policies=policies([dataclasses.replace(RULES[0], check=check)]))
