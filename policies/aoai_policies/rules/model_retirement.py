"""A model ends on a day: first for new jobs, then for deployments of what was trained from it.

Source: the catalogue's newest retirement schedule; each message names the page and its day. Where
the service itself reported the day of a model, that one counts. A job that was submitted already is
left alone; in a preview that changes it, it looks like one that is still to be submitted, so in a
stack that exists the finding about a job is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from aoai_policies.catalog import Schedule, catalog
from aoai_policies.facts import Deployment, Job, Stack
from aoai_policies.facts.deployment import base_of
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import number, number_setting
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import days, job_of, place


def check(stack: Stack, config: Config, now: datetime) -> Iterator[Finding]:
    """At most one finding for each job that is still to be submitted, and for each deployment."""
    warn = timedelta(days=number(config, "warnDays"))
    for job in stack.jobs:
        if not job.exists:
            found = _job(job, now.date(), warn)
            yield from (replace(f, level="advisory") for f in found) if stack.exists else found
    for deployment in stack.deployments:
        if deployment.registered and deployment.removed_for_inactivity is not True:
            yield from _deployment(deployment, now.date(), warn)


def _job(job: Job, today: date, warn: timedelta) -> Iterator[Finding]:
    base = base_of(job.model)
    model = None if base is UNKNOWN else catalog().model(base)
    schedule = model.schedule if model else None
    if schedule is None or schedule.training is None or model is None:
        return
    what = f"{job_of(job)} trains {model.name}, whose training"
    yield from _ends(job.urn, what, schedule.training, (today, warn), _advice(schedule))


def _deployment(deployment: Deployment, today: date, warn: timedelta) -> Iterator[Finding]:
    reported = _reported(deployment)
    base = deployment.base_model
    model = None if base is UNKNOWN else catalog().model(base)
    schedule = model.schedule if model else None
    tuned = deployment.may_serve_fine_tuned
    advice = "Train and serve the model's successor before that."
    ends = reported
    if schedule is not None:
        advice = _advice(schedule)
        ends = ends or (schedule.serving if tuned else schedule.base)
    if ends is None:
        return
    name = model.name if model else base
    what = f"{place(deployment)} serves {'a fine-tuned ' if tuned else ''}{name}, which"
    yield from _ends(deployment.urn, what, ends, (today, warn), advice)


def _reported(deployment: Deployment) -> date | None:
    """The day that the service reported for the model."""
    found = [m.retires_on for m in deployment.models if isinstance(m.retires_on, datetime)]
    return found[0].date() if len(found) == 1 else None


def _ends(
    urn: str, what: str, ends: date, when: tuple[date, timedelta], advice: str
) -> Iterator[Finding]:
    today, warn = when
    if today >= ends:
        yield Finding(urn, f"{what} ended on {ends}.\n{advice}")
    elif ends - today <= warn:
        left = days((ends - today).days)
        yield Finding(urn, f"{what} ends on {ends}, in {left}.\n{advice}", "advisory")


def _advice(schedule: Schedule) -> str:
    successor = schedule.replacement or "a newer model"
    return f"Move to {successor} ({schedule.source}); Microsoft moves such days now and then."


RULE = Rule(
    name="model-retirement",
    title="Retirement of models",
    description="Checks that no model is trained or served beyond its retirement.",
    severity="medium",
    enforcement="mandatory",
    framework=Framework("Azure OpenAI", "model retirement schedule"),
    settings={"warnDays": number_setting("Days before the retirement from which to warn.", 90)},
    remediation="Train and serve the model's successor.",
    check=check,
    warns=True,
)
