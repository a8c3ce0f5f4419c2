"""A program of one's own, outside the repository: a component on the emulator."""

from __future__ import annotations

import os

import pulumi
from aoai_components import DeploymentTarget, FineTunedDeployment, FineTunedDeploymentArgs

from aoai import Account, Cloud

url = os.environ["AOAI_EMULATOR_URL"]
account = Account(
    id="/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
    "/providers/Microsoft.CognitiveServices/accounts/contoso-swedencentral",
    tenant_id="aaaaaaaa-0000-4000-8000-00000000000a",
    location="swedencentral",
    cloud=Cloud(url, url),
)
tutor = FineTunedDeployment(
    "tutor",
    FineTunedDeploymentArgs(
        account=account,
        base_model="gpt-4.1-mini-2025-04-14",
        training_file="train.jsonl",
        deployments={"tutor": DeploymentTarget(account=account, capacity=2)},
    ),
)
pulumi.export("model", tutor.model.fine_tuned_model)
