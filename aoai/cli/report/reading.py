"""Exported stacks as the facts of a report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aoai.catalog import Catalog, estimate_hosting, parse_tuned_name
from aoai.cli.report.facts import (
    CheckpointFact,
    Curve,
    DeploymentFact,
    FileFact,
    ModelFact,
    Report,
)
from aoai.errors import ConfigurationError

_PREFIX = "pulumi-python:dynamic/aoai:"


@dataclass(frozen=True)
class Stored:
    """A resource as a state holds it.

    Attributes:
        kind: ``TrainingFile``, ``FineTuningJob``, ``FineTunedModel`` or ``ModelDeployment``.
        name: of the resource.
        stack: that holds it.
        values: its stored properties.
    """

    kind: str
    name: str
    stack: str
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A property that is a text; empty if it is not."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """A property that is a number; None if it is not."""
        return _whole(self.values.get(name))

    def map(self, name: str) -> Mapping[str, Any]:
        """A property that is a map; empty if it is not."""
        value = self.values.get(name)
        return value if isinstance(value, Mapping) else {}

    @property
    def account(self) -> str:
        """The account's name."""
        return str(self.map("account").get("id", "")).rstrip("/").rpartition("/")[2]

    def of_account(self, name: str) -> str:
        """A property of its account."""
        return str(self.map("account").get(name, ""))


def report_of(
    found: Sequence[Stored], catalog: Catalog, at: datetime, *, title: str, source: str
) -> Report:
    """The report of stored resources.

    Args:
        found: of all stacks.
        catalog: where prices are.
        at: when the report is made.
        title: what it is of.
        source: where its facts are from, and as of when.
    """
    deployments = [
        _deployment(resource, catalog, at)
        for resource in found
        if resource.kind == "ModelDeployment"
    ]
    models = tuple(_models(found, deployments))
    placed = {id(deployment) for model in models for deployment in model.deployments}
    return Report(
        title=title,
        source=source,
        stacks=tuple(sorted({resource.stack for resource in found if resource.stack})),
        at=at,
        models=models,
        others=tuple(deployment for deployment in deployments if id(deployment) not in placed),
    )


def stored_in(export: str, source: str) -> Iterator[Stored]:
    """The resources of what ``pulumi stack export`` wrote.

    Args:
        export: its text.
        source: the file's name, for the error.

    Raises:
        ConfigurationError: the text is not the export of a stack.
    """
    try:
        listed = json.loads(export)["deployment"].get("resources") or []
        rows = [
            (str(row["type"]), str(row["urn"]), row.get("outputs") or {})
            for row in listed
            if not row.get("delete")
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ConfigurationError(
            f"{source} is not the export of a stack; write one with "
            "`pulumi stack export --file FILE`."
        ) from None
    for kind, urn, values in rows:
        stack, _, name = urn.removeprefix("urn:pulumi:").partition("::")
        if kind.startswith(_PREFIX) and isinstance(values, Mapping):
            yield Stored(kind.removeprefix(_PREFIX), name.rpartition("::")[2], stack, values)


def _models(found: Sequence[Stored], deployments: list[DeploymentFact]) -> Iterator[ModelFact]:
    files = {r.text("file_id"): r for r in found if r.kind == "TrainingFile"}
    tuned = {r.text("job_id"): r for r in found if r.kind == "FineTunedModel"}
    for job in sorted((r for r in found if r.kind == "FineTuningJob"), key=lambda r: r.name):
        model = tuned.pop(job.text("job_id"), None)
        yield _model(job, model, files, deployments)
    for model in tuned.values():  # taken in by its name: no job of the stack made it
        yield _model(model, model, files, deployments)


def _model(
    job: Stored,
    model: Stored | None,
    files: Mapping[str, Stored],
    deployments: list[DeploymentFact],
) -> ModelFact:
    name = model.text("fine_tuned_model") if model else ""
    facts = _of_training(model) if model else {}
    family = _whole_model(name)
    return ModelFact(
        key=job.name,
        stack=job.stack,
        name=name or None,
        base_model=(model.text("base_model") if model else "") or job.text("model"),
        method=job.text("method") or "supervised",
        account=job.account,
        region=job.of_account("location"),
        job_id=job.text("job_id"),
        status="succeeded" if name else job.text("status"),
        files=tuple(_files(job, files)),
        deployments=tuple(d for d in deployments if name and _whole_model(d.model) == family),
        **facts,
    )


def _of_training(model: Stored) -> dict[str, Any]:
    overfit, billed = model.map("overfit"), model.map("billed")
    retires = model.number("inference_retires_at")
    return {
        "hyperparameters": dict(model.map("hyperparameters")),
        "curves": dict(_curves(model.map("curves"))),
        "checkpoints": tuple(_checkpoints(model.values.get("checkpoints"))),
        "best_step": overfit.get("best_step"),
        "sentence": str(overfit.get("sentence") or ""),
        "trained_tokens": model.number("trained_tokens"),
        "billed_usd": billed.get("usd"),
        "retires_at": datetime.fromtimestamp(retires, UTC) if retires else None,
    }


def _curves(curves: Mapping[str, Any]) -> Iterator[tuple[str, Curve]]:
    for metric, points in curves.items():
        if isinstance(points, list):
            yield metric, tuple((float(step), float(value)) for step, value in points)


def _checkpoints(listed: Any) -> Iterator[CheckpointFact]:
    for each in listed if isinstance(listed, list) else []:
        if each.get("step_number") is not None:
            yield CheckpointFact(
                step=round(each["step_number"]),
                model=str(each.get("model", "")),
                metrics=each.get("metrics") or {},
            )


def _files(job: Stored, files: Mapping[str, Stored]) -> Iterator[FileFact]:
    for role in ("training", "validation"):
        file_id = job.text(f"{role}_file")
        file = files.get(file_id)
        if file_id:
            yield FileFact(
                name=file.name if file else "",
                role=role,
                source=_source(file) if file else file_id,
                sha256=job.text(f"{role}_file_sha256") or None,
                examples=file.number("examples") if file else None,
                size=file.number("bytes") if file else None,
                file_id=file_id,
            )


def _source(file: Stored) -> str:
    return file.text("path") or file.text("content_url") or file.text("existing_file_id")


def _deployment(resource: Stored, catalog: Catalog, at: datetime) -> DeploymentFact:
    activity = resource.map("activity")
    removed_on = _time(activity.get("deleted_on"))
    model, sku = resource.text("model"), resource.text("sku")
    tuned = parse_tuned_name(model)
    return DeploymentFact(
        key=resource.name,
        name=resource.text("deployment_name"),
        model=model,
        account=resource.account,
        region=resource.of_account("location"),
        tenant=resource.of_account("tenant_id"),
        sku=sku,
        capacity=resource.number("capacity"),
        calls=_whole(activity.get("calls")),
        last_call=_time(activity.get("last_inference_at")),
        removed_on=removed_on,
        days_left=_days_left(removed_on, _time(activity.get("observed_at")) or at),
        removed=resource.values.get("removed_for_inactivity") is True,
        monthly=estimate_hosting(catalog, tuned.base, sku).amount if tuned else None,
    )


def _days_left(removed_on: datetime | None, now: datetime) -> int | None:
    """Whole days until a removal; ``now`` is the service's own clock, where it was read."""
    return (removed_on - now).days if removed_on else None


def _whole_model(name: str) -> str:
    """A model's name without its checkpoint."""
    return name.partition(":")[0].lower()


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(value: Any) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return round(value) if is_number else None
