"""Where a vocabulary is looked for, and the count with the real one where that is at hand."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from aoai.dataset import ESTIMATE, Tokenizer, count_tokens, find_tokenizer, inspect
from aoai.dataset.tokens.example_tokens import tokens_of
from aoai.dataset.tokens.tokenizer import pieces

O200K = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
TRAIN = Path(__file__).parents[4] / "examples/stdlib/train.jsonl"


def real(model: str) -> Tokenizer:
    """The model's own tokenizer; the test is skipped where it is not at hand."""
    tokenizer = find_tokenizer(model)
    if not tokenizer.exact:
        pytest.skip("needs tiktoken and its vocabulary in TIKTOKEN_CACHE_DIR: see docs/data.md")
    return tokenizer


@pytest.mark.parametrize("content", [None, b"", b"something else"])
def test_a_vocabulary_that_is_not_here_is_not_fetched(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / hashlib.sha1(O200K.encode()).hexdigest()
    if content is not None:
        file.write_bytes(content)
    environment = {"TIKTOKEN_CACHE_DIR": str(tmp_path)}
    assert find_tokenizer("gpt-4.1", environment) is ESTIMATE
    assert content is None or file.read_bytes() == content


def test_a_variable_that_is_set_but_empty_lets_nothing_be_fetched() -> None:
    # tiktoken then keeps nothing and downloads, whatever the other variable says.
    real("gpt-4.1")
    there = os.environ.get("TIKTOKEN_CACHE_DIR", "")
    environment = {"TIKTOKEN_CACHE_DIR": "", "DATA_GYM_CACHE_DIR": there}
    assert find_tokenizer("gpt-4.1", environment) is ESTIMATE
    del environment["TIKTOKEN_CACHE_DIR"]
    assert find_tokenizer("gpt-4.1", environment).exact == bool(there)


@pytest.mark.parametrize(
    ("model", "vocabulary"),
    [
        (None, "o200k_base"),
        ("gpt-4o-mini-2024-07-18", "o200k_base"),
        ("GPT-4.1-nano-2025-04-14.ft-0123", "o200k_base"),
        ("gpt-oss-20b", "o200k_base"),
        ("o4-mini-2025-04-16", "o200k_base"),
        ("gpt-4-0613", "cl100k_base"),
        ("gpt-35-turbo-0125", "cl100k_base"),
        ("davinci-002", "cl100k_base"),
    ],
)
def test_a_model_is_counted_with_its_own_vocabulary(model: str | None, vocabulary: str) -> None:
    real("gpt-4o")
    real("gpt-4")
    assert find_tokenizer(model).name == vocabulary


def test_a_model_of_another_maker_is_estimated() -> None:
    assert find_tokenizer("Ministral-3B") is ESTIMATE
    assert find_tokenizer("qwen-32b") is ESTIMATE


def test_a_text_is_cut_where_a_vocabulary_would() -> None:
    text = "Ice, they say: floats.\n\n  On water  " * 2000
    found = list(pieces(text))
    assert len(found) > 1
    assert "".join(found) == text
    assert {piece[:2] for piece in found[1:]} <= {" t", " s", " f", " O", " w", " I"}
    assert list(pieces("")) == [""]
    assert "".join(pieces("冰" * 40_000)) == "冰" * 40_000


@pytest.mark.parametrize(("model", "tokens"), [("gpt-4o", 8), ("gpt-4", 8)])
def test_the_real_vocabulary_counts_control_tokens_as_the_text_that_they_are(
    model: str, tokens: int
) -> None:
    assert real(model).count("<|endoftext|>!") == tokens


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4"])
def test_a_role_is_one_token_in_the_real_vocabulary(model: str) -> None:
    count = real(model).count
    assert {count(role) for role in ("system", "developer", "user", "assistant", "tool")} == {1}


@pytest.mark.parametrize("text", [" ", "\t", "\n", "a", "冰", "-", "\u00a0"])
def test_a_million_of_one_character_is_counted(text: str) -> None:
    assert 7_000 < real("gpt-4o").count(text * 1_000_000) <= 1_000_000


def test_a_long_text_has_as_many_tokens_in_pieces_as_whole() -> None:
    tokenizer = real("gpt-4o")
    tiktoken = pytest.importorskip("tiktoken")
    whole = tiktoken.get_encoding("o200k_base").encode_ordinary
    for text in (TRAIN.read_text("utf-8"), "Is kallt i dag? Ja,\n  冰很冷。\n" * 5_000):
        assert tokenizer.count(text) == len(whole(text))


def test_the_examples_have_the_tokens_that_the_published_rule_gives() -> None:
    tokenizer = real("gpt-4o-mini-2024-07-18")
    lines = [json.loads(line) for line in TRAIN.read_text("utf-8").splitlines()]
    messages = [message for line in lines for message in line["messages"]]
    texts = [text for message in messages for text in (message["role"], message["content"])]
    expected = 3 * len(lines) + 3 * len(messages) + sum(tokenizer.count(text) for text in texts)
    count = count_tokens(inspect(TRAIN), tokenizer)
    assert (count.total, count.how, count.tokenizer) == (expected, "exact", "o200k_base")
    assert expected == sum(tokens_of(line, tokenizer) for line in lines)
