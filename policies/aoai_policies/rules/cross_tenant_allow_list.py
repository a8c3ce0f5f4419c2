"""A model leaves the tenant that trained it only for tenants that a team has named.

A deployment of another tenant takes a copy of the model there: Azure allows it to everybody who has
the roles on both sides, so whether it is wanted is a decision of the team's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Deployment, Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import ANY, allows, list_setting, texts
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import place, quoted


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding for each deployment whose model comes from a tenant that is not on the list."""
    allowed = texts(config, "allowedTenants")
    if ANY in allowed:
        return
    for deployment in stack.deployments:
        if deployment.source is not None:
            yield from _judge(deployment, allowed)


def _judge(deployment: Deployment, allowed: tuple[str, ...]) -> Iterator[Finding]:
    serves = deployment.account.tenant_id
    trained = deployment.source.tenant_id if deployment.source else UNKNOWN
    if serves is UNKNOWN or trained is UNKNOWN:
        missing = "account.tenant_id" if serves is UNKNOWN else "source.tenant_id"
        text = f"{place(deployment)} serves a model of a tenant that is not known."
        yield Finding(deployment.urn, text, unknown=missing)
    elif serves != trained and not (allows(allowed, serves) and allows(allowed, trained)):
        listed = ", ".join(allowed) or "none"
        yield Finding(
            deployment.urn,
            f"{place(deployment)}, of tenant {serves}, serves a model that tenant {trained} "
            f"trained; the policy config of this stack allows copies between: {listed}.\n"
            f"Serve {quoted(deployment.name)} from an account of the same tenant, or have both "
            "tenants put on the list.",
        )


RULE = Rule(
    name="cross-tenant-allow-list",
    title="Copies to other tenants",
    description="Checks that models go to tenants that are on the list only.",
    severity="critical",
    enforcement="mandatory",
    framework=Framework("NIST SP 800-53", "AC-4 information flow enforcement"),
    settings={
        "allowedTenants": list_setting(
            "Tenants, by id, between which models may be copied; `*` is all, an empty list none.",
            [ANY],
        )
    },
    remediation="Serve the model in the tenant that trained it, or put both tenants on the list.",
    check=check,
    judges="inputs",
)
