"""What happens when the pull request is merged, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Iterator

from aoai.cli.ci.comment.money import usd
from aoai.cli.ci.comment.section import Section, within
from aoai.cli.ci.comment.verdict import gaps
from aoai.cli.ci.review import DeploymentReview, ModelReview
from aoai.cli.ci.run_summary import Resource, StackSummary
from aoai.cli.markdown import code, plural, prose

_OURS = {"TrainingFile", "FineTuningJob", "FineTunedModel", "ModelDeployment"}
_OURS |= {"FineTunedDeployment", "StackIdentity"}  # they make nothing in Azure


def merge_section(stack: StackSummary) -> Section | None:
    """The steps; None if the preview fails or nothing changes."""
    steps = [] if stack.errors else list(_steps(stack))
    if not steps:
        return None
    shown, more = within([f"{n}. {step}" for n, step in enumerate(steps, 1)], noun="steps")
    condition = ", once it is put right" if stack.broken else ""
    body = "\n".join([f"#### What happens when this merges{condition}", "", *shown])
    return Section("what happens when this merges", f"{body}\n\n{more}" if more else body)


def _steps(stack: StackSummary) -> Iterator[str]:
    others = [found for found in stack.resources if found.kind not in _OURS]
    if others:
        names = ", ".join(code(found.name) for found in others[:5])
        yield f"**Change** {plural(len(others), 'other resource')}: {names}."
    for job in stack.of_kind("FineTuningJob"):
        yield from _job(stack, job)
    for deployment in stack.of_kind("ModelDeployment"):
        yield _deployment(stack, deployment)
    for job in stack.of_kind("FineTuningJob", "delete"):
        yield f"**Forget** {code(job.name)}: its model stays in the account."


def _job(stack: StackSummary, job: Resource) -> Iterator[str]:
    model = _model(stack, job.name)
    base = f" on {code(model.base_model)}" if model and model.base_model else ""
    what = f": {prose(model.training)}" if model and model.training else ""
    cost = f"{what}, {usd(model.cost.after)}" if model and model.cost.after else what
    if job.operation == "create":
        yield f"**Train** {code(job.name)}{base}{cost}."
    elif job.operation == "replace":
        yield (
            f"**Train** {code(job.name)} again{base}{cost}. What it serves now goes on serving "
            "until that is done."
        )
    elif job.operation == "update":
        yield f"**Update** the job {code(job.name)}: nothing is trained."


def _deployment(stack: StackSummary, found: Resource) -> str:
    review = _reviewed(stack, found.name)
    name = code(found.name)
    if found.operation in {"create", "import"}:
        served = f" for {code(review.model)}" if review and review.model else ""
        return f"**Deploy** {name}{served}."
    if found.operation == "delete":
        return f"**Delete** {name}."
    if found.name in gaps(stack):
        return f"**Delete** {name} and make it again: **it does not answer meanwhile**."
    if found.operation == "replace":
        return (
            f"**Replace** {name}: the new deployment is made, then the old one is deleted: no gap."
        )
    if "model" in found.changed or (review and review.other_model):
        return f"**Switch** {name} to the new model in place: its name stays, no gap."
    changed = ", ".join(code(name) for name in found.changed[:6]) or "its settings"
    return f"**Change** {changed} of {name} in place."


def _model(stack: StackSummary, key: str) -> ModelReview | None:
    models = stack.review.models if stack.review else ()
    return next((model for model in models if model.key == key), None)


def _reviewed(stack: StackSummary, key: str) -> DeploymentReview | None:
    deployments = stack.review.deployments if stack.review else ()
    return next((deployment for deployment in deployments if deployment.key == key), None)
