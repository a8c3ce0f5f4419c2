"""examples/stdlib: the committed files are good training data, and build.py makes them."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path
from typing import Any

import pytest

from aoai.dataset import inspect
from examples.stdlib.build import HERE, SYSTEM, build, passes

FILES = {"train.jsonl": 600, "validation.jsonl": 50}
BUILT: dict[str, Any] = json.loads((HERE / "built.json").read_text())


def examples(name: str) -> list[list[dict[str, Any]]]:
    return [json.loads(line)["messages"] for line in (HERE / name).read_text("utf-8").splitlines()]


def subject(messages: list[dict[str, Any]]) -> str:
    return str(messages[1]["content"]).split("`")[1]


@pytest.mark.parametrize(("name", "count"), FILES.items())
def test_a_file_has_its_number_of_examples_and_is_small(name: str, count: int) -> None:
    assert len(examples(name)) == count
    assert (HERE / name).stat().st_size < 1_000_000


@pytest.mark.parametrize("name", FILES)
def test_the_provider_finds_nothing_to_complain_about(name: str) -> None:
    report = inspect(
        HERE / name,
        model="gpt-4.1-mini-2025-04-14",
        method="supervised",
        validation=name == "validation.jsonl",
    )
    assert (report.format, report.examples) == ("chat", FILES[name])
    assert (report.errors, report.warnings) == ((), ())


@pytest.mark.parametrize("name", FILES)
def test_every_example_is_a_chat_below_the_same_system_message(name: str) -> None:
    for system, *turns in examples(name):
        assert system == {"role": "system", "content": SYSTEM}
        assert [turn["role"] for turn in turns] == ["user", "assistant"] * (len(turns) // 2)
        assert all(turn["content"].strip() for turn in turns)


@pytest.mark.parametrize("name", FILES)
def test_of_a_conversation_the_last_answer_alone_is_learned_from(name: str) -> None:
    seen = set()
    for _, *turns in examples(name):
        weights = [turn.get("weight") for turn in turns if turn["role"] == "assistant"]
        assert weights in ([None], [0, 1], [0, 0, 1])
        seen.add(len(weights))
    assert {1, 2} <= seen


def test_no_name_is_in_both_files_and_no_example_twice() -> None:
    training, validation = (examples(name) for name in FILES)
    assert not {subject(m) for m in training} & {subject(m) for m in validation}
    assert len({json.dumps(m) for m in [*training, *validation]}) == sum(FILES.values())


@pytest.mark.parametrize("name", FILES)
def test_the_digests_are_those_of_the_files(name: str) -> None:
    assert BUILT["sha256"][name] == hashlib.sha256((HERE / name).read_bytes()).hexdigest()


@pytest.mark.skipif(
    platform.python_version() != BUILT["python"], reason=f"built with Python {BUILT['python']}"
)
def test_the_same_python_writes_the_same_bytes() -> None:
    assert build() == {name: Path(HERE / name).read_bytes() for name in [*FILES, "built.json"]}


def test_a_session_that_does_not_print_what_it_says_is_not_taken() -> None:
    assert passes(">>> 1 + 1\n2")
    assert not passes(">>> 1 + 1\n3")
    assert not passes(">>> unknown()\n2")
