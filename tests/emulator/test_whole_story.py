"""The main path with official clients, before the details are tested one by one."""

import json
import ssl

import httpx2
import openai
import pytest
from azure.identity import ClientSecretCredential

from emulator import Emulator, RunningEmulator, World


def lines(count: int = 20) -> bytes:
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"What does function f{number} do?"},
                {"role": "assistant", "content": f"It returns {number}."},
            ]
        }
        for number in range(count)
    ]
    return "\n".join(json.dumps(row) for row in rows).encode()


def client(azure: RunningEmulator, account: str) -> openai.AzureOpenAI:
    given = azure.environment()
    credential = ClientSecretCredential(
        given["AZURE_TENANT_ID"],
        given["AZURE_CLIENT_ID"],
        given["AZURE_CLIENT_SECRET"],
        authority=azure.url,
        disable_instance_discovery=True,
        connection_verify=str(azure.ca_file),
    )
    context = ssl.create_default_context(cafile=str(azure.ca_file))
    return openai.AzureOpenAI(
        azure_endpoint=azure.endpoint(account),
        api_version="2024-10-21",
        azure_ad_token_provider=lambda: (
            credential.get_token("https://cognitiveservices.azure.com/.default").token
        ),
        http_client=httpx2.Client(verify=context, timeout=10),
        max_retries=0,
    )


@pytest.mark.parametrize("count", [10, 20])
def test_a_file_becomes_a_model(count: int) -> None:
    with (
        Emulator(World.default()) as azure,
        client(azure, "contoso-swedencentral") as openai_client,
    ):
        file = openai_client.files.create(file=("train.jsonl", lines(count)), purpose="fine-tune")
        job = openai_client.fine_tuning.jobs.create(model="gpt-4.1-mini", training_file=file.id)
        assert job.status == "pending"
        done = openai_client.fine_tuning.jobs.retrieve(job.id)
        assert done.status == "succeeded"
        assert (
            done.fine_tuned_model == f"gpt-4.1-mini-2025-04-14.ft-{job.id.removeprefix('ftjob-')}"
        )
