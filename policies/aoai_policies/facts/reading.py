"""The facts of a stack from its resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from aoai_policies.facts.deployment import Deployment, deployment_of
from aoai_policies.facts.foreign import MODEL_PROPERTIES, foreign_deployment
from aoai_policies.facts.resource import (
    DEPLOYMENT_TYPE,
    FILE_TYPE,
    JOB_TYPE,
    MODEL_TYPE,
    Resource,
    is_foreign,
)
from aoai_policies.facts.training import (
    FineTunedModel,
    Job,
    TrainingFile,
    file_of,
    job_of,
    model_of,
)
from aoai_policies.values import UNKNOWN

_NOT_YET: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Stack:
    """What the rules know of a stack.

    Attributes:
        deployments: those that exist first, the oldest first.
        jobs: by URN, in order.
        models: FineTunedModel resources, by URN, in order.
        files: by URN, in order.
    """

    deployments: tuple[Deployment, ...] = ()
    jobs: tuple[Job, ...] = ()
    models: tuple[FineTunedModel, ...] = ()
    files: tuple[TrainingFile, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether anything of it is known to be made already."""
        made = [deployment.deployment_id for deployment in self.deployments]
        made += [job.job_id for job in self.jobs] + [model.name for model in self.models]
        return any(identity is not UNKNOWN for identity in made)


def stack_of(resources: Iterable[Resource]) -> Stack:
    """The facts of a stack from its resources; those of other types are left out."""
    known = {resource.urn: resource for resource in resources}
    jobs = {urn: job_of(r) for urn, r in sorted(known.items()) if r.type == JOB_TYPE}
    trained = {
        urn: model_of(r, jobs)
        for urn, r in sorted(known.items())
        if r.type in (MODEL_TYPE, JOB_TYPE)
    }
    lineage = _Lineage(known, trained)
    deployments = [
        foreign_deployment(r, lineage.models_of(r, MODEL_PROPERTIES))
        if is_foreign(r.type)
        else deployment_of(r, lineage.models_of(r, ("model",)))
        for r in known.values()
        if r.type == DEPLOYMENT_TYPE or is_foreign(r.type)
    ]
    return Stack(
        deployments=tuple(sorted(deployments, key=_age)),
        jobs=tuple(jobs.values()),
        models=tuple(m for urn, m in trained.items() if known[urn].type == MODEL_TYPE),
        files=tuple(file_of(r) for _, r in sorted(known.items()) if r.type == FILE_TYPE),
    )


def _age(deployment: Deployment) -> tuple[datetime, str]:
    created = deployment.created_at
    return (created if isinstance(created, datetime) else _NOT_YET, deployment.urn)


@dataclass(frozen=True)
class _Lineage:
    """The resources of a stack and the trainings among them."""

    known: Mapping[str, Resource]
    trained: Mapping[str, FineTunedModel]

    def models_of(
        self, resource: Resource, properties: tuple[str, ...]
    ) -> tuple[FineTunedModel, ...]:
        """The trained models that these properties of a resource come from."""
        urns = {found for urn in resource.sources(*properties) for found in self._trainings(urn)}
        # The job is behind the model: where both are named, the model knows more.
        models = {urn for urn in urns if self.known[urn].type == MODEL_TYPE}
        return tuple(self.trained[urn] for urn in sorted(models or urns))

    def _trainings(self, urn: str) -> Iterable[str]:
        """The training that a URN is, or those below a component that it is."""
        if urn in self.trained:
            return [urn]
        return [found for found in self.trained if urn in self._ancestors(found)]

    def _ancestors(self, urn: str) -> Iterable[str]:
        seen: set[str] = set()
        parent = self.known[urn].parent
        while parent is not None and parent not in seen:
            seen.add(parent)
            parent = self.known[parent].parent if parent in self.known else None
        return seen
