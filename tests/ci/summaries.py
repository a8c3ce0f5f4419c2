"""Summaries of runs, for tests: small, and whole where a test needs every section."""

from __future__ import annotations

from typing import Any

from aoai.cli.ci.review import (
    Costs,
    DataChange,
    DataFinding,
    DeploymentReview,
    Examples,
    ModelReview,
    MonthlyCost,
    Review,
    TrainingCost,
    Usd,
)
from aoai.cli.ci.run_summary import (
    Diagnostic,
    Operation,
    Policies,
    Resource,
    RunSummary,
    StackSummary,
    TrainedModel,
    TrainingPoint,
    Violation,
)

TYPE = "pulumi-python:dynamic/aoai:"


def resource(kind: str, name: str, operation: Operation, **more: Any) -> Resource:
    return Resource(operation=operation, type=f"{TYPE}{kind}", name=name, **more)


def usd(amount: float) -> Usd:
    return Usd(amount, amount)


CHANGE = DataChange(
    path="data/train.jsonl",
    examples=Examples(1204, 1262),
    kept=1180,
    added=74,
    changed=8,
    removed=16,
    exact=True,
)
FINDING = DataFinding(
    severity="warning",
    file="data/train.jsonl",
    line=812,
    code="system-missing",
    message="no system message; 1,261 others have one",
)
POINTS = (
    TrainingPoint(step=100, training_loss=1.92, validation_loss=1.95),
    TrainingPoint(step=200, training_loss=0.41, validation_loss=0.58),
)


def review_of(name: str) -> Review:
    """What a program knows of a model that is trained again from a changed file."""
    model = ModelReview(
        key=name,
        base_model="gpt-4.1-mini-2025-04-14",
        change="retrained",
        why=("trainingFile",),
        data={"trainingFile": CHANGE},
        findings=(FINDING,),
        cost=TrainingCost(before=usd(6.1), after=usd(6.42)),
    )
    month = MonthlyCost(before=usd(1241), after=usd(1241), change=usd(0))
    served = DeploymentReview(
        key=f"{name}-sweden", model=name, change="updated", other_model=True, monthly=month
    )
    costs = Costs(once=usd(6.42), monthly=month)
    return Review(models=(model,), deployments=(served,), costs=costs)


def retraining(name: str = "tutor", **more: Any) -> StackSummary:
    """A stack whose one model is trained again, with all that is known."""
    stack = {
        "stack": "prod",
        "project": "models",
        "resources": (
            resource("TrainingFile", f"{name}-training", "replace", changed=("sha256",)),
            resource("FineTuningJob", name, "replace", changed=("training_file_sha256",)),
            resource("FineTunedModel", name, "replace", changed=("job_id",)),
            resource("ModelDeployment", f"{name}-sweden", "update", changed=("model",)),
        ),
        "before": {"FineTunedModel": 1, "ModelDeployment": 1},
        "after": {"FineTunedModel": 1, "ModelDeployment": 1},
        "policies": Policies(judged=True, passed=("readiness", "training-cost")),
        "trained": (TrainedModel(name=name, checkpoint="final", points=POINTS),),
        "review": review_of(name),
    }
    return StackSummary(**{**stack, **more})


def run_of(*stacks: StackSummary) -> RunSummary:
    return RunSummary(stacks=stacks)


def unchanged(stack: str = "prod") -> StackSummary:
    """A stack in which nothing changes."""
    held = {"FineTunedModel": 1, "ModelDeployment": 1}
    return StackSummary(stack=stack, project="models", before=held, after=held)


def failed(message: str = "1 file cannot be used:\n  - data/train.jsonl:7: bad") -> StackSummary:
    """A stack whose preview fails."""
    return StackSummary(
        stack="prod",
        project="models",
        diagnostics=(Diagnostic(severity="error", message=message),),
    )


def broken(rule: str = "one-deployment-per-model", *, mandatory: bool = True) -> Policies:
    """Policies of which one is broken."""
    violation = Violation(
        rule=rule, mandatory=mandatory, message="Two serve it.", resource="tutor-sweden"
    )
    return Policies(judged=True, passed=("readiness",), violations=(violation,))
