"""The program of an order on the real engine: it declares what ``order.json`` beside it holds.

The same resources, inputs and options as in :func:`tests.lifecycle.program.declare`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi

from aoai import (
    Account,
    Cloud,
    FineTunedModel,
    FineTunedModelArgs,
    FineTuningJob,
    FineTuningJobArgs,
    JobWaiter,
    ModelDeployment,
    ModelDeploymentArgs,
    TrainingFile,
    TrainingFileArgs,
)
from aoai.resources.stack_identity import identity_of_stack

order: dict[str, Any] = json.loads(Path("order.json").read_text())
accounts = {
    name: Account(**{**props, "cloud": Cloud(**props["cloud"])})
    for name, props in order["accounts"].items()
}
waiter = JobWaiter(interval=0.2)


def options(uid: str, aliases: list[str]) -> pulumi.ResourceOptions:
    """The options that the order has set for a resource."""
    first = True if uid in order["delete_first"] else None
    first = False if uid in order["create_first"] else first
    return pulumi.ResourceOptions(
        protect=uid in order["protected"],
        retain_on_delete=uid in order["retained"],
        delete_before_replace=first,
        aliases=[pulumi.Alias(name=name) for name in aliases],
    )


def declare(model: dict[str, Any]) -> None:
    """A model with its file, its job and its deployments."""
    name, uid, aliases = model["name"], model["uid"], model["aliases"]
    account = accounts[model["place"]]
    file = TrainingFile(
        f"{name}-training",
        TrainingFileArgs(account=account, path=order["data"][model["data"]], model=order["base"]),
        options(f"{uid}.file", [f"{alias}-training" for alias in aliases]),
    )
    job = FineTuningJob(
        name,
        FineTuningJobArgs(
            account=account,
            model=order["base"],
            training_file=file.id,
            training_file_sha256=file.sha256,
            hyperparameters={"n_epochs": model["epochs"]} if model["epochs"] else {},
            suffix=model["suffix"],
            seed=model["seed"],
            generation=model["generation"],
            on_delete=model["on_delete"],
        ),
        options(f"{uid}.job", aliases),
    )
    tuned = FineTunedModel(
        name,
        FineTunedModelArgs(
            account=account,
            job_id=job.id if pulumi.runtime.is_dry_run() else waiter.completed(job),
        ),
        options(f"{uid}.model", aliases),
    )
    for each in model["deployments"]:
        deploy(each, tuned, None if each["place"] == model["place"] else account)


def deploy(each: dict[str, Any], tuned: FineTunedModel, source: Account | None) -> None:
    """A deployment; ``source`` is the account that trained, if it is another one."""
    ModelDeployment(
        each["name"],
        ModelDeploymentArgs(
            account=accounts[each["place"]],
            source=source,
            model=tuned.fine_tuned_model,
            deployment_name=each["fixed"],
            sku=each["sku"],
            capacity=each["capacity"],
            on_model_change=each["on_model_change"],
            adopt=each["adopt"],
        ),
        options(each["uid"], each["aliases"]),
    )


identity_of_stack()  # as in the model, also where the program declares nothing else
for declared in order["models"]:
    declare(declared)
