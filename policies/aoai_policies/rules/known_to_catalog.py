"""What the catalogue does not know cannot be judged: a slip in a name, or a model that is new.

Allow-lists go out of date, so an unknown model, SKU or region is never a violation; without this
rule nobody would see that the others have nothing to say about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.catalog import catalog
from aoai_policies.facts import Account, Deployment, Job, Stack
from aoai_policies.facts.deployment import base_of
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import list_setting, texts
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import job_of, place


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """At most one finding for each job and deployment, with all that is unknown."""
    own = {name.casefold() for name in texts(config, "alsoKnown")}
    for job in stack.jobs:
        yield from _finding(job.urn, job_of(job), [*_job(job), *_region(job.account)], own)
    for deployment in stack.deployments:
        names = [*_deployment(deployment), *_region(deployment.account)]
        yield from _finding(deployment.urn, place(deployment), names, own)


def _finding(urn: str, what: str, names: list[str], own: set[str]) -> Iterator[Finding]:
    unknown = [name for name in names if name.rpartition(" ")[2].casefold() not in own]
    if unknown:
        yield Finding(
            urn,
            f"{what} uses what the catalogue does not know, so the rules about regions, SKUs, "
            f"prices and retirement leave it out: {', '.join(unknown)}.\n"
            "Check the spelling; if it is right, list it under `alsoKnown` in the policy config.",
        )


def _job(job: Job) -> Iterator[str]:
    base = base_of(job.model)
    if base is not UNKNOWN and catalog().model(base) is None:
        yield f"model {base}"


def _deployment(deployment: Deployment) -> Iterator[str]:
    base = deployment.base_model
    if deployment.may_serve_fine_tuned and base is not UNKNOWN and catalog().model(base) is None:
        yield f"model {base}"
    if deployment.sku is not UNKNOWN and catalog().sku(deployment.sku) is None:
        yield f"SKU {deployment.sku}"


def _region(account: Account) -> Iterator[str]:
    if account.location is not UNKNOWN and catalog().region(account.location) is None:
        yield f"region {account.location}"


RULE = Rule(
    name="known-to-catalog",
    title="Known to the catalogue",
    description="Checks that the catalogue knows the models, SKUs and regions that are used.",
    severity="low",
    enforcement="advisory",
    framework=Framework("aoai", "completeness of the other rules"),
    settings={
        "alsoKnown": list_setting("Models, SKUs and regions that are right all the same.", []),
    },
    remediation="Check the spelling, or list the name in the policy config.",
    check=check,
    judges="inputs",
)
