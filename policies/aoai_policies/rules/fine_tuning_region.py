"""A job is only accepted in a region that trains its model, with its method and training type.

Source: the catalogue's rows on training; each message names the page and its day. What the
catalogue does not know is left to known-to-catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.catalog import Model, catalog
from aoai_policies.facts import Job, Stack
from aoai_policies.facts.deployment import base_of
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.training_types import training_type_of
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import job_of, quoted


def check(stack: Stack, _config: Config, _now: datetime) -> Iterator[Finding]:
    """At most one finding a job: method, training type, or region."""
    for job in stack.jobs:
        base = base_of(job.model)
        if base is UNKNOWN:
            yield Finding(
                job.urn, f"{job_of(job)} trains a model that is not known.", unknown="model"
            )
            continue
        model = catalog().model(base)
        if model is not None:
            yield from _judge(job, model)


def _judge(job: Job, model: Model) -> Iterator[Finding]:
    kind = training_type_of(job)
    if job.method is not UNKNOWN and model.methods and job.method not in model.methods:
        yield Finding(job.urn, _method(job, model))
    elif kind is UNKNOWN:
        yield Finding(job.urn, f"{job_of(job)} has no known type.", unknown="training_type")
    elif model.training_types and kind not in model.training_types:
        yield Finding(job.urn, _type(job, model, kind))
    elif job.account.location is UNKNOWN:
        yield Finding(job.urn, f"{job_of(job)} has no known region.", unknown="account.location")
    else:
        regions = model.training_regions(kind)
        if regions and job.account.location not in regions:
            yield Finding(job.urn, _region(job, model, kind, regions))


def _method(job: Job, model: Model) -> str:
    return (
        f"{job_of(job)} trains {model.name} by {job.method}, which takes "
        f"{', '.join(model.methods)} ({model.training_source}).\nChoose another method or model."
    )


def _type(job: Job, model: Model, kind: str) -> str:
    return (
        f"{job_of(job)} trains {model.name} as {kind}, which is trained as "
        f"{', '.join(model.training_types)} ({model.training_source}).\n"
        f"Set `training_type` of {quoted(job.name)} to one of them."
    )


def _region(job: Job, model: Model, kind: str, regions: tuple[str, ...]) -> str:
    return (
        f"{job_of(job)} trains {model.name} as {kind}, which {job.account.location} does not: "
        f"{', '.join(regions)} do ({model.regions_source(kind)}).\n"
        "Train in an account there, or choose another training type; the model can be served from "
        "other regions all the same."
    )


RULE = Rule(
    name="fine-tuning-region",
    title="Fine-tuning region",
    description="Checks that a job's region trains its model by its method and training type.",
    severity="high",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "models that can be fine-tuned, by region"),
    settings={},
    remediation="Train in a region that has the model, or with another training type.",
    check=check,
    judges="inputs",
)
