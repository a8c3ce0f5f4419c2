"""An exported stack with one model, as `pulumi stack export` writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

JOB = "ftjob-" + "a" * 32
MODEL = f"gpt-4.1-mini-2025-04-14.ft-{'a' * 32}-tutor"
ACCOUNT = {
    "id": "/subscriptions/s/…/Microsoft.CognitiveServices/accounts/contoso",
    "location": "swedencentral",
    "tenant_id": "t",
}
FILE: dict[str, Any] = {
    "account": ACCOUNT,
    "file_id": "file-1",
    "path": "train.jsonl",
    "sha256": "0" * 64,
    "examples": 600,
    "bytes": 1000,
}
SUBMITTED: dict[str, Any] = {
    "account": ACCOUNT,
    "job_id": JOB,
    "model": "gpt-4.1-mini-2025-04-14",
    "method": "supervised",
    "status": "pending",
    "training_file": "file-1",
    "training_file_sha256": "0" * 64,
}
TRAINED: dict[str, Any] = {
    "account": ACCOUNT,
    "job_id": JOB,
    "fine_tuned_model": f"{MODEL}:ckpt-step-10",
    "base_model": "gpt-4.1-mini-2025-04-14",
    "trained_tokens": 1_284_000,
    "hyperparameters": {"n_epochs": 3},
    "billed": {"usd": 6.42},
    "curves": {
        "train_loss": [[1, 2.0], [10, 1.0], [20, 0.5]],
        "full_valid_loss": [[10, 1.1], [20, 1.4]],
    },
    "checkpoints": [
        {"step_number": 20, "model": MODEL, "metrics": {"full_valid_loss": 1.4, "step": 20}},
        {
            "step_number": 10,
            "model": f"{MODEL}:ckpt-step-10",
            "metrics": {"full_valid_loss": 1.1, "step": 10},
        },
    ],
    "overfit": {"best_step": 10, "sentence": "severe overfitting: …"},
    "inference_retires_at": 1_823_558_400,
}
SERVED: dict[str, Any] = {
    "account": ACCOUNT,
    "model": f"{MODEL}:ckpt-step-10",
    "deployment_name": "tutor",
    "sku": "Standard",
    "capacity": 10,
    "activity": {
        "calls": 12,
        "last_inference_at": "2026-11-20T08:00:00+00:00",
        "deleted_on": "2026-12-05T08:00:00+00:00",
        "observed_at": "2026-12-01T08:00:00+00:00",
    },
}


def exported(**changes: Mapping[str, Any]) -> str:
    """The export; each change is of one kind's properties."""
    kinds = {
        "TrainingFile": FILE,
        "FineTuningJob": SUBMITTED,
        "FineTunedModel": TRAINED,
        "ModelDeployment": SERVED,
    }
    resources = [
        {
            "type": f"pulumi-python:dynamic/aoai:{kind}",
            "urn": f"urn:pulumi:prod::models::aoai:index:FineTunedDeployment$…{kind}::tutor",
            "outputs": {**values, **changes.get(kind, {})},
        }
        for kind, values in kinds.items()
    ]
    return json.dumps({"version": 3, "deployment": {"resources": resources}})
