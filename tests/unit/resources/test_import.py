"""The option ``import_``, which ends in a traceback of the engine's process for providers."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from aoai.azure.account import Account
from aoai.resources.deployment_inputs import ModelDeploymentArgs
from aoai.resources.file_inputs import TrainingFileArgs
from aoai.resources.fine_tuned_model import FineTunedModel, FineTunedModelArgs
from aoai.resources.fine_tuning_job import FineTuningJob
from aoai.resources.job_inputs import FineTuningJobArgs
from aoai.resources.model_deployment import ModelDeployment
from aoai.resources.training_file import TrainingFile
from tests.pulumi_mocks import NoMocks, run_with_mocks

ACCOUNT = Account(
    id="/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/contoso",
    endpoint="https://contoso.openai.azure.com",
    tenant_id="aaaaaaaa-0000-4000-8000-00000000000a",
    location="swedencentral",
)
KINDS: dict[str, tuple[Any, Any]] = {
    "existing_file_id": (TrainingFile, TrainingFileArgs(account=ACCOUNT, path="t.jsonl")),
    "existing_job_id": (FineTuningJob, FineTuningJobArgs(account=ACCOUNT)),
    "existing_model": (FineTunedModel, FineTunedModelArgs(account=ACCOUNT, job_id="ftjob-1")),
    "adopt": (ModelDeployment, ModelDeploymentArgs(account=ACCOUNT, model="gpt-4.1-mini")),
}


@pytest.mark.parametrize("instead", KINDS)
def test_an_import_is_refused_with_what_to_write_instead(instead: str) -> None:
    kind, args = KINDS[instead]

    def program() -> None:
        kind("mine", args, pulumi.ResourceOptions(import_="there"))

    with pytest.raises(pulumi.RunError, match=f"mine: `import_` .* by `{instead}`"):
        run_with_mocks(program, NoMocks())
