"""The policy pack. Constructing a PolicyPack starts its server and never returns: only here."""

from __future__ import annotations

from aoai_policies.pack import DESCRIPTION, NAME, policies
from aoai_policies.sdk.read_once import read_once
from pulumi_policy import PolicyPack

read_once()
PolicyPack(name=NAME, description=DESCRIPTION, policies=policies())
