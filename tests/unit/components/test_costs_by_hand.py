"""The table at the end of a preview, beside the same sums worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_components.config import Stack, read_stack
from aoai_components.costs import StackCosts, as_text
from aoai_components.prior_state import PriorState

from tests.repository import ROOT
from tests.unit.components.test_settings import config


@pytest.fixture(autouse=True)
def four_bytes_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a vocabulary tokens are estimated, which can be followed by hand."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def shown(stack: Stack) -> list[list[str]]:
    """The table of a first preview, in words, without its notes."""
    lines = as_text(StackCosts.of(stack, PriorState(), set(stack.forecasts)))
    end = next(number for number, line in enumerate(lines) if line.startswith("  sum"))
    return [line.split() for line in lines[2 : end + 1]]


def written(path: Path, count: int, example: Callable[[int], dict[str, Any]]) -> str:
    path.write_text("".join(f"{json.dumps(example(number))}\n" for number in range(count)))
    return str(path)


def said(role: str, number: int, length: int) -> dict[str, Any]:
    return {"role": role, "content": f"{number:0{length}}"}


def chat(number: int) -> dict[str, Any]:
    """3 + (4 + 400 / 4) + (4 + 400 / 4) = 211 tokens."""
    return {"messages": [said("user", number, 400), said("assistant", number, 400)]}


def pair(number: int) -> dict[str, Any]:
    """Input 3 + 4 + 100 = 107 twice, outputs 3 + 4 + 50 and 3 + 4 + 25: 303 tokens."""
    return {
        "input": {"messages": [said("user", number, 400)]},
        "preferred_output": [said("assistant", number, 200)],
        "non_preferred_output": [said("assistant", number, 100)],
    }


def chart(number: int) -> dict[str, Any]:
    """3 + (4 + 40 / 4) + (4 + 20 / 4) = 26 tokens without the image."""
    image = {"type": "image_url", "image_url": {"url": f"https://example.com/{number:03}.png"}}
    text = {"type": "text", "text": f"{number:040}"}
    return {"messages": [{"role": "user", "content": [text, image]}, said("assistant", number, 20)]}


def test_a_stack_with_images_pairs_and_five_deployments(tmp_path: Path) -> None:
    """The sums, in USD.

    chat: 200 examples * 211 tokens * 3 epochs * 5.50 a million = 0.6963.
    pairs: 1,000 * 303 * 2 * 5.00 = 3.03.
    charts: 100 * 26 * 2 * 27.50 = 0.143; at most 25,000 bytes / 4 = 6,250 tokens * 2 * 27.50 =
    0.34375.
    Together 3.8693 to 4.07005. Four deployments at 1.70 an hour for 730 hours are 4 * 1,241.
    """
    charts = written(tmp_path / "charts.jsonl", 100, chart)
    assert Path(charts).stat().st_size == CHART_BYTES
    stack = read_stack(large_stack(tmp_path, charts), {})
    assert shown(stack) == [
        ["models.chat", "0.70"],
        ["models.pairs", "3.03"],
        ["models.charts", "0.14", "to", "0.34"],
        ["deployments.chat", "1,241.00"],
        ["deployments.chat-america", "1,241.00"],
        ["deployments.charts", "1,241.00"],
        ["deployments.charts-america", "1,241.00"],
        ["deployments.pairs", "0.00"],
        ["sum", "3.87", "to", "4.07", "4,964.00"],
    ]


CHART_BYTES = 25_000


def large_stack(directory: Path, charts: str) -> dict[str, Any]:
    """Three models by three kinds of data, and five deployments in two accounts."""
    sweden = config()["accounts"]["sweden"]
    other = sweden["id"].replace("swedencentral", "northcentralus")
    mini, large = "gpt-4.1-mini-2025-04-14", "gpt-4.1-2025-04-14"
    chats = written(directory / "chat.jsonl", 200, chat)
    pairs = written(directory / "pairs.jsonl", 1000, pair)
    models = {
        "chat": {"baseModel": mini, "trainingFile": chats, "hyperparameters": {"nEpochs": 3}},
        "pairs": {
            "baseModel": mini,
            "method": "dpo",
            "trainingType": "GlobalStandard",
            "trainingFile": pairs,
            "hyperparameters": {"nEpochs": 2},
        },
        "charts": {"baseModel": large, "trainingFile": charts, "hyperparameters": {"nEpochs": 2}},
    }
    return {
        "accounts": {
            "sweden": sweden,
            "america": {**sweden, "id": other, "location": "northcentralus"},
        },
        "models": {key: {"account": "sweden", **model} for key, model in models.items()},
        "deployments": {
            "chat": {"model": "chat", "account": "sweden"},
            "chat-america": {"model": "chat", "account": "america", "sku": "GlobalStandard"},
            "charts": {"model": "charts", "account": "sweden"},
            "charts-america": {"model": "charts", "account": "america", "sku": "GlobalStandard"},
            "pairs": {"model": "pairs", "account": "sweden", "sku": "DeveloperTier"},
        },
    }


def test_the_local_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens are counted anew here: 3 for a conversation, and 4 and a quarter of the bytes a turn.

    Training gpt-4.1-mini costs 5.50 USD for a million tokens, gpt-4.1 27.50; hosting 1.70 an hour.
    """
    monkeypatch.chdir(ROOT)
    lines = Path("examples/stdlib/train.jsonl").read_text(encoding="utf-8").splitlines()
    tokens = sum(
        3
        + sum(4 + (len(turn["content"].encode()) + 3) // 4 for turn in json.loads(line)["messages"])
        for line in lines
    )
    tutor, reference = tokens * 3 * 5.5 / 1e6, tokens * 2 * 27.5 / 1e6
    text = yaml.safe_load(Path("stacks/Pulumi.local.yaml").read_text(encoding="utf-8"))["config"]
    given = {key.removeprefix("aoai-finetune:"): value for key, value in text.items()}
    given["poll_interval"] = given.pop("pollInterval")
    assert shown(read_stack(given, {"AOAI_EMULATOR_URL": "https://localhost:1"})) == [
        ["models.stdlib-tutor", f"{tutor:.2f}"],
        ["models.stdlib-reference", f"{reference:.2f}"],
        ["deployments.tutor-america", "1,241.00"],
        ["deployments.reference-fabrikam", "1,241.00"],
        ["sum", f"{tutor + reference:.2f}", "2,482.00"],
    ]
