"""What a reviewer of a change wants to know, as one plain object for JSON.

Everything in it is known in a preview: what is trained again and why, what changed in the data,
whether a deployment stops answering meanwhile, and what it costs, before and after. What is not
known is None, never a guess. Keys are camelCase, as in the stack's file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from aoai.catalog import CostLine
from aoai.dataset import DataChange, FileJudgement, data_change, example_digests
from aoai.errors import DatasetError
from aoai_components.config import Stack
from aoai_components.costs import StackCosts, amount
from aoai_components.model_settings import TRAINING
from aoai_components.planned_changes import (
    DeploymentChange,
    ModelChange,
    deployment_change,
    model_changes,
    removed,
)
from aoai_components.prior_state import PriorState, Properties
from aoai_components.training_data import Forecast

VERSION = 1
"""Of the object's form; a key may be added without another number."""


@dataclass(frozen=True)
class Plan:
    """What an update does to each model and deployment of a stack, and what it costs.

    Attributes:
        models: by key.
        deployments: by key.
        costs: before and after.
        prior: what the state holds.
    """

    models: Mapping[str, ModelChange]
    deployments: Mapping[str, DeploymentChange]
    costs: StackCosts
    prior: PriorState


def planned(stack: Stack, prior: PriorState, submitted: Set[str] | None = None) -> Plan:
    """Compare a stack with its state.

    Args:
        stack: what is declared, with what is known of its data.
        prior: what the state holds.
        submitted: the models whose jobs the engine would submit, if it was asked: it also knows of
            ``--replace``, ``--target`` and of what a refresh has found.
    """
    settings = stack.settings
    models = {
        key: _as_submitted(change, key, submitted)
        for key, change in model_changes(settings, stack.forecasts, prior).items()
    }
    deployments = {
        key: deployment_change(settings, key, models[deployment.model], prior)
        for key, deployment in settings.deployments.items()
        if deployment.model in models
    }
    costs = StackCosts.of(stack, prior, {key for key, change in models.items() if change.trains})
    return Plan(models, deployments, costs, prior)


def _as_submitted(change: ModelChange, key: str, submitted: Set[str] | None) -> ModelChange:
    if submitted is None or change.change == "takenIn" or change.trains == (key in submitted):
        return change
    return ModelChange("retrained" if key in submitted else "same")


def review(stack: Stack, plan: Plan) -> dict[str, Any]:
    """The whole review of an update, for JSON.

    It has ``version``, ``models``, ``deployments``, ``removed`` (keys of models and of deployments
    that are in the state alone), ``costs`` and ``warnings`` (sentences on the whole stack). USD
    amounts are ``{"low": ..., "high": ...}``, equal where the amount is one.

    A model has ``key``, ``baseModel``, ``account``, ``change`` (``new``, ``retrained``,
    ``takenIn``, ``same``, ``unknown``), ``why`` (settings that differ; none if it is replaced by
    force), ``training``
    (examples, tokens and epochs in words), ``data`` by setting (see :func:`data_of`),
    ``findings``, ``problems`` and ``remarks`` (sentences of the catalogue of base models on the
    job) and ``cost`` (``before``: of the job that the state holds, ``after``: of the one that would
    be submitted, None if none would, ``note``).

    A deployment has ``key``, ``model``, ``account``, ``change`` (``new``, ``replaced``,
    ``updated``, ``same``, ``unknown``), ``otherModel``, ``gap``, ``why`` and ``monthly``
    (``before``, ``after``, ``note``).

    ``costs`` has ``once`` (of the jobs that would be submitted), ``monthly`` (``before``,
    ``after``, ``change``) and ``notKnown``, the keys whose costs the sums leave out.
    """
    costs, known = plan.costs, plan.prior.known
    return {
        "version": VERSION,
        "models": [_model(stack, key, plan) for key in plan.models],
        "deployments": [_deployment(stack, key, plan) for key in plan.deployments],
        "removed": dict(removed(stack.settings, plan.prior)),
        "costs": {
            "once": amount(costs.once),
            "monthly": {
                "before": amount(costs.before.total("monthly")) if known else None,
                "after": amount(costs.after.total("monthly")),
                "change": amount(costs.monthly_change) if known else None,
            },
            "notKnown": list(costs.shown.unknown),
        },
        "warnings": list(stack.warnings),
    }


