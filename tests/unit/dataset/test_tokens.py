"""Tokens, counted or estimated; examples that are too long; what a training costs."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest

from aoai.dataset import (
    ESTIMATE,
    Tokenizer,
    count_tokens,
    default_epochs,
    find_tokenizer,
    inspect,
    training_cost,
)
from aoai.dataset.tokens import context_tokens, tokens_of

WORDS = Tokenizer("words", lambda text: len(text.split()))


def chat(question: str, answer: str) -> dict[str, object]:
    user, assistant = ("user", question), ("assistant", answer)
    return {"messages": [{"role": role, "content": text} for role, text in (user, assistant)]}


def write(path: Path, examples: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(example) + "\n" for example in examples))
    return path


def test_a_conversation_costs_three_tokens_and_a_message_four() -> None:
    assert tokens_of(chat("one two", "three"), WORDS) == 3 + 4 + 2 + 4 + 1


def test_calls_and_tools_are_counted() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    example: dict[str, object] = {
        "messages": [{"role": "assistant", "content": None, "tool_calls": [call]}],
        "tools": [{"type": "function", "function": {"name": "f"}}],
    }
    assert tokens_of(example, WORDS) == 3 + 4 + 1 + 2 + 1


def test_a_preference_pair_is_counted_with_both_outputs() -> None:
    messages = chat("one", "two")["messages"]
    assert isinstance(messages, list)
    pair: dict[str, object] = {
        "input": {"messages": messages[:1]},
        "preferred_output": messages[1:],
        "non_preferred_output": messages[1:],
    }
    assert tokens_of(pair, WORDS) == 3 * (3 + 4 + 1)


def test_a_completion_has_no_overhead() -> None:
    assert tokens_of({"prompt": "one two", "completion": "three"}, WORDS) == 3


def test_the_estimate_takes_four_bytes_for_a_token() -> None:
    assert [ESTIMATE.count(text) for text in ("", "ice", "ices", "icesc", "冰冷")] == [
        0,
        1,
        1,
        2,
        2,
    ]


def test_a_small_file_is_counted_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", [chat("one two", "three")] * 12)
    count = count_tokens(inspect(path), WORDS)
    assert (count.total, count.error, count.sampled, count.how) == (12 * 14, 0, 12, "exact")


def test_a_large_file_is_sampled_and_the_truth_lies_within_the_error(tmp_path: Path) -> None:
    random_ = random.Random(4)
    examples = [chat("ice " * random_.randint(1, 90), "yes") for _ in range(4000)]
    path = write(tmp_path / "train.jsonl", examples)
    truth = sum(tokens_of(example, WORDS) for example in examples)
    count = count_tokens(inspect(path), WORDS, budget=60_000)
    assert count.how == "sample"
    assert 200 < count.sampled < 400
    assert abs(count.total - truth) <= count.error < truth / 20


def test_an_inexact_tokenizer_gives_an_estimate(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", [chat("one", "two")] * 12)
    assert count_tokens(inspect(path), ESTIMATE).how == "estimate"


def test_lines_that_are_no_example_count_nothing(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text("no JSON\n[1]\n" + json.dumps(chat("one", "two")) + "\n")
    assert count_tokens(inspect(path), WORDS).total == 13


@pytest.mark.parametrize("content", [None, b"something else"])
def test_a_vocabulary_that_is_not_here_is_not_fetched(
    tmp_path: Path, content: bytes | None
) -> None:
    url = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    if content is not None:
        (tmp_path / hashlib.sha1(url.encode()).hexdigest()).write_bytes(content)
    environment = {"TIKTOKEN_CACHE_DIR": str(tmp_path)}
    assert find_tokenizer("gpt-4.1", environment) is ESTIMATE


def test_the_longest_family_decides_the_context() -> None:
    assert context_tokens("gpt-4-0613") == 8192
    assert context_tokens("gpt-4o-mini-2024-07-18") == 65536
    assert context_tokens("GPT-4.1-nano-2025-04-14.ft-0123") == 65536
    assert context_tokens("gpt-35-turbo-0613") == 4096
    assert context_tokens("gpt-4.5-preview") is None
    assert context_tokens(None) is None


def test_an_example_beyond_the_context_is_a_warning(tmp_path: Path) -> None:
    examples = [chat("Is ice cold?", f"Yes {n}.") for n in range(120)]
    long, fitting = chat("word " * 9000, "Yes."), chat("longerword " * 4000, "Yes.")
    path = write(tmp_path / "train.jsonl", [*examples, long, fitting])
    report = inspect(path, model="gpt-4-0613", tokenizer=WORDS)
    assert report.counts["example-too-long"] == 1
    (finding,) = (f for f in report.warnings if f.code == "example-too-long")
    assert (finding.line, finding.message.split(";")[0]) == (121, "9,012 tokens")
    estimated = inspect(path, model="gpt-4-0613")
    assert estimated.counts["example-too-long"] == 2
    assert "about 11,012 tokens" in str(estimated.warnings)
    assert "example-too-long" not in inspect(path).counts


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [(0, 3), (1, 25), (10, 10), (33, 3), (34, 3), (8333, 3), (8334, 2), (30000, 1)],
)
def test_epochs_grow_for_few_examples_and_shrink_for_many(examples: int, epochs: int) -> None:
    assert default_epochs(examples) == epochs


def test_a_training_costs_tokens_times_epochs_times_price() -> None:
    cost = training_cost(1_000_000, 3, "gpt-4.1-mini-2025-04-14", prices={"gpt-4.1-mini": 5.0})
    assert cost is not None
    assert (cost.tokens, cost.price, cost.total) == (3_000_000, 5.0, 15.0)


def test_global_training_is_cheaper_and_developer_half_of_that() -> None:
    names = ("Standard", "GlobalStandard", "Developer")
    found = [training_cost(10**6, 1, "gpt-4o-2024-08-06", training_type=name) for name in names]
    assert [round(cost.total, 2) for cost in found if cost] == [27.5, 25.0, 12.5]


def test_an_unknown_model_or_training_type_has_no_price() -> None:
    assert training_cost(1, 1, "qwen-32b") is None
    assert training_cost(1, 1, "gpt-4o", training_type="datazone") is None
