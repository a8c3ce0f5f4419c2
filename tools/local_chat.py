"""What the local stack serves: a table of it, and a question to each deployment."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from tools.local_environment import LocalError

if TYPE_CHECKING:
    from openai import AzureOpenAI

_LONG_ID = re.compile(r"(ft-[0-9a-f]{8})[0-9a-f]{24}")


def table(exports: dict[str, Any]) -> str:
    """Deployments in columns, each above the model that it serves, whose name is long."""
    deployments = list(exports.get("deployments", {}).values())
    rows = [("DEPLOYMENT", "REGION", "TENANT")]
    rows += [
        (each["deploymentName"], each["location"], each["tenantId"][:8] + "…")
        for each in deployments
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    header, *lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    models = [_LONG_ID.sub(r"\1…", each["model"]) for each in deployments]
    below = [f"{line}\n  {model}" for line, model in zip(lines, models, strict=True)]
    return "\n".join([header, *below])


def ask_each(exports: dict[str, Any], question: str, timeout: float = 0.0) -> None:
    """Ask each deployment, as any caller of Azure OpenAI would: with the official SDK.

    Args:
        exports: the stack's exports; the process's environment has the credentials.
        question: what to ask.
        timeout: seconds to wait for a new deployment to answer.

    Raises:
        LocalError: nothing is deployed, or a deployment does not answer.
    """
    deployments = list(exports.get("deployments", {}).values())
    if not deployments:
        raise LocalError("nothing is deployed: run `make up` first")
    width = max(len(deployment["deploymentName"]) for deployment in deployments)
    print(f"\n  {'you':{width}}  {question}")
    for deployment in deployments:
        reply = _ask(deployment, question, timeout)
        print(f"  {deployment['deploymentName']:{width}}  {reply}", flush=True)


def _ask(deployment: dict[str, Any], question: str, timeout: float) -> str:
    from openai import NotFoundError  # noqa: PLC0415  half a second, for this command alone

    client = _client(deployment)
    deadline = time.monotonic() + timeout
    while True:
        try:
            answer = client.chat.completions.create(
                model=deployment["deploymentName"],
                messages=[{"role": "user", "content": question}],
            )
            return str(answer.choices[0].message.content)
        except NotFoundError:
            if time.monotonic() > deadline:
                name = deployment["deploymentName"]
                raise LocalError(f"{name} does not answer; `make preview` says why") from None
            time.sleep(1)


def _client(deployment: dict[str, Any]) -> AzureOpenAI:
    """The SDK's client, with tokens of the deployment's tenant."""
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415  as above
    from openai import AzureOpenAI  # noqa: PLC0415  as above

    credential = DefaultAzureCredential(
        disable_instance_discovery=True, additionally_allowed_tenants=["*"]
    )
    return AzureOpenAI(
        azure_endpoint=deployment["endpoint"],
        api_version="2024-10-21",
        azure_ad_token_provider=lambda: (
            credential.get_token(
                "https://cognitiveservices.azure.com/.default", tenant_id=deployment["tenantId"]
            ).token
        ),
    )
