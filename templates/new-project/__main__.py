"""A model that is trained from train.jsonl, and served for a first trial."""

from __future__ import annotations

import pulumi
from aoai_components import DeploymentTarget, FineTunedDeployment, FineTunedDeploymentArgs

from aoai import Account, identity_of_stack

# Declared even while no model is: one that returns to the program is not trained again.
identity_of_stack()
config = pulumi.Config()
account = Account(
    id=config.require("accountId"),
    tenant_id=config.require("tenantId"),
    location=config.require("location"),
)
tutor = FineTunedDeployment(
    "tutor",
    FineTunedDeploymentArgs(
        account=account,
        base_model=config.require("baseModel"),
        training_file="train.jsonl",
        # No hosting fee, gone after 24 hours. To serve it: sku="Standard".
        deployments={"tutor": DeploymentTarget(account=account, sku="DeveloperTier")},
    ),
)
pulumi.export("model", tutor.model.fine_tuned_model)
pulumi.export("deployment", tutor.deployments["tutor"].deployment_name)
