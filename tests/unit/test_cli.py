"""The command line: output formats, exit codes, and no traceback whatever the arguments."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from aoai.cli import main
from aoai.dataset import CATALOGUE
from tests.unit import chat_files
from tests.unit.chat_files import write

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus"


@pytest.fixture
def bad(tmp_path: Path) -> str:
    return str(write(tmp_path / "bad.jsonl", range(120), "no JSON", '{"messages": 1}', "x"))


@pytest.fixture
def warned(tmp_path: Path) -> str:
    return str(write(tmp_path / "warned.jsonl", range(50)))


def files(output: str) -> list[dict[str, Any]]:
    decoded: list[dict[str, Any]] = json.loads(output)["files"]
    return decoded


def test_a_good_file_is_fine(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", good]) == 0
    assert capsys.readouterr().out.endswith("1 file, 0 errors, 0 warnings.\n")


def test_errors_fail_and_are_told_by_kind_first(
    good: str, bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", good, bad]) == 1
    out = capsys.readouterr().out
    kind, line = out.index("2 error    invalid-json"), out.index(f"error: {bad}:121: not JSON")
    assert kind < line
    assert out.endswith("2 files, 3 errors, 0 warnings.\n")


def test_warnings_fail_only_when_strict(warned: str) -> None:
    assert main(["validate", warned]) == 0
    assert main(["validate", "--strict", warned]) == 1


def test_the_text_lists_five_findings_that_are_alike_and_counts_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "train.jsonl", range(120), *["no JSON"] * 50)
    assert main(["validate", str(path)]) == 1
    out = capsys.readouterr().out
    assert out.count("not JSON at character 1") == 5
    assert "(and 45 more like it)" in out


def test_the_text_lists_twenty_findings_and_counts_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = [json.dumps({**chat_files.example(0), f"field{number}": 1}) for number in range(50)]
    path = write(tmp_path / "train.jsonl", range(120), *odd)
    assert main(["validate", str(path)]) == 1
    out = capsys.readouterr().out
    assert out.count("not part of the format") == 20
    assert "... and 30 more errors; --format json lists up to 100 of each." in out


def test_json_has_every_file_with_facts_and_findings(
    good: str, bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--format", "json", good, bad]) == 1
    first, second = files(capsys.readouterr().out)
    assert (first["path"], first["format"], first["examples"]) == (good, "chat", 120)
    assert first["bytes"] == Path(good).stat().st_size
    assert len(first["sha256"]) == 64
    assert (first["errors"], first["warnings"], first["counts"]) == ([], [], {})
    assert first["tokens"]["how"] in {"exact", "estimate"}
    assert second["counts"] == {"invalid-json": 2, "wrong-type": 1}
    assert second["errors"][1] == {
        "code": "wrong-type",
        "line": 122,
        "path": "$.messages",
        "message": "expected array, got integer 1.",
        "more": 0,
    }


def test_json_tells_the_cost_for_a_known_model(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text('{"gpt-4.1-mini": 1000000}')
    arguments = ["--model", "gpt-4.1-mini-2025-04-14", "--prices", str(prices), "--epochs", "2"]
    assert main(["validate", "--format", "json", good, *arguments]) == 0
    (result,) = files(capsys.readouterr().out)
    assert result["cost"]["epochs"] == 2
    assert result["cost"]["usd"] == 2 * result["tokens"]["count"]


def test_the_cost_of_images_is_a_range(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file's bytes / 4 * 1 epoch * 27.50 USD for a million is the most."""
    picture = {"type": "image_url", "image_url": {"url": f"https://example.com/{'a' * 900}.png"}}
    lines = [
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": f"Hi {n}"}, picture]},
                    {"role": "assistant", "content": "Yes."},
                ]
            }
        )
        for n in range(12)
    ]
    path = tmp_path / "images.jsonl"
    path.write_text("\n".join(lines) + "\n")
    arguments = ["validate", str(path), "--model", "gpt-4o-2024-08-06", "--epochs", "1"]
    assert main([*arguments, "--format", "json"]) == 0
    cost = files(capsys.readouterr().out)[0]["cost"]
    most = path.stat().st_size // 4 * 27.50 / 1_000_000
    assert cost["usd_most"] == round(most, 4)
    assert 0 < cost["usd"] < cost["usd_most"]
    assert main(arguments) == 0
    assert f" to {most:.2f} USD for 1 epoch" in capsys.readouterr().out


