"""A fine-tuned model takes one deployment in an account.

Source: "Only one deployment is permitted for a customized model" (Azure OpenAI, how to fine-tune,
deploy a customized model). A copy in another account, region or subscription is a deployment of its
own there; scope "model" forbids that too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Deployment, Stack
from aoai_policies.facts.deployment import TUNED
from aoai_policies.finding import Finding
from aoai_policies.rule import ON_UNKNOWN, Config, Framework, Rule, level_of_unknown
from aoai_policies.sameness import Answer, both, same_account, same_model, untraceable
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import account_of, deployment_of, quoted, titled


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """At most one finding a deployment: about the first other one that it cannot be beside."""
    per_account = config["scope"] == "model+account"
    for second, others in _with_those_before(stack):
        same = {first.urn: _same(first, second, per_account=per_account) for first in others}
        clash = [first for first in others if same[first.urn] is True]
        declared = next((first for first in clash if first.registered), None)
        doubt = next((first for first in others if same[first.urn] is UNKNOWN), None)
        if declared and second.registered:
            yield Finding(second.urn, _clash(declared, second, per_account=per_account))
        elif clash:
            yield Finding(second.urn, _beside_another(clash[0], second), "advisory")
        elif doubt and doubt.registered and second.registered:
            yield Finding(second.urn, _doubt(doubt, second), level_of_unknown(config))


def _with_those_before(stack: Stack) -> Iterator[tuple[Deployment, list[Deployment]]]:
    """Each deployment with those before it that may serve its model.

    Those that cannot be traced come last, so that the finding is about them, not about the rest.
    Two names are compared by looking up one of them: there may be hundreds.
    """
    named: dict[str, list[Deployment]] = defaultdict(list)
    coming: list[Deployment] = []
    before: list[Deployment] = []
    for second in sorted(
        (d for d in stack.deployments if d.may_serve_fine_tuned and not _gone(d)),
        key=lambda d: (not d.registered, untraceable(d)),
    ):
        if second.model is UNKNOWN:
            yield second, before
            coming.append(second)
        else:
            name = second.model.casefold().partition(TUNED)[2]
            yield second, named[name] + coming
            named[name].append(second)
        before.append(second)


def _gone(deployment: Deployment) -> bool:
    """Whether Azure has removed it, and nothing brings it back."""
    return deployment.removed_for_inactivity is True and deployment.redeploy is False


def _same(one: Deployment, other: Deployment, *, per_account: bool) -> Answer:
    model = same_model(one, other)
    if model is False or not per_account:
        return model
    return both((model, same_account(one.account, other.account)))


def _clash(first: Deployment, second: Deployment, *, per_account: bool) -> str:
    accounts = sorted({account_of(first), account_of(second)})
    limit = (
        "A fine-tuned model takes one deployment in an account: Azure refuses the second."
        if per_account
        else "The policy config of this stack allows a model one deployment in all its accounts."
    )
    return (
        f"{titled(deployment_of(first))} and {deployment_of(second)} serve the same model "
        f"({_model(second)}) in account {' and '.join(accounts)}.\n{limit}\n"
        f"Remove one of the two. For more throughput raise the capacity of {quoted(first.name)}; "
        f"for another model point {quoted(second.name)} at another job."
    )


def _model(deployment: Deployment) -> str:
    if deployment.model is not UNKNOWN:
        return deployment.model
    sources = " and ".join(quoted(model.urn.rpartition("::")[2]) for model in deployment.models)
    return f"the one that {sources} will bring"


def _beside_another(first: Deployment, second: Deployment) -> str:
    known = second if first.registered else first
    return (
        f"{titled(deployment_of(known))}, which this program does not declare, serves the model "
        f"({_model(second)}) of {deployment_of(first if first.registered else second)} in account "
        f"{account_of(known)}.\n"
        "If it is about to be deleted, nothing is wrong. If it is only read, Azure refuses the "
        "second deployment: remove one of the two."
    )


def _doubt(first: Deployment, second: Deployment) -> str:
    return (
        f"Whether {deployment_of(first)} and {deployment_of(second)} serve the same model "
        "in the same account cannot be known yet.\n"
        f"Take the model of {quoted(second.name)} and of {quoted(first.name)} from a "
        "FineTunedModel each and name their accounts, or set onUnknown to advisory in the policy "
        "config."
    )


RULE = Rule(
    name="one-deployment-per-model",
    title="One deployment per model",
    description="Checks that a fine-tuned model has no second deployment.",
    severity="high",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "deploy a customized model"),
    settings={
        "scope": {
            "type": "string",
            "enum": ["model+account", "model"],
            "default": "model+account",
            "description": "Where a model may have one deployment: in an account, or anywhere.",
        },
        **ON_UNKNOWN,
    },
    remediation="Remove one of the two; for more throughput raise the other's capacity.",
    check=check,
    warns=True,
    before_create="with others",
)