def refusal(problems: Sequence[str], forecasts: Mapping[str, Forecast]) -> dict[str, Any]:
    """The review of a stack that is refused, for JSON.

    It has ``version``, ``problems`` (sentences, each with its key) and ``models``, each with
    ``key`` and ``findings``.
    """
    return {
        "version": VERSION,
        "problems": list(problems),
        "models": [{"key": k, "findings": _all_findings(f)} for k, f in forecasts.items()],
    }


def _all_findings(forecast: Forecast) -> list[dict[str, Any]]:
    return [
        {"setting": setting, **finding}
        for setting, file in forecast.files.items()
        for finding in _findings(file)
    ]


def _model(stack: Stack, key: str, plan: Plan) -> dict[str, Any]:
    model, change = stack.settings.models[key], plan.models[key]
    forecast = stack.forecasts.get(key, Forecast("", (), CostLine(f"models.{key}", "once", None)))
    notes = forecast.notes
    return {
        "key": key,
        "baseModel": model.base_model,
        "account": model.account,
        "change": change.change,
        "why": list(change.why),
        "training": forecast.summary,
        "data": {
            setting: data_of(file, plan.prior.of("TrainingFile", f"{key}-{_role(setting)}"))
            for setting, file in forecast.files.items()
        },
        "findings": _all_findings(forecast),
        "problems": [*notes.errors, *notes.warnings] if change.trains else [],
        "remarks": list(notes.remarks) if change.trains else [],
        "cost": {
            "before": amount(plan.costs.trained.get(key)),
            "after": amount(forecast.cost.amount) if change.trains else None,
            "note": forecast.cost.note if change.trains else "",
        },
    }


def _role(setting: str) -> str:
    return "training" if setting == TRAINING else "validation"


def data_of(file: FileJudgement, before: Properties | None) -> dict[str, Any]:
    """What changed in one local file.

    ``examples`` has ``before`` and ``after``; ``kept``, ``added``, ``removed`` and ``changed``
    (the same question, something else differs) are None where the state does not know the old
    content; ``exact`` is False for estimates from a sample.
    """
    report = file.report
    had = (before or {}).get("examples")
    found = _change(file, before)
    counts = ("kept", "added", "removed", "changed", "exact")
    return {
        "path": str(file.path),
        "examples": {
            "before": int(had) if isinstance(had, int | float) else None,
            "after": report.examples if report else None,
        },
        **{name: getattr(found, name) if found else None for name in counts},
    }


def _change(file: FileJudgement, before: Properties | None) -> DataChange | None:
    report = file.report
    if report is None or before is None:
        return None
    if before.get("sha256") == report.sha256:
        return DataChange(report.examples, 0, 0, 0)
    digests = before.get("example_digests")
    if not isinstance(digests, str):
        return None
    try:
        now, sha256 = example_digests(file.path)
    except DatasetError:
        return None
    return data_change(digests, now) if sha256 == report.sha256 else None


def _findings(file: FileJudgement) -> list[dict[str, Any]]:
    return [
        {
            "severity": str(finding.severity),
            "file": finding.file,
            "line": finding.line,
            "path": finding.path,
            "code": finding.code,
            "message": finding.message,
            "more": finding.more,
        }
        for finding in file.findings
    ]


def _deployment(stack: Stack, key: str, plan: Plan) -> dict[str, Any]:
    deployment, costs = stack.settings.deployments[key], plan.costs
    change = plan.deployments[key]
    return {
        "key": key,
        "model": deployment.model,
        "account": deployment.account,
        "change": change.change,
        "otherModel": change.other_model,
        "gap": change.gap,
        "why": list(change.why),
        "monthly": {
            "before": amount(costs.hosting(key, costs.before)),
            "after": amount(costs.hosting(key, costs.after)),
            "note": costs.note_of(key),
        },
    }
