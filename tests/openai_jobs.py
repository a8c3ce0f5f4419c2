"""Jobs as the official openai SDK reads them, held to its own types."""

from __future__ import annotations

import json
from collections.abc import Iterator

from azure.identity import DefaultAzureCredential
from openai import AzureOpenAI, BaseModel
from openai.types.fine_tuning import FineTuningJob, FineTuningJobEvent
from openai.types.fine_tuning.jobs import FineTuningJobCheckpoint

from aoai.azure import api_versions
from aoai.azure.account import Account
from tests.contract.strict import openai_problems

AZURES_OWN = {
    "FineTuningJob.organization_id: missing",  # absent in every recorded answer
    "FineTuningJob.hyperparameters: missing",  # those of other methods are in the method alone
    "DpoHyperparameters.l2_multiplier: unknown",
    "FineTuningJob.trainingType: unknown",
    "FineTuningJob.suffix: unknown",
    "FineTuningJob.eval: unknown",
    *(
        f"Metrics.{name}: unknown"  # the SDK knows losses and accuracies alone
        for name in (
            "train_mean_reward",
            "full_valid_mean_reward",
            "completion_tokens_mean",
            "reasoning_tokens_mean",
            "mean_unresponsive_rewards",
        )
    ),
}
"""Where Azure's recorded answers themselves differ from the SDK's types."""


def client_of(account: Account) -> AzureOpenAI:
    """The SDK's client of an account, as a user of it would make one."""
    credential = DefaultAzureCredential(
        disable_instance_discovery=True, additionally_allowed_tenants=["*"]
    )
    scope = account.cloud.data_plane_scope
    return AzureOpenAI(
        azure_endpoint=account.endpoint,
        api_version=api_versions.JOBS,
        azure_ad_token=credential.get_token(scope, tenant_id=account.tenant_id).token,
    )


def read_job(
    account: Account, job_id: str
) -> tuple[FineTuningJob, list[FineTuningJobEvent], list[FineTuningJobCheckpoint]]:
    """A job with all its events and checkpoints, by the SDK's own paging."""
    with client_of(account) as client:
        jobs = client.fine_tuning.jobs
        assert job_id in {job.id for job in jobs.list()}
        events = list(jobs.list_events(job_id))
        return jobs.retrieve(job_id), events, list(jobs.checkpoints.list(job_id))


def problems(decoded: BaseModel) -> Iterator[str]:
    """Where an object of the SDK does not fit its own type, beyond what Azure is known for."""
    body = json.loads(decoded.to_json(exclude_unset=True))
    yield from sorted(openai_problems(decoded, body) - AZURES_OWN)
