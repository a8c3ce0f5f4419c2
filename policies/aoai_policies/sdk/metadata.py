"""What a rule's declaration becomes in the SDK's terms."""

from __future__ import annotations

from typing import Any

from pulumi_policy import PolicyComplianceFramework, PolicyConfigSchema, Severity

from aoai_policies.rule import Rule


def metadata(rule: Rule) -> dict[str, Any]:
    """The arguments that all policies of a rule share."""
    return {
        "description": rule.description,
        "display_name": rule.title or None,
        "severity": Severity(rule.severity),
        "framework": PolicyComplianceFramework(
            name=rule.framework.name, specification=rule.framework.specification
        ),
        "tags": [rule.judges],
        "remediation_steps": rule.remediation,
        "url": rule.page,
    }


def config_schema(rule: Rule) -> PolicyConfigSchema:
    """The settings of a rule."""
    return PolicyConfigSchema({name: dict(schema) for name, schema in rule.schema.items()})
