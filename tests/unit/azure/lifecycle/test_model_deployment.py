"""The body of a deployment, as ARM takes it."""

from __future__ import annotations

from typing import Any

import pytest

from aoai.azure.account import Account
from aoai.azure.lifecycle.model_deployment import Serving
from tests.unit.azure.helpers import ACCOUNT_ID, TENANT

JOB = "0123456789abcdef" * 2


def body(model: str) -> dict[str, Any]:
    account = Account(ACCOUNT_ID, "https://contoso.openai.azure.com", TENANT, "swedencentral")
    return Serving(
        account=account,
        source=None,
        name="d",
        owner="o",
        model=model,
        model_version="1",
        sku="GlobalStandard",
        capacity=1,
    ).body()


@pytest.mark.parametrize(
    ("model", "format_"),
    [
        (f"gpt-4.1-mini-2025-04-14.ft-{JOB}", "OpenAI"),
        (f"Ministral-3B.ft-{JOB}-suffix", "Mistral AI"),
        (f"Ministral-3B.ft-{JOB}:ckpt-step-8", "Mistral AI"),
        (f"Llama-3.3-70B-Instruct.ft-{JOB}", "Meta"),
        (f"gpt-7-2030-01-01.ft-{JOB}", "OpenAI"),
    ],
)
def test_a_fine_tuned_model_has_the_format_of_its_base_model(model: str, format_: str) -> None:
    assert body(model)["properties"]["model"]["format"] == format_
