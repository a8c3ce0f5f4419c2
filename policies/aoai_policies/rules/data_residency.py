"""Training data, training and inference stay in the geographies that a team allows.

A file is kept in the region of its account. A job of type Standard trains there, one of DataZone in
its data zone, GlobalStandard and Developer anywhere. A deployment processes prompts in its region,
its data zone or anywhere, as its SKU has it. Source: "Deployment types for Foundry models" and the
list of Azure regions, in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.catalog import catalog
from aoai_policies.facts import Account, Deployment, Job, Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import ANY, allows, list_setting, texts
from aoai_policies.training_types import training_type_of
from aoai_policies.values import UNKNOWN, UnknownType
from aoai_policies.wording import account_named, account_of, deployment_of, job_of, place, quoted

_SPREADS = {"Standard": "region", "DataZone": "data zone"}
"""Where a job of a training type may run; the other types run anywhere."""


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """At most one finding for each file, job and deployment."""
    allowed = texts(config, "allowedGeographies")
    if ANY in allowed:
        return
    for file in stack.files:
        what = f"File {quoted(file.name)} in account {account_named(file.account)}"
        yield from _stays(file.urn, what, file.account, "region", allowed)
    for job in stack.jobs:
        yield from _stays(job.urn, job_of(job), job.account, _of_job(job), allowed)
    for deployment in stack.deployments:
        yield from _deployment(deployment, allowed)


def _of_job(job: Job) -> str | UnknownType:
    kind = training_type_of(job)
    return UNKNOWN if kind is UNKNOWN else _SPREADS.get(kind, "global")


def _deployment(deployment: Deployment, allowed: tuple[str, ...]) -> Iterator[Finding]:
    found = list(
        _stays(
            deployment.urn,
            place(deployment),
            deployment.account,
            _of_deployment(deployment),
            allowed,
        )
    )
    if not found and deployment.source is not None:
        what = f"The model of {deployment_of(deployment)} in account {account_of(deployment)}"
        found = list(_stays(deployment.urn, what, deployment.source, "region", allowed, "source"))
    yield from found


def _of_deployment(deployment: Deployment) -> str | UnknownType:
    if deployment.sku is UNKNOWN:
        return UNKNOWN
    row = catalog().sku(deployment.sku)
    return "global" if row is None else str(row["processing"])


def _stays(
    urn: str,
    what: str,
    account: Account,
    spread: str | UnknownType,
    allowed: tuple[str, ...],
    prop: str = "account",
) -> Iterator[Finding]:
    """A finding if data may leave the allowed geographies."""
    location = account.location
    if spread is UNKNOWN or location is UNKNOWN:
        missing = f"{prop}.location" if location is UNKNOWN else "sku"
        yield Finding(urn, f"{what} is in a region that is not known.", unknown=missing)
        return
    if outside := _outside(location, spread, allowed):
        names = ", ".join(allowed) or "no geography"
        yield Finding(
            urn,
            f"{what} {outside}; the policy config of this stack keeps data in {names}.\n"
            "Use an account there, training type Standard and a SKU that stays in its region.",
        )


def _outside(location: str, spread: str, allowed: tuple[str, ...]) -> str:
    """Where data may go outside of what is allowed; empty if it stays inside."""
    if spread == "global":
        return "may be processed in any region of the world"
    row = catalog().region(location)
    if row is None:
        return f"is in {location}, whose geography is not in the catalogue"
    zone, geography = row.get("dataZone"), str(row["geography"])
    if zone and allows(allowed, str(zone)):
        return ""
    if spread == "data zone":
        return f"may be processed in all of the data zone {zone or 'of ' + location}"
    return "" if allows(allowed, geography) else f"is in {geography}"


RULE = Rule(
    name="data-residency",
    title="Data residency",
    description="Checks that data and models stay in the allowed geographies.",
    severity="critical",
    enforcement="mandatory",
    framework=Framework("GDPR", "chapter V, transfers to third countries"),
    settings={
        "allowedGeographies": list_setting(
            "Azure geographies, such as `Sweden`, and data zones, `EU` or `US`, that data may be "
            "in; `*` is all.",
            [ANY],
        )
    },
    remediation="Use accounts, training types and SKUs that stay in the allowed geographies.",
    check=check,
    judges="inputs",
)
