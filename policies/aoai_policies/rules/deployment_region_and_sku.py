"""A fine-tuned model is served with certain SKUs only, and with some of them in certain regions.

Source: the catalogue's rows on serving; each message names the page and its day. A team can narrow
both down by its own lists, for base models too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.catalog import Model, catalog
from aoai_policies.facts import Deployment, Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import ON_UNKNOWN, Config, Framework, Rule, level_of_unknown
from aoai_policies.settings import ANY, allows, list_setting, texts
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import place, quoted


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """At most one finding a deployment: the team's lists first, then what Azure offers."""
    for deployment in stack.deployments:
        if not deployment.registered or deployment.removed_for_inactivity is True:
            continue
        found = _listed(deployment, config) or _offered(deployment)
        if found:
            yield found


def _listed(deployment: Deployment, config: Config) -> Finding | None:
    for what, value, allowed in (
        ("SKU", deployment.sku, texts(config, "allowedSkus")),
        ("region", deployment.account.location, texts(config, "allowedRegions")),
    ):
        if ANY in allowed:
            continue
        if value is UNKNOWN:
            text = f"{place(deployment)} has a {what} that is not known yet; name it."
            return Finding(deployment.urn, text, level_of_unknown(config))
        if not allows(allowed, value):
            text = (
                f"{place(deployment)} has the {what} {value}, which the policy config of this "
                f"stack does not allow.\nChoose one of {', '.join(allowed)}."
            )
            return Finding(deployment.urn, text)
    return None


def _offered(deployment: Deployment) -> Finding | None:
    if not deployment.may_serve_fine_tuned:
        return None
    base = deployment.base_model
    model = None if base is UNKNOWN else catalog().model(base)
    sku = None if deployment.sku is UNKNOWN else catalog().sku(deployment.sku)
    if model is None or sku is None or not model.skus:
        return None
    if sku["name"] not in model.skus:
        return Finding(deployment.urn, _sku(deployment, model))
    regions, location = model.serving_regions(sku["name"]), deployment.account.location
    if regions and location is not UNKNOWN and location not in regions:
        return Finding(deployment.urn, _region(deployment, model, regions))
    return None


def _sku(deployment: Deployment, model: Model) -> str:
    return (
        f"{place(deployment)} serves a fine-tuned {model.name} with the SKU {deployment.sku}, "
        f"which Azure does not: it is deployed as {', '.join(model.skus)} "
        f"({model.serving_source}).\nSet `sku` of {quoted(deployment.name)} to one of them."
    )


def _region(deployment: Deployment, model: Model, regions: tuple[str, ...]) -> str:
    others = [name for name in model.skus if not model.serving_regions(name)]
    instead = f" or with the SKU {' or '.join(others)}" if others else ""
    return (
        f"{place(deployment)} serves a fine-tuned {model.name} with the SKU {deployment.sku}, "
        f"which Azure offers in {', '.join(regions)} ({model.serving_source}).\n"
        f"Serve it from an account there{instead}."
    )


RULE = Rule(
    name="deployment-region-and-sku",
    title="Region and SKU of a deployment",
    description="Checks that a deployment's region and SKU are offered and allowed.",
    severity="high",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "deployment types and regions of fine-tuned models"),
    settings={
        "allowedSkus": list_setting("SKUs that this stack allows; `*` is all.", [ANY]),
        "allowedRegions": list_setting("Regions that this stack allows; `*` is all.", [ANY]),
        **ON_UNKNOWN,
    },
    remediation="Choose a SKU and an account that Azure offers the model with.",
    check=check,
    warns=True,
    before_create="alone",
)
