"""Stacks to try the rules on: resources as plain values, and as the SDK shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aoai_policies.facts import (
    DEPLOYMENT_TYPE,
    FILE_TYPE,
    JOB_TYPE,
    MODEL_TYPE,
    Resource,
    Stack,
    stack_of,
)
from aoai_policies.rule import Finding, Rule, evaluate
from aoai_policies.values import UNKNOWN
from pulumi_policy import PolicyCustomTimeouts, PolicyResource, PolicyResourceOptions
from pulumi_policy.proxy import unknown_checking_proxy

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
MODEL = "gpt-4.1-mini-2025-04-14.ft-0a1b2c"
SWEDEN = {
    "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/sweden",
    "location": "swedencentral",
}
EMULATED = {**SWEDEN, "cloud": {"resource_manager": "https://127.0.0.1:8443"}}
EASTUS = {**SWEDEN, "id": SWEDEN["id"].replace("/sweden", "/eastus"), "location": "eastus2"}

OPTIONS = PolicyResourceOptions(
    protect=False,
    ignore_changes=[],
    delete_before_replace=None,
    aliases=[],
    custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
    additional_secret_outputs=[],
)


def urn(kind: str, name: str) -> str:
    """The URN of a resource."""
    return f"urn:pulumi:test::project::{kind}::{name}"


def resource(
    kind: str, name: str, properties: dict[str, object], **depends_on: list[str]
) -> Resource:
    """A resource; a property's dependencies are URNs."""
    sources = {key: frozenset(urns) for key, urns in depends_on.items()}
    return Resource(kind, urn(kind, name), name, properties, sources)


def deployment(
    name: str, depends_on: dict[str, list[str]] | None = None, /, **own: object
) -> Resource:
    """A deployment as a preview shows one that is still to be made."""
    given: dict[str, object] = {
        "account": SWEDEN,
        "deployment_name": f"{name}-v1",
        "model": MODEL,
        "sku": "Standard",
    }
    return resource(DEPLOYMENT_TYPE, name, {**given, **own}, **(depends_on or {}))


def native(name: str, depends_on: dict[str, list[str]] | None = None, /, **own: object) -> Resource:
    """A deployment of the provider azure-native, in the account of Sweden."""
    given: dict[str, object] = {
        "accountName": "sweden",
        "resourceGroupName": "g",
        "deploymentName": f"{name}-v1",
        "properties": {"model": {"format": "OpenAI", "name": MODEL, "version": "1"}},
        "sku": {"name": "Standard", "capacity": 1.0},
    }
    kind = "azure-native:cognitiveservices:Deployment"
    return resource(kind, name, {**given, **own}, **(depends_on or {}))


def existing(
    name: str,
    created: timedelta,
    called: timedelta | None = None,
    observed: timedelta = timedelta(),
    **own: object,
) -> Resource:
    """A deployment as a refresh shows it; the times are how long ago."""
    idle = created if called is None else min(created, called)
    activity = {
        "last_inference_at": None if called is None else ago(called),
        "calls": 0.0 if called is None else 3.0,
        "deleted_on": ago(idle - timedelta(days=15)),
        "observed_at": ago(observed),
    }
    seen = {"deployment_id": "id", "created_at": ago(created), "activity": activity}
    return deployment(name, **{**seen, "removed_for_inactivity": False, **own})


def coming(name: str, model: Resource, **own: object) -> Resource:
    """A deployment whose model is still to be trained."""
    return deployment(name, {"model": [model.urn]}, **{"model": UNKNOWN, **own})


def job(name: str, depends_on: dict[str, list[str]] | None = None, /, **own: object) -> Resource:
    """A job that is still to be submitted."""
    return resource(JOB_TYPE, name, {"account": SWEDEN, **own}, **(depends_on or {}))


def file(name: str, **own: object) -> Resource:
    """A training file with so much in it."""
    return resource(FILE_TYPE, name, {"account": SWEDEN, "examples": 100.0, "bytes": 1e6, **own})


def model(name: str, source: Resource, **own: object) -> Resource:
    """The model of a job that is still to be submitted."""
    return resource(MODEL_TYPE, name, {"job_id": UNKNOWN, **own}, job_id=[source.urn])


def ago(span: timedelta) -> str:
    """A time before NOW, as the service writes it."""
    return (NOW - span).strftime("%Y-%m-%dT%H:%M:%SZ")


def findings(rule: Rule, *resources: Resource, **config: object) -> tuple[Finding, ...]:
    """What a rule finds in a stack of these resources."""
    return evaluate(rule, lambda: facts(*resources), config, NOW)


def facts(*resources: Resource) -> Stack:
    """The facts of these resources."""
    return stack_of(resources)


def shown(
    kind: str,
    name: str,
    properties: dict[str, object],
    **depends_on: list[PolicyResource],
) -> PolicyResource:
    """A resource as the SDK hands it to a stack policy: behind its proxy for unknown values."""
    return PolicyResource(
        resource_type=kind,
        props=unknown_checking_proxy(properties),
        urn=urn(kind, name),
        name=name,
        opts=OPTIONS,
        provider=None,
        parent=None,
        dependencies=[],
        property_dependencies=depends_on,
    )
