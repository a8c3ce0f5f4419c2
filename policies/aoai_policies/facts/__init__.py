"""What the rules know of a stack: plain values, each of them possibly unknown.

What cannot be known is UNKNOWN here, so that a rule has to decide about it.
"""

from __future__ import annotations

from aoai_policies.facts.account import Account
from aoai_policies.facts.deployment import Activity, Deployment
from aoai_policies.facts.reading import Stack, stack_of
from aoai_policies.facts.resource import (
    DEPLOYMENT_TYPE,
    FILE_TYPE,
    JOB_TYPE,
    MODEL_TYPE,
    STACK_TYPE,
    TYPES,
    Resource,
    is_relevant,
)
from aoai_policies.facts.training import FINAL, FineTunedModel, Job, TrainingFile

__all__ = [
    "DEPLOYMENT_TYPE",
    "FILE_TYPE",
    "FINAL",
    "JOB_TYPE",
    "MODEL_TYPE",
    "STACK_TYPE",
    "TYPES",
    "Account",
    "Activity",
    "Deployment",
    "FineTunedModel",
    "Job",
    "Resource",
    "Stack",
    "TrainingFile",
    "is_relevant",
    "stack_of",
]
