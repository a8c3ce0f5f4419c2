"""What tests share: an emulator of their own, and an environment that points at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aoai_emulator import Emulator, RunningEmulator, World
from azure.identity import DefaultAzureCredential
from openai import AzureOpenAI

from aoai.azure.account import Account, Cloud
from aoai.azure.clients import disconnect
from tests.answers import ANSWERS

TENANT_A = "aaaaaaaa-0000-4000-8000-00000000000a"
TENANT_B = "bbbbbbbb-0000-4000-8000-00000000000b"
_SUBSCRIPTIONS = {
    "contoso-swedencentral": ("a1a1a1a1-0000-4000-8000-000000000001", TENANT_A, "swedencentral"),
    "contoso-eastus2": ("a1a1a1a1-0000-4000-8000-000000000001", TENANT_A, "eastus2"),
    "contoso-northcentralus": ("a2a2a2a2-0000-4000-8000-000000000002", TENANT_A, "northcentralus"),
    "fabrikam-switzerlandwest": (
        "b1b1b1b1-0000-4000-8000-000000000001",
        TENANT_B,
        "switzerlandwest",
    ),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose the emulator's answers."""
    parser.addoption(
        "--answers",
        choices=list(ANSWERS),
        default="recorded",
        help="what the emulator answers where Azure's answers differ (tests/answers.py)",
    )


@pytest.fixture
def answers(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The emulator's settings, as the run chose them; a test may have it as its parameter."""
    return ANSWERS[request.config.getoption("--answers")]


@pytest.fixture(scope="session")
def session_azure() -> Iterator[RunningEmulator]:
    """One emulator for all tests of a worker; use ``azure``, which starts from nothing."""
    with Emulator(World.default()) as azure:
        yield azure


@pytest.fixture
def azure(
    session_azure: RunningEmulator, answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> RunningEmulator:
    """An empty emulator with everything immediate, and this process pointed at it."""
    session_azure.reset()
    session_azure.settings(**answers)
    session_azure.pace("immediate")
    act_as(session_azure, "pipeline", monkeypatch)
    return session_azure


def act_as(azure: RunningEmulator, principal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign this process in as one of the emulator's principals, with no token of another left."""
    for name, value in azure.environment(principal).items():
        monkeypatch.setenv(name, value)
    disconnect()


def account_of(azure: RunningEmulator, name: str) -> Account:
    """One of the emulator's accounts."""
    subscription, tenant, location = _SUBSCRIPTIONS[name]
    return Account(
        id=f"/subscriptions/{subscription}/resourceGroups/rg-ai"
        f"/providers/Microsoft.CognitiveServices/accounts/{name}",
        endpoint=f"{azure.url}/{name}",
        tenant_id=tenant,
        location=location,
        cloud=Cloud(resource_manager=azure.url, authority=azure.url),
    )


@pytest.fixture
def sweden(azure: RunningEmulator) -> Account:
    return account_of(azure, "contoso-swedencentral")


@pytest.fixture
def america(azure: RunningEmulator) -> Account:
    """Another region and subscription of the same tenant."""
    return account_of(azure, "contoso-northcentralus")


@pytest.fixture
def fabrikam(azure: RunningEmulator) -> Account:
    """Another tenant."""
    return account_of(azure, "fabrikam-switzerlandwest")


def ask(account: Account, deployment_name: str, question: str) -> str:
    """One chat request with the official SDK, as a caller of Azure would send it."""
    credential = DefaultAzureCredential(
        disable_instance_discovery=True, additionally_allowed_tenants=["*"]
    )
    scope = account.cloud.data_plane_scope
    with AzureOpenAI(
        azure_endpoint=account.endpoint,
        api_version="2024-10-21",
        azure_ad_token=credential.get_token(scope, tenant_id=account.tenant_id).token,
    ) as client:
        answer = client.chat.completions.create(
            model=deployment_name, messages=[{"role": "user", "content": question}]
        )
    return str(answer.choices[0].message.content)


def write_examples(path: Path, count: int = 12, topic: str = "lists") -> Path:
    """A training file that is right: chat examples about a topic."""
    lines = [
        '{"messages": [{"role": "system", "content": "You explain Python."}, '
        f'{{"role": "user", "content": "Question {number} about {topic}?"}}, '
        f'{{"role": "assistant", "content": "Answer {number} about {topic}."}}]}}\n'
        for number in range(count)
    ]
    path.write_text("".join(lines))
    return path


def write_large(path: Path) -> Path:
    """A training file that is right and goes up in parts: 103 examples of a million bytes."""
    line = write_examples(path, count=1).read_text().strip()
    padded = line.replace("Answer 0", "Answer 0 " + "with much to read " * 55_000)
    path.write_text("".join(f"{padded[:-60]}{number}{padded[-60:]}\n" for number in range(103)))
    return path


@pytest.fixture
def training_file(tmp_path: Path) -> Path:
    return write_examples(tmp_path / "train.jsonl")
