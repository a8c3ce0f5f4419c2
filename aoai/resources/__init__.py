"""The four resources, their inputs, and the waiter that joins a job to its model."""

from __future__ import annotations

from aoai.resources.account import Account
from aoai.resources.deployment_inputs import ModelDeploymentArgs
from aoai.resources.fine_tuned_model import FineTunedModel, FineTunedModelArgs
from aoai.resources.fine_tuning_job import FineTuningJob
from aoai.resources.job_inputs import FineTuningJobArgs
from aoai.resources.job_waiter import JobWaiter
from aoai.resources.model_deployment import ModelDeployment
from aoai.resources.stack_identity import StackIdentity, identity_of_stack
from aoai.resources.training_file import FileSource, TrainingFile, TrainingFileArgs

__all__ = [
    "Account",
    "FileSource",
    "FineTunedModel",
    "FineTunedModelArgs",
    "FineTuningJob",
    "FineTuningJobArgs",
    "JobWaiter",
    "ModelDeployment",
    "ModelDeploymentArgs",
    "StackIdentity",
    "TrainingFile",
    "TrainingFileArgs",
    "identity_of_stack",
]
