"""Tokens, counted or estimated; examples that are too long; what a training costs."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from aoai.catalog import with_prices
from aoai.dataset import (
    ESTIMATE,
    Tokenizer,
    count_tokens,
    default_epochs,
    inspect,
    training_cost,
)
from aoai.dataset.decode.syntax import attempt
from aoai.dataset.inspection.targets import target_of
from aoai.dataset.limits import MAXIMUM_LINE_BYTES
from aoai.dataset.tokens.example_tokens import tokens_of
from aoai.errors import DatasetError

WORDS = Tokenizer("words", lambda text: len(text.split()))


def chat(question: str, answer: str) -> dict[str, object]:
    user, assistant = ("user", question), ("assistant", answer)
    return {"messages": [{"role": role, "content": text} for role, text in (user, assistant)]}


def assistant(text: str) -> dict[str, object]:
    return {"role": "assistant", "content": text}


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


def test_a_name_costs_its_tokens_and_one_more() -> None:
    message = {"role": "user", "name": "Alice", "content": "one two"}
    assert tokens_of({"messages": [message]}, WORDS) == 3 + 4 + 2 + 1 + 1


def test_the_older_functions_are_counted_as_tools_are() -> None:
    call = {"name": "f", "arguments": '{"a": 1}'}
    example: dict[str, object] = {
        "messages": [{"role": "assistant", "content": None, "function_call": call}],
        "functions": [{"name": "f"}],
    }
    assert tokens_of(example, WORDS) == 3 + 4 + 1 + 2 + 1


def test_a_preference_pair_is_counted_as_its_input_with_each_output() -> None:
    messages = chat("one", "two")["messages"]
    assert isinstance(messages, list)
    pair: dict[str, object] = {
        "input": {"messages": messages[:1]},
        "preferred_output": messages[1:],
        "non_preferred_output": messages[1:],
    }
    assert tokens_of(pair, WORDS) == 2 * (3 + 4 + 1) + 2 * (3 + 4 + 1)


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
    assert count_tokens(inspect(path), WORDS, budget=60_000) == count


def long_then_short(random_: random.Random) -> list[dict[str, object]]:
    """Few tokens in many bytes, and after each of these the other way round."""
    sizes = [random_.randint(20, 80) for _ in range(200)]
    long = [chat("Donaudampfschifffahrt " * size, "yes") for size in sizes]
    short = [chat("a b c d " * (size // 20), "no") for size in sizes]
    return [example for pair in zip(long, short, strict=True) for example in pair]


def sorted_by_kind(random_: random.Random) -> list[dict[str, object]]:
    kinds = ("Donaudampfschifffahrt ", "ice ", "a b ")
    return [chat(kind * random_.randint(5, 60), "yes") for kind in kinds for _ in range(200)]


def with_images(random_: random.Random) -> list[dict[str, object]]:
    """Half of the lines are nearly all of the file and hold the fewest tokens."""

    def example(number: int) -> dict[str, object]:
        if number % 2:
            return chat("a b c d " * random_.randint(20, 60), "yes")
        image = {"url": "data:image/png;base64," + "A" * random_.randint(1000, 2000)}
        parts = [{"type": "text", "text": "what"}, {"type": "image_url", "image_url": image}]
        messages = [{"role": "user", "content": parts}, {"role": "assistant", "content": "ice"}]
        return {"messages": messages}

    return [example(number) for number in range(400)]


@pytest.mark.parametrize("kind", [long_then_short, sorted_by_kind, with_images])
def test_the_truth_lies_within_the_error_of_nearly_every_sample_whatever_the_order_of_the_lines(
    tmp_path: Path, kind: Callable[[random.Random], list[dict[str, object]]]
) -> None:
    inside = 0
    for seed in range(40):
        examples = kind(random.Random(seed))
        path = write(tmp_path / "train.jsonl", examples)
        report = inspect(path)
        count = count_tokens(report, WORDS, budget=report.bytes // 5)
        assert count.how == "sample"
        truth = sum(tokens_of(example, WORDS) for example in examples)
        inside += abs(count.total - truth) <= count.error
    assert inside >= 34  # of 95 in a hundred, fewer than so many of 40 come once in seventy times


def test_a_single_long_line_without_an_end_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(chat("word " * 1000, "yes")))
    count = count_tokens(inspect(path), WORDS, budget=1000)
    assert (count.total, count.how, count.sampled) == (1012, "exact", 1)


@pytest.mark.parametrize("content", ["", "\n\n\n"])
def test_an_empty_file_has_no_tokens(tmp_path: Path, content: str) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(content)
    count = count_tokens(inspect(path), WORDS, budget=1)
    assert (count.total, count.how) == (0, "exact")


def test_a_byte_order_mark_hides_no_line_from_a_sample(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    lines = [json.dumps(chat("word " * 300, "yes")), *["\n"] * 299, *["{}"] * 201]
    path.write_bytes(b"\xef\xbb\xbf" + "\n".join(lines).encode() + b"\n")
    report = inspect(path, format="chat")
    counts = {count_tokens(replace(report, sha256=f"{n}"), WORDS, 1000).total for n in range(20)}
    assert max(counts) > 300


def test_a_line_that_is_too_long_has_no_tokens_in_a_sample_either(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", [chat("ice " * 1000, "yes")] * 300)
    with path.open("a") as file:
        file.write('{"prompt": "' + "ice " * (MAXIMUM_LINE_BYTES // 4) + '"}\n')
    report = inspect(path)
    assert report.counts["line-too-long"] == 1
    counts = {count_tokens(replace(report, sha256=f"{n}"), WORDS).total for n in range(12)}
    assert 0 < min(counts) < 300 * 1012  # one of these samples has it


@pytest.mark.parametrize("budget", [1000, 1_000_000])
def test_a_file_that_is_gone_is_an_error(tmp_path: Path, budget: int) -> None:
    path = write(tmp_path / "train.jsonl", [chat("one two", "three")] * 300)
    report = inspect(path)
    path.unlink()
    with pytest.raises(DatasetError, match="no such file"):
        count_tokens(report, WORDS, budget)


def test_an_inexact_tokenizer_gives_an_estimate(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", [chat("one", "two")] * 12)
    assert count_tokens(inspect(path), ESTIMATE).how == "estimate"


def test_tools_that_are_nested_as_deeply_as_can_be_read_end_no_count() -> None:
    message = '"messages": [{"role": "user", "content": "one"}]'
    nested = ("[" * depth + "]" * depth for depth in range(1, sys.getrecursionlimit()))
    lines = (f'{{{message}, "tools": {tools}}}'.encode() for tools in nested)
    examples = [example for line in lines if (example := attempt(msgspec.json.decode, line))]
    assert len(examples) > 500
    assert all(tokens_of(example, WORDS) >= 3 + 4 + 1 for example in examples)


def test_lines_that_are_no_example_count_nothing(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text("no JSON\n[1]\n" + json.dumps(chat("one", "two")) + "\n")
    assert count_tokens(inspect(path), WORDS).total == 13


def test_the_longest_family_decides_the_context() -> None:
    assert target_of("gpt-4-0613", None).example_tokens == 8192
    assert target_of("gpt-4o-mini-2024-07-18", None).example_tokens == 65536
    assert target_of("GPT-4.1-nano-2025-04-14.ft-0123", None).example_tokens == 32768
    assert target_of("gpt-35-turbo-0613", None).example_tokens == 4096
    assert target_of("gpt-4.5-preview", None).example_tokens is None
    assert target_of(None, None).example_tokens is None


def test_a_pair_is_as_long_as_its_input_with_the_longer_output(tmp_path: Path) -> None:
    def pair(preferred: int, other: int) -> dict[str, object]:
        outputs = {"preferred_output": preferred, "non_preferred_output": other}
        texts = {name: [assistant("word " * size)] for name, size in outputs.items()}
        return {"input": {"messages": [{"role": "user", "content": "word " * 4000}]}, **texts}

    path = write(tmp_path / "train.jsonl", [pair(4000, 4001), pair(1, 4200), pair(4200, 2)])
    report = inspect(path, model="gpt-4-0613", method="dpo", tokenizer=WORDS)
    found = [(f.line, f.message[:5]) for f in report.warnings if f.code == "example-too-long"]
    assert found == [(2, "8,214"), (3, "8,214")]


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
    cost = training_cost(
        1_000_000, 3, "gpt-4.1-mini-2025-04-14", catalog=with_prices({"gpt-4.1-mini": 5.0})
    )
    assert cost is not None
    assert (cost.tokens, cost.price, cost.total) == (3_000_000, 5.0, 15.0)


def test_global_training_is_cheaper_and_developer_half_of_that() -> None:
    names = ("Standard", "GlobalStandard", "Developer")
    found = [training_cost(10**6, 1, "gpt-4o-2024-08-06", training_type=name) for name in names]
    assert [round(cost.total, 2) for cost in found if cost] == [27.5, 25.0, 12.5]


def test_an_unknown_model_or_training_type_has_no_price() -> None:
    assert training_cost(1, 1, "qwen-32b") is None
    assert training_cost(1, 1, "gpt-4o", training_type="datazone") is None
