"""The four resources, their inputs, and the waiter that joins a job to its model."""

from __future__ import annotations

from aoai.resources.fine_tuned_model import FineTunedModel, FineTunedModelArgs
from aoai.resources.fine_tuning_job import FineTuningJob, FineTuningJobArgs
from aoai.resources.job_waiter import JobWaiter
from aoai.resources.model_deployment import ModelDeployment, ModelDeploymentArgs
from aoai.resources.training_file import TrainingFile, TrainingFileArgs

__all__ = [
    "FineTunedModel",
    "FineTunedModelArgs",
    "FineTuningJob",
    "FineTuningJobArgs",
    "JobWaiter",
    "ModelDeployment",
    "ModelDeploymentArgs",
    "TrainingFile",
    "TrainingFileArgs",
]
