"""The tutorial of the guides in one script: upload, train, poll, deploy by ARM, ask, clean up.

Nothing here knows of an emulator. It needs AZURE_OPENAI_ENDPOINT, AZURE_RESOURCE_MANAGER,
ACCOUNT_ID and what azure-identity reads from the environment, and prints one line a step.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

import requests
from azure.identity import DefaultAzureCredential, get_bearer_token_provider
from openai import AzureOpenAI

ARM_VERSION = "2024-10-01"
ENDED = ("succeeded", "failed", "cancelled")


def lines() -> bytes:
    """A small training set."""
    rows = [
        {
            "messages": [
                {
                    "role": "system",
                    "content": "Clippy is a factual chatbot that is also sarcastic.",
                },
                {"role": "user", "content": f"Who discovered element {number}?"},
                {"role": "assistant", "content": f"Somebody patient, {number} times over."},
            ]
        }
        for number in range(1, 21)
    ]
    return "\n".join(json.dumps(row) for row in rows).encode()


def wait(client: AzureOpenAI, job: str, pause: float) -> Any:
    """The job once it has ended."""
    while True:
        found = client.fine_tuning.jobs.retrieve(job)
        if found.status in ENDED:
            return found
        time.sleep(pause)


class Deployments:
    """Deployments of one account, by plain REST as the guides show it."""

    def __init__(self, manager: str, account: str, token: str) -> None:
        self._base = f"{manager}{account}/deployments"
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, name: str, body: Any = None) -> requests.Response:
        """One call of ARM."""
        return requests.request(
            method,
            f"{self._base}/{name}",
            params={"api-version": ARM_VERSION},
            headers=self._headers,
            json=body,
            timeout=60,
        )

    def create(self, name: str, model: str, pause: float) -> None:
        """Deploy a model and wait until it is there."""
        body = {
            "sku": {"name": "standard", "capacity": 1},
            "properties": {"model": {"format": "OpenAI", "name": model, "version": "1"}},
        }
        self.call("PUT", name, body).raise_for_status()
        while self.call("GET", name).json()["properties"]["provisioningState"] != "Succeeded":
            time.sleep(pause)

    def delete(self, name: str) -> None:
        """Delete it."""
        self.call("DELETE", name).raise_for_status()


def train(client: AzureOpenAI, pause: float) -> Any:
    """Upload, submit, wait, and tell what the job left."""
    data = [("training_set.jsonl", lines()), ("validation_set.jsonl", lines())]
    files = [client.files.create(file=each, purpose="fine-tune") for each in data]
    for file in files:
        while client.files.retrieve(file.id).status != "processed":
            time.sleep(pause)
        print("uploaded", file.filename)
    job = client.fine_tuning.jobs.create(
        training_file=files[0].id,
        validation_file=files[1].id,
        model="gpt-4.1-2025-04-14",
        seed=105,
    )
    print("submitted", job.status)
    done = wait(client, job.id, pause)
    print("ended", done.status, done.trained_tokens, "tokens")
    for event in reversed(client.fine_tuning.jobs.list_events(job.id, limit=100).data):
        if event.type == "message":
            print("event", event.message.partition(":")[0])
    for point in client.fine_tuning.jobs.checkpoints.list(job.id):
        print("checkpoint", point.step_number, point.metrics.full_valid_loss)
    print("results", client.files.content(done.result_files[0]).text.splitlines()[0])
    return done


def serve(client: AzureOpenAI, deployments: Deployments, model: str, pause: float) -> None:
    """Deploy, ask, and take down again."""
    deployments.create("clippy", model, pause)
    answer = client.chat.completions.create(
        model="clippy", messages=[{"role": "user", "content": "Who discovered element 7?"}]
    )
    print("answer", answer.choices[0].message.content)
    deployments.delete("clippy")


def main() -> None:
    """Tell the story."""
    pause = float(os.environ.get("PAUSE", "10"))
    alone = os.environ.get("DISABLE_INSTANCE_DISCOVERY") == "1"
    credential = DefaultAzureCredential(disable_instance_discovery=alone)
    scope = "https://cognitiveservices.azure.com/.default"
    client = AzureOpenAI(
        azure_endpoint=os.environ["AZURE_OPENAI_ENDPOINT"],
        api_version="2024-10-21",
        azure_ad_token_provider=get_bearer_token_provider(credential, scope),
    )
    job = train(client, pause)
    token = credential.get_token("https://management.azure.com/.default").token
    manager, account = os.environ["AZURE_RESOURCE_MANAGER"], os.environ["ACCOUNT_ID"]
    serve(client, Deployments(manager, account, token), job.fine_tuned_model, pause)
    for file in (job.training_file, job.validation_file):
        print("deleted", client.files.delete(file).deleted)
    client.close()
    credential.close()


if __name__ == "__main__":
    main()
