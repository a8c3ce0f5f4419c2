"""All rules: one module a rule, each with a constant RULE."""

from __future__ import annotations

from ..rule import Rule
from . import inactive_deployment, one_deployment_per_model

RULES: tuple[Rule, ...] = (
    one_deployment_per_model.RULE,
    inactive_deployment.RULE,
)
