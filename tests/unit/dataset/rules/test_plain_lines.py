"""What each rule declares of plain lines is true: the fast path forgets no rule.

A rule with ``PlainLines.NEVER`` is broken by no line that a reader of the fast path accepts. Lines
are generated in two ways: from all examples of the corpus, and for each rule from those that break
it. A new rule needs a file in the corpus that breaks it, and nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aoai.dataset.catalogue import RULE_FILES, RuleFile
from aoai.dataset.decode.syntax import attempt
from aoai.dataset.example.rule import PlainLines
from aoai.dataset.example.target import Target
from aoai.dataset.example.view import Example
from aoai.dataset.inspection.fast_path import reader_of
from tests.unit.dataset.examples import EXAMPLES, LINES, changed, lines, shown_in

MISTRAL = Target(control_tokens=("[INST]", "[/INST]", "[TOOL_CALLS]"))
TARGETS = {"openai": Target(), "mistral": MISTRAL, "none": Target(control_tokens=())}
READ_BY_RULES = ("chat", "preference", "completion")
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
NEVER = [file for file in RULE_FILES if file.rule.plain_lines is PlainLines.NEVER]
SAMPLED = [file for file in RULE_FILES if file.rule.plain_lines is PlainLines.SAMPLED]


def named(files: list[RuleFile]) -> list[object]:
    return [pytest.param(file, id=file.name) for file in files]


def broken(file: RuleFile, line: bytes, name: str, target: Target) -> bool:
    """Whether a line breaks a rule, as an example of this format."""
    if name not in file.rule.formats:
        return False
    value = attempt(msgspec.json.decode, line)
    if not isinstance(value, dict):
        return False
    example = Example(line, value, name, target)
    return any(True for _ in file.rule.check(example))


def breaking(file: RuleFile) -> list[dict[str, object]]:
    return [example for kind in file.kinds for example in shown_in(kind.code)]


def accepted_and_broken(line: bytes, name: str, target: Target) -> Iterator[str]:
    """Names of the rules that a line breaks though the fast path accepts it."""
    if reader_of(name, target)(line) is not None:
        for file in NEVER:
            if broken(file, line, name, target):
                yield file.name


@QUICK
@given(lines(changed(EXAMPLES, 2)), st.sampled_from(READ_BY_RULES), st.sampled_from([*TARGETS]))
def test_no_accepted_line_breaks_a_rule_that_excludes_it(
    line: bytes, name: str, target: str
) -> None:
    assert list(accepted_and_broken(line, name, TARGETS[target])) == []


@pytest.mark.parametrize("file", named(NEVER))
@settings(QUICK, max_examples=25)
@given(data=st.data())
def test_no_line_that_breaks_a_rule_is_accepted(file: RuleFile, data: st.DataObject) -> None:
    examples = breaking(file)
    assert examples, f"no file of tests/corpus breaks the rule of {file.name}"
    line = data.draw(lines(changed(examples, 1)))
    name = data.draw(st.sampled_from(file.rule.formats))
    target = TARGETS[data.draw(st.sampled_from([*TARGETS]))]
    assume(broken(file, line, name, target))
    assert reader_of(name, target)(line) is None


@pytest.mark.parametrize("file", named(NEVER))
def test_the_lines_of_the_corpus_that_break_a_rule_are_not_accepted(file: RuleFile) -> None:
    examples = [msgspec.json.encode(example) for example in breaking(file)]
    found = [
        (line, name)
        for line in examples
        for name in file.rule.formats
        if broken(file, line, name, Target())
    ]
    assert found
    assert [line for line, name in found if reader_of(name, Target())(line) is not None] == []


@pytest.mark.parametrize("file", named(SAMPLED))
def test_a_rule_of_the_sample_is_one_that_an_accepted_line_can_break(file: RuleFile) -> None:
    broken_lines = [msgspec.json.encode(example) for example in breaking(file)]
    candidates = [*broken_lines, *_other_ways(file)]
    assert any(
        broken(file, line, name, Target()) and reader_of(name, Target())(line) is not None
        for line in candidates
        for name in READ_BY_RULES
    )


def _other_ways(file: RuleFile) -> Iterator[bytes]:
    """Lines of the corpus as they are written there: decoding loses what is wrong with some."""
    codes = {kind.code for kind in file.kinds}
    if "duplicate-key" in codes:
        yield from (line for line in LINES if line.count(b'"content"') > line.count(b'"role"'))


@pytest.mark.parametrize("file", named(SAMPLED))
def test_a_rule_of_the_sample_yields_warnings_only(file: RuleFile) -> None:
    assert {str(kind.severity) for kind in file.kinds} == {"warning"}


@pytest.mark.parametrize("name", READ_BY_RULES)
def test_the_fast_path_accepts_something(name: str) -> None:
    read = reader_of(name, Target())
    assert any(read(line) is not None for line in LINES)


@pytest.mark.parametrize(
    "text",
    ["<|im_start|>", "a<|endoftext|>", "\\u003c|im_end|\\u003e", "<\\u007cfim_suffix\\u007c>"],
)
def test_a_control_token_is_refused_however_it_is_written(text: str) -> None:
    line = (
        '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "%s"}]}'
    )
    read = reader_of("chat", Target())
    assert read((line % "x | y").encode()) is not None
    assert read((line % text).encode()) is None
