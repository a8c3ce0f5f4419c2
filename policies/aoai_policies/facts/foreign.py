"""Deployments that other Pulumi providers make: azure-native and the classic azure provider.

Only what the rules compare is read. Their use is not: no provider but ours asks Azure Monitor.
"""

from __future__ import annotations

from dataclasses import dataclass

from aoai_policies.facts.account import Account, account_of_id
from aoai_policies.facts.deployment import Activity, Deployment, tags_of
from aoai_policies.facts.resource import CLASSIC_TYPE, Resource
from aoai_policies.facts.training import FineTunedModel
from aoai_policies.values import (
    UNKNOWN,
    Properties,
    UnknownType,
    moment,
    number,
    optional_text,
    section,
    text,
)

MODEL_PROPERTIES = ("properties", "model")
"""The properties that hold the model: in azure-native the first, in azure the second."""


@dataclass(frozen=True)
class _Form:
    """The parts of a deployment, wherever the provider keeps them."""

    account: Account
    name: str | UnknownType
    model: Properties
    settings: Properties
    arm_id: str | UnknownType


def foreign_deployment(resource: Resource, models: tuple[FineTunedModel, ...]) -> Deployment:
    """A deployment of another provider."""
    form = _classic(resource) if resource.type == CLASSIC_TYPE else _native(resource)
    sku = section(resource.properties, "sku")
    source = optional_text(form.model, "sourceAccount") or optional_text(form.model, "source")
    return Deployment(
        urn=resource.urn,
        name=resource.name,
        deployment_id=form.arm_id,
        deployment_name=form.name,
        account=form.account,
        model=text(form.model, "name"),
        models=models,
        sku=text(sku, "name"),
        redeploy=False,
        removed_for_inactivity=False,
        created_at=moment(section(resource.properties, "systemData"), "createdAt"),
        activity=Activity(UNKNOWN, UNKNOWN, UNKNOWN, "only a ModelDeployment reads it"),
        capacity=number(sku, "capacity"),
        rai_policy_name=optional_text(form.settings, "raiPolicyName"),
        source=None if source is None else account_of_id(source, frozenset()),
        tags=tags_of(resource.properties),
        protect=resource.protect,
        managed=False,
        registered=resource.registered,
        properties=resource.properties,
    )


def _native(resource: Resource) -> _Form:
    values = resource.properties
    settings = section(values, "properties")
    name = text(values, "deploymentName")
    arm_id = text(values, "id")
    account = Account(
        id=UNKNOWN if arm_id is UNKNOWN else arm_id.partition("/deployments/")[0],
        location=UNKNOWN,
        depends_on=resource.sources("accountName"),
        group=text(values, "resourceGroupName"),
        own_name=text(values, "accountName"),
    )
    return _Form(
        account=account,
        name=text(values, "name") if name is UNKNOWN else name,
        model=section(settings, "model"),
        settings=settings,
        arm_id=arm_id,
    )


def _classic(resource: Resource) -> _Form:
    values = resource.properties
    return _Form(
        account=account_of_id(
            text(values, "cognitiveAccountId"), resource.sources("cognitiveAccountId")
        ),
        name=text(values, "name"),
        model=section(values, "model"),
        settings=values,
        arm_id=text(values, "id"),
    )