def test_no_cost_is_told_for_reinforcement_which_is_billed_by_the_hour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "train.jsonl"
    rows = [{"messages": [{"role": "user", "content": f"Sum {n}"}], "n": n} for n in range(100)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ["--method", "reinforcement", "--model", "gpt-4.1", "--format", "json"]
    assert main(["validate", str(path), *arguments]) == 0
    assert files(capsys.readouterr().out)[0]["cost"] is None


def test_a_validation_file_may_be_small_and_is_compared(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write(tmp_path / "valid.jsonl", range(119, 122))
    assert main(["validate", good, "--validation", str(other), "--format", "json"]) == 0
    _, second = files(capsys.readouterr().out)
    assert second["counts"] == {"validation-overlap": 1}
    assert second["warnings"][0]["message"].startswith("1 of 3 examples are in good.jsonl too")


def test_github_gets_an_annotation_for_each_finding(
    bad: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = write(tmp_path / "odd,100%:.jsonl", range(5))
    assert main(["validate", "--format", "github", bad, str(odd)]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(f"::error file={bad},line=121,title=invalid-json::")
    place, _, message = out[3].partition(",title=too-few-examples::")
    assert place.endswith("odd%2C100%25%3A.jsonl")
    assert message.endswith("odd,100%25:.jsonl: 5 of at least 10 examples; add more.")


def test_an_annotation_names_the_place_in_its_message_which_is_all_that_a_log_shows(
    bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--format", "github", bad]) == 1
    messages = [line.split("::", 2)[-1] for line in capsys.readouterr().out.splitlines()]
    assert messages[1] == f"{bad}:122: $.messages: expected array, got integer 1."
    assert messages[-1] == "1 file, 3 errors, 0 warnings."


def test_github_gets_only_the_total_of_a_good_file(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--format", "github", good]) == 0
    assert capsys.readouterr().out == "1 file, 0 errors, 0 warnings.\n"


def test_sarif_has_what_the_standard_requires(
    bad: str, warned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--format", "sarif", bad, warned, "gone file.jsonl"]) == 1
    log = json.loads(capsys.readouterr().out)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0"
    assert {rule["id"] for rule in rules} <= set(CATALOGUE)
    for name in ("shortDescription", "fullDescription", "help"):  # GitHub requires them
        assert all(rule[name]["text"] for rule in rules)
    assert len(run["results"]) == 5
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning"}
        assert result["message"]["text"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] > 0
    uris = [
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]
    ]
    assert uris[0] == f"file://{bad}"
    assert uris[-1] == "gone%20file.jsonl"


def test_a_missing_file_is_an_error_beside_the_others(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "gone.jsonl")
    assert main(["validate", "--format", "json", missing, good, str(tmp_path)]) == 1
    first, second, third = files(capsys.readouterr().out)
    assert (first["sha256"], first["counts"]) == (None, {"unreadable-file": 1})
    assert first["errors"][0]["message"] == "no such file; correct the path."
    assert second["counts"] == {}
    assert set(first) == set(second)
    assert third["counts"] == {"unreadable-file": 1}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["validate"],
        ["guess"],
        ["validate", "a.jsonl", "--format", "xml"],
        ["validate", "a.jsonl", "--method", "sft"],
        ["validate", "a.jsonl", "--training-type", "cheap"],
        ["validate", "a.jsonl", "--epochs", "0"],
        ["validate", "a.jsonl", "--epochs", "many"],
        ["validate", "a.jsonl", "--epochs", "9" * 400],
        ["validate", ""],
        ["validate", "-"],
        ["validate", "a.jsonl", "--validation", ""],
    ],
)
def test_wrong_arguments_are_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: aoai" in capsys.readouterr().err


def test_a_message_of_wrong_usage_names_nothing_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["validate", "a.jsonl", "--epochs", "many"])
    assert "argument --epochs: 'many' is not a whole number of epochs" in capsys.readouterr().err


def test_the_examples_of_the_help_can_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["validate", "--help"])
    examples = re.findall(r"(?:^  |in: )aoai (.+)$", capsys.readouterr().out, re.MULTILINE)
    assert len(examples) == 3
    for example in examples:
        assert main(shlex.split(example)) == 1
        assert "no such file" in capsys.readouterr().out


@pytest.mark.parametrize(
    "table",
    [
        "",
        "[]",
        '{"gpt-4o": "cheap"}',
        '{"gpt-4o": true}',
        '{"gpt-4o": Infinity}',
        '{"gpt-4o": NaN}',
        '{"gpt-4o": -1}',
        '{"gpt-4o": 1' + "0" * 5000 + "}",
        "[" * 100_000,
        '{"gpt-4o": ' * 2000,
        " " * (2 << 20) + "{}",
    ],
)
def test_a_price_table_that_is_none_is_wrong_usage(
    table: str, good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text(table)
    assert main(["validate", good, "--prices", str(prices)]) == 2
    assert capsys.readouterr().err.startswith(f"aoai: --prices {prices}: ")


@pytest.mark.parametrize("kind", ["fifo", "device", "directory", "missing", "latin-1"])
def test_a_price_table_that_cannot_be_read_is_wrong_usage_and_never_waits(
    kind: str, good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path("/dev/zero") if kind == "device" else tmp_path / "prices.json"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    elif kind == "latin-1":
        path.write_bytes(b'{"caf\xe9": 1}')
    assert main(["validate", good, "--prices", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"aoai: --prices {path}: cannot be read")


def test_a_price_table_may_begin_with_a_byte_order_mark(good: str, tmp_path: Path) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text('{"gpt-4.1-mini": 5.5}', encoding="utf-8-sig")
    assert main(["validate", good, "--prices", str(prices)]) == 0


def test_every_file_of_the_corpus_can_be_printed_in_every_format(
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = [str(path) for path in sorted(CORPUS.glob("*.jsonl"))]
    for name in ("text", "json", "sarif", "github"):
        assert main(["validate", "--format", name, *paths]) == 1
        assert capsys.readouterr().out


def test_a_name_that_would_steer_the_terminal_is_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a\n\x1b[31m\u202e.jsonl", range(5))
    for name in ("text", "github"):
        main(["validate", "--format", name, str(path)])
        out = capsys.readouterr().out
        assert "\\x1b[31m\\u202e" in out
        assert "\x1b" not in out


def test_a_model_that_is_misspelt_has_no_price_and_the_right_one_is_named(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", good, "--model", "gpt-4o-mni-2024-07-18"]) == 0
    out, err = capsys.readouterr()
    assert "USD" not in out
    assert err.startswith("aoai: --model gpt-4o-mni-2024-07-18: not in the catalogue")
    assert err.endswith("; did you mean gpt-4o-mini-2024-07-18?\n")


@pytest.mark.parametrize("model", ["gpt-5-mini", "gpt-35-turbo-0613", "Ministral-3B"])
def test_a_model_without_a_known_price_is_told_to_have_none(
    model: str, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", good, "--model", model]) == 0
    out, err = capsys.readouterr()
    assert "USD" not in out
    assert err.startswith(f"aoai: --model {model}: no price is known,")


def test_a_model_is_shown_with_its_last_days(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["validate", good, "--model", "gpt-4.1-mini"])
    assert capsys.readouterr().out.splitlines()[-1] == (
        "gpt-4.1-mini: trains until 2027-04-14 in subscriptions that deployed it before, "
        "serves until 2027-10-14 (Microsoft's schedule of 2026-10-05)"
    )


def test_of_a_model_that_is_not_known_no_day_is_shown(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["validate", good, "--model", "gpt-77"])
    assert "until" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "model",
    ["gpt-4o-mini", "GPT-4o-2024-08-06", "gpt-4.1-2025-04-14.ft-0123-tutor"],
)
def test_a_model_with_a_known_price_has_a_cost_and_no_note(
    model: str, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", good, "--model", model]) == 0
    out, err = capsys.readouterr()
    assert ("USD" in out, err) == (True, "")


def test_a_model_of_the_user_s_own_price_table_is_known(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text('{"gpt-5-mini": 5}')
    arguments = ["--model", "gpt-5-mini-2025-08-07", "--prices", str(prices)]
    assert main(["validate", good, *arguments]) == 0
    out, err = capsys.readouterr()
    assert ("USD" in out, err) == (True, "")


def test_a_path_that_is_not_utf8_is_written_as_json_that_anybody_can_read(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = Path(good).rename(tmp_path / os.fsdecode(b"caf\xe9.jsonl"))
    assert main(["validate", str(odd), "--format", "json"]) == 0
    (result,) = files(capsys.readouterr().out)
    assert result["path"].encode().endswith(rb"/caf\udce9.jsonl")
