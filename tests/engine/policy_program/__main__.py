"""Declares what stack.json lists: models, each with its job, and deployments of models."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi
from made_up import (  # type: ignore[import-not-found] # found at run time, beside this file
    FineTunedModel,
    FineTuningJob,
    ModelDeployment,
)

STACK = json.loads(Path("stack.json").read_text())
ACCOUNT = {
    "id": "/subscriptions/s/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices"
    "/accounts/contoso-swedencentral",
    "location": "swedencentral",
}

trained: dict[str, pulumi.Output[str]] = {}
for name in STACK["models"]:
    job = FineTuningJob(f"{name}-job", ACCOUNT)
    trained[name] = FineTunedModel(f"{name}-model", ACCOUNT, job.job_id).fine_tuned_model

for name, model in STACK["deployments"].items():
    ModelDeployment(name, ACCOUNT, f"{name}-v1", trained.get(model, model))
